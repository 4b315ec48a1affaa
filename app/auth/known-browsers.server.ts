import { createHmac, randomBytes } from "node:crypto";
import { isSameHash } from "./secret-token.server";

/** In ms. */
export const KNOWN_LIFETIME = 180 * 24 * 60 * 60_000;

/** No browser sends more of these cookies; more are not verified. */
const MAX_COOKIES = 4;

const FORMAT = /^([\w-]{22})\.([0-9a-z]{1,11})\.([\w-]{43})$/;

/**
 * Signs and verifies cookies of browsers that signed in once. Such a cookie opens nothing: it gives the browser a budget
 * of its own for attempts to sign in. Another password makes all of them unknown.
 */
export class KnownBrowsers {
  readonly #key: Uint8Array;

  constructor(secret: string, passwordHash: string) {
    this.#key = createHmac("sha256", secret).update(`known browsers\0${passwordHash}`).digest();
  }

  /** @param id the browser's, where it is known already */
  issue(now: number, id: string | null): string {
    const claims = `${id ?? randomBytes(16).toString("base64url")}.${(now + KNOWN_LIFETIME).toString(36)}`;
    return `${claims}.${this.#sign(claims)}`;
  }

  /** The id of the first genuine and valid value; `null` without one. */
  find(values: readonly string[], now: number): string | null {
    for (const value of values.slice(0, MAX_COOKIES)) {
      const [, id = "", expires = "", signature = ""] = FORMAT.exec(value) ?? [];
      const expected = this.#sign(`${id}.${expires}`);
      if (isSameHash(signature, expected) && Number.parseInt(expires, 36) > now) return id;
    }
    return null;
  }

  #sign(claims: string): string {
    return createHmac("sha256", this.#key).update(claims).digest("base64url");
  }
}
