import { createHash, timingSafeEqual } from "node:crypto";

const digest = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** The bearer token of a request; `null` without one. Its characters are bytes: Node decodes headers as latin1. */
export const bearerText = (request: Request): string | null =>
  /^Bearer +(\S.*)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;

/**
 * Whether the request's bearer token is `token`, compared in constant time; false when no token is configured (`null`).
 */
export function hasBearerToken(request: Request, token: string | null): boolean {
  const sent = bearerText(request);
  if (token === null || sent === null) return false;
  return timingSafeEqual(digest(Buffer.from(sent, "latin1")), digest(Buffer.from(token, "utf8")));
}
