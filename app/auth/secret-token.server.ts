import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * A random text for a cookie or a program: an id, which finds its row, and a secret of 256 bits. The database stores the
 * SHA-256 of the whole; a slow hash is for passwords, which can be guessed.
 */
export type SecretToken = { id: string; text: string; hash: string };

const PARTS = /^([\w-]{22})\.([\w-]{43})$/;

const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** @param id that of an earlier token, for another secret of the same thing */
export function createToken(id: string = randomBytes(16).toString("base64url")): SecretToken {
  const text = `${id}.${randomBytes(32).toString("base64url")}`;
  return { id, text, hash: hashOf(text) };
}

/** `null` for a text that is no token. */
export function parseToken(text: string): SecretToken | null {
  const [, id] = PARTS.exec(text) ?? [];
  return id === undefined ? null : { id, text, hash: hashOf(text) };
}

/** Whether two hashes are the same, compared in constant time. */
export function isSameHash(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.byteLength === second.byteLength && timingSafeEqual(first, second);
}
