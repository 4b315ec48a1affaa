import { LRUCache } from "lru-cache";

/** Times in ms. */
export type AttemptLimits = {
  /** Failures of one client without a delay. */
  freeFailures: number;
  /** Delay after the last of these; it doubles with each further failure, up to `maxDelay`. */
  initialDelay: number;
  maxDelay: number;
  /** Time after which the failures of a client expire. */
  resetAfter: number;
  /** Clients with a record; beyond, the one that failed longest ago is evicted. */
  maxClients: number;
  /** Token bucket over all clients: `burst` attempts, and one more each `refillEvery`. */
  burst: number;
  refillEvery: number;
};

/** At most 14,450 guesses a day over all clients. */
export const ATTEMPT_LIMITS: AttemptLimits = {
  freeFailures: 5,
  initialDelay: 5_000,
  maxDelay: 15 * 60_000,
  resetAfter: 60 * 60_000,
  maxClients: 1_000,
  burst: 50,
  refillEvery: 6_000,
};

/** Without a limit over all clients: each of them is a browser that has signed in before. */
export const KNOWN_LIMITS: AttemptLimits = { ...ATTEMPT_LIMITS, burst: Number.POSITIVE_INFINITY };

/**
 * Limits attempts to sign in. An attempt counts as failed until it succeeds, so a hundred concurrent attempts count like a
 * hundred in a row.
 */
export class SignInRateLimit {
  /** The client that failed longest ago leaves first. */
  readonly #failures: LRUCache<string, { count: number; last: number; blockedUntil: number }>;
  #budget: number;
  #refilledAt: number;

  /** @param clock ms that only grow */
  constructor(
    private readonly clock: () => number,
    private readonly limits: AttemptLimits = ATTEMPT_LIMITS,
  ) {
    this.#failures = new LRUCache({ max: limits.maxClients });
    this.#budget = limits.burst;
    this.#refilledAt = clock();
  }

  /** Clients with a record. */
  get size(): number {
    return this.#failures.size;
  }

  /** `null` when a client may try now, else the ms until it may. Counts nothing. */
  wait(client: string): number | null {
    const now = this.clock();
    this.#refill(now);
    const record = this.#record(client, now);
    if (record !== undefined && record.blockedUntil > now) return record.blockedUntil - now;
    return this.#budget < 1 ? this.#refilledAt + this.limits.refillEvery - now : null;
  }

  /**
   * Counts an attempt.
   * @returns `null` when it is allowed, else the ms until the next one is
   */
  begin(client: string): number | null {
    const wait = this.wait(client);
    if (wait !== null) return wait;
    const now = this.clock();
    this.#budget -= 1;
    const count = (this.#record(client, now)?.count ?? 0) + 1;
    this.#failures.set(client, { count, last: now, blockedUntil: now + this.#delayAfter(count) });
    return null;
  }

  /** Clears the record of the client and refunds the attempt. */
  succeed(client: string): void {
    this.#failures.delete(client);
    this.#budget = Math.min(this.limits.burst, this.#budget + 1);
  }

  #record(client: string, now: number) {
    // `peek`: a blocked attempt must not renew the client in the LRU order.
    const known = this.#failures.peek(client);
    return known !== undefined && now - known.last < this.limits.resetAfter ? known : undefined;
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
