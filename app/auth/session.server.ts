import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** In ms. */
export const SESSION_LIFETIME = 7 * 24 * 60 * 60_000;

/** Times in ms since the epoch. */
export type Session = { id: string; issuedAt: number; expiresAt: number };

const FORMAT = /^([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([\w-]{22})\.([\w-]{43})$/;

const mac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

/**
 * Signs and verifies sessions, so that none is stored. The key derives from the secret and the password hash: another
 * password ends all sessions.
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

  /** `null` for a text that is no session, and for one that has expired. */
  verify(text: string, now: number): Session | null {
    const [, issued = "", expires = "", id = "", signature = ""] = FORMAT.exec(text) ?? [];
    // Compared as text: base64 ignores bits of the last character, so other texts decode to the same bytes.
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
