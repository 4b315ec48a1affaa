import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How long a session lasts, in ms. */
export const SESSION_LIFETIME = 7 * 24 * 60 * 60_000;

/** A session that somebody holds; times in ms since the epoch. */
export type Session = { id: string; issuedAt: number; expiresAt: number };

const FORMAT = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([\w-]{22})\.([\w-]{43})$/;

const mac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

/**
 * Signs sessions, so that none has to be stored, and recognises them.
 *
 * The key comes from the secret and the password's hash together: with another password it is another key, and
 * all sessions end.
 */
export class SessionSigner {
  readonly #key: Uint8Array;

  constructor(secret: string, passwordHash: string) {
    this.#key = mac(secret, `session key\0${passwordHash}`);
  }

  /** The text of a new session. */
  issue(now: number): string {
    const times = [now, now + SESSION_LIFETIME].map((time) => time.toString(36)).join(".");
    const claims = `${times}.${randomBytes(16).toString("base64url")}`;
    return `${claims}.${this.#sign(claims)}`;
  }

  /** The session that a text is, or `null` when it is none, or one that is over. */
  verify(text: string, now: number): Session | null {
    const [, issued = "", expires = "", id = "", signature = ""] = FORMAT.exec(text) ?? [];
    // The signature is compared as text: the last character has bits that base64 does not read.
    const expected = this.#sign(`${issued}.${expires}.${id}`);
    const isGenuine =
      signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
    const expiresAt = Number.parseInt(expires, 36);
    if (!isGenuine || expiresAt <= now) return null;
    return { id, issuedAt: Number.parseInt(issued, 36), expiresAt };
  }

  #sign(claims: string): string {
    return mac(this.#key, claims).toString("base64url");
  }
}
