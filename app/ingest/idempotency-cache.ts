import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";

/** An entry is about 100 bytes. */
const MAX_ENTRIES = 10_000;

/**
 * Recently accepted bodies with an `Idempotency-Key`. Measurements are deduplicated by id anyway; this cache keeps a
 * retried body from being counted in /metrics and forwarded again. The body is part of the entry, so that a sender that
 * repeats one key loses nothing.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export class IdempotencyCache {
  readonly #accepted = new LRUCache<string, true>({ max: MAX_ENTRIES });

  has(key: string, body: Uint8Array): boolean {
    return this.#accepted.has(entryOf(key, body));
  }

  add(key: string, body: Uint8Array): void {
    this.#accepted.set(entryOf(key, body), true);
  }
}

const entryOf = (key: string, body: Uint8Array): string =>
  createHash("sha256").update(key).update("\0").update(body).digest("base64url");
