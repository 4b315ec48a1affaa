import { createHash, timingSafeEqual } from "node:crypto";

const digest = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/**
 * Whether a request carries `token` as its bearer token. Without a token configured nobody gets in. The
 * comparison takes as long for a near miss as for a far one.
 */
export function hasBearerToken(request: Request, token: string | null): boolean {
  const given = /^Bearer +(\S.*)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token === null || given === undefined) return false;
  // A header's characters are the bytes that were sent.
  return timingSafeEqual(digest(Buffer.from(given, "latin1")), digest(Buffer.from(token, "utf8")));
}
