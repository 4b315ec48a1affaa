import { createHash, randomBytes } from "node:crypto";

/** How long a link can be used, in ms. */
export const LINK_LIFETIME = 10 * 60_000;

/** More than this process would ever make. */
const MAX_LINKS = 16;

const digest = (token: string): string => createHash("sha256").update(token).digest("base64url");

/**
 * Links that sign in once without the password. Only this process can make them, for whoever started it, and
 * only it knows them.
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

  /** Uses a link up; whether it was one that could still be used. */
  redeem(token: string): boolean {
    const key = digest(token);
    const expiry = this.#expiries.get(key);
    this.#expiries.delete(key);
    return expiry !== undefined && this.clock() < expiry;
  }
}
