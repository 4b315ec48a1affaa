import { createHash, timingSafeEqual } from "node:crypto";

const digest = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** Shorter tokens can be guessed. */
const MIN_TOKEN = 16;

/**
 * Checks `Authorization` headers for a bearer token, in constant time.
 * @throws Error for a token that is too short
 */
export function bearerCheck(token: string): (authorization: string | undefined) => boolean {
  if (token.length < MIN_TOKEN) {
    throw new Error(`The token of the profiling routes must have ${MIN_TOKEN} characters or more.`);
  }
  const expected = digest(Buffer.from(token, "utf8"));
  return (authorization) => {
    const sent = /^Bearer +(\S.*)$/i.exec(authorization ?? "")?.[1];
    // Node decodes header bytes as latin1.
    return sent !== undefined && timingSafeEqual(digest(Buffer.from(sent, "latin1")), expected);
  };
}
