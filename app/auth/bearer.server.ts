import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/**
 * Whether a request carries `token` as its bearer token. Without a token configured nobody gets in. The
 * comparison takes as long for a near miss as for a far one.
 */
export function hasBearerToken(request: Request, token: string | null): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token === null || given === undefined) return false;
  return timingSafeEqual(digest(given), digest(token));
}
