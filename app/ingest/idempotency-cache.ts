import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";

/** Each takes some 100 bytes. */
const REMEMBERED = 10_000;

/**
 * The bodies that were taken lately and came under an idempotency key. Measurements have ids and count once anyway;
 * this keeps one that is sent again from being counted and passed on again. The body is part of what is remembered,
 * so that a sender that always sends the same key loses nothing.
 */
export class IdempotencyCache {
  readonly #taken = new LRUCache<string, true>({ max: REMEMBERED });

  has(key: string, body: Uint8Array): boolean {
    return this.#taken.has(nameOf(key, body));
  }

  add(key: string, body: Uint8Array): void {
    this.#taken.set(nameOf(key, body), true);
  }
}

const nameOf = (key: string, body: Uint8Array): string =>
  createHash("sha256").update(key).update("\0").update(body).digest("base64url");
