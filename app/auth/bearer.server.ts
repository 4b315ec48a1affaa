import { createHash, timingSafeEqual } from "node:crypto";

const digest = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/**
 * Whether the request's bearer token is `token`, compared in constant time; false when no token is configured (`null`).
 */
export function hasBearerToken(request: Request, token: string | null): boolean {
  const sent = /^Bearer +(\S.*)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token === null || sent === undefined) return false;
  // Node decodes header bytes as latin1.
  return timingSafeEqual(digest(Buffer.from(sent, "latin1")), digest(Buffer.from(token, "utf8")));
}
