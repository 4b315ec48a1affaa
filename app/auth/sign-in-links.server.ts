import { createHash, randomBytes } from "node:crypto";

/** In ms. */
export const LINK_LIFETIME = 10 * 60_000;

/** More than one process creates. */
const MAX_LINKS = 16;

const digest = (token: string): string => createHash("sha256").update(token).digest("base64url");

/**
 * Links that sign in once without the password. They are valid in this process only.
 */
export class SignInLinks {
  readonly #expiries = new Map<string, number>();

  /** @param clock ms that only grow */
  constructor(private readonly clock: () => number) {}

  /** The path of a new link. */
  create(): string {
    const token = randomBytes(32).toString("base64url");
    for (const oldest of this.#expiries.keys()) {
      if (this.#expiries.size < MAX_LINKS) break;
      this.#expiries.delete(oldest);
    }
    this.#expiries.set(digest(token), this.clock() + LINK_LIFETIME);
    return `/login?token=${token}`;
  }

  /**
   * Uses a link up.
   * @returns a function that makes it valid again, for a sign-in that failed otherwise; `null` for an invalid token
   */
  redeem(token: string): (() => void) | null {
    const key = digest(token);
    const expiry = this.#expiries.get(key);
    this.#expiries.delete(key);
    return expiry !== undefined && this.clock() < expiry ? () => this.#expiries.set(key, expiry) : null;
  }
}
