import { LRUCache } from "lru-cache";
import { clientKey } from "../server/client-key";

export { clientKey as attemptKey } from "../server/client-key";

/** Times in ms. */
export type AttemptLimits = {
  /** Failures of one address without a delay. */
  freeFailures: number;
  /** Delay after the last of these; it doubles with each further failure, up to `maxDelay`. */
  initialDelay: number;
  maxDelay: number;
  /** Time after which the failures of an address expire. */
  resetAfter: number;
  /** Addresses with a record; beyond, the one that failed longest ago is evicted. */
  maxAddresses: number;
  /** Token bucket over all addresses: `burst` attempts, and one more each `refillEvery`. */
  burst: number;
  refillEvery: number;
};

/** At most 14,450 guesses a day over all addresses. */
export const ATTEMPT_LIMITS: AttemptLimits = {
  freeFailures: 5,
  initialDelay: 5_000,
  maxDelay: 15 * 60_000,
  resetAfter: 60 * 60_000,
  maxAddresses: 1_000,
  burst: 50,
  refillEvery: 6_000,
};

/**
 * Limits attempts to sign in. An attempt counts as failed until it succeeds, so a hundred concurrent attempts count like a
 * hundred in a row.
 */
export class SignInRateLimit {
  /** The address that failed longest ago leaves first. */
  readonly #failures: LRUCache<string, { count: number; last: number; blockedUntil: number }>;
  #budget: number;
  #refilledAt: number;

  /** @param clock ms that only grow */
  constructor(
    private readonly clock: () => number,
    private readonly limits: AttemptLimits = ATTEMPT_LIMITS,
  ) {
    this.#failures = new LRUCache({ max: limits.maxAddresses });
    this.#budget = limits.burst;
    this.#refilledAt = clock();
  }

  /** Addresses with a record. */
  get size(): number {
    return this.#failures.size;
  }

  /**
   * Counts an attempt.
   * @returns `null` when it is allowed, else the ms until the next one is
   */
  begin(address: string): number | null {
    const now = this.clock();
    this.#refill(now);
    const key = clientKey(address);
    // `peek`: a blocked attempt must not renew the address in the LRU order.
    const known = this.#failures.peek(key);
    const record = known !== undefined && now - known.last < this.limits.resetAfter ? known : undefined;
    if (record !== undefined && record.blockedUntil > now) return record.blockedUntil - now;
    if (this.#budget < 1) return this.#refilledAt + this.limits.refillEvery - now;
    this.#budget -= 1;
    const count = (record?.count ?? 0) + 1;
    this.#failures.set(key, { count, last: now, blockedUntil: now + this.#delayAfter(count) });
    return null;
  }

  /** Clears the record of the address and refunds the attempt. */
  succeed(address: string): void {
    this.#failures.delete(clientKey(address));
    this.#budget = Math.min(this.limits.burst, this.#budget + 1);
  }

  #delayAfter(count: number): number {
    const { freeFailures, initialDelay, maxDelay } = this.limits;
    return count < freeFailures ? 0 : Math.min(maxDelay, initialDelay * 2 ** (count - freeFailures));
  }

  #refill(now: number): void {
    const { burst, refillEvery } = this.limits;
    const earned = Math.floor((now - this.#refilledAt) / refillEvery);
    this.#budget = Math.min(burst, this.#budget + earned);
    this.#refilledAt += earned * refillEvery;
  }
}
