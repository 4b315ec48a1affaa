import { createHash } from "node:crypto";

/** Each takes some 100 bytes. */
const REMEMBERED = 10_000;

/**
 * The bodies that were taken lately and came under an idempotency key. Measurements have ids and count once anyway;
 * this keeps one that is sent again from being counted and passed on again. The body is part of what is remembered,
 * so that a sender that always sends the same key loses nothing.
 */
export class IdempotencyCache {
  readonly #taken = new Set<string>();

  has(key: string, body: Uint8Array): boolean {
    return this.#taken.has(nameOf(key, body));
  }

  add(key: string, body: Uint8Array): void {
    this.#taken.add(nameOf(key, body));
    if (this.#taken.size <= REMEMBERED) return;
    for (const oldest of this.#taken) {
      this.#taken.delete(oldest);
      return;
    }
  }
}

const nameOf = (key: string, body: Uint8Array): string =>
  createHash("sha256").update(key).update("\0").update(body).digest("base64url");
