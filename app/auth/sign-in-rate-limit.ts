import { LRUCache } from "lru-cache";

/** How often passwords may be tried. Times in ms. */
export type AttemptLimits = {
  /** Failures of one address that cost it nothing. */
  freeFailures: number;
  /** How long the address waits after the last of these; twice as long after each further one. */
  initialDelay: number;
  maxDelay: number;
  /** How long after its last failure an address has a clean record again. */
  resetAfter: number;
  /** Addresses that are remembered; beyond, the one that failed longest ago is forgotten. */
  maxAddresses: number;
  /** Failures of all addresses together: so many at once, and one more each `refillEvery`. */
  burst: number;
  refillEvery: number;
};

/** At most 14,450 guesses in a day, from however many addresses. */
export const ATTEMPT_LIMITS: AttemptLimits = {
  freeFailures: 5,
  initialDelay: 5_000,
  maxDelay: 15 * 60_000,
  resetAfter: 60 * 60_000,
  maxAddresses: 1_000,
  burst: 50,
  refillEvery: 6_000,
};

/** Who an address is counted as. One IPv6 customer has at least a whole /64 of them. */
export function attemptKey(address: string): string {
  if (!URL.canParse(`http://[${address}]`)) return address;
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? 0 : tail.split(":").length;
  const zeros = tail === undefined ? [] : Array<string>(8 - groups.length - after).fill("0");
  return [...groups, ...zeros, ...(tail ?? "").split(":")].slice(0, 4).join(":");
}

/**
 * Counts attempts to sign in. An attempt counts as failed from its beginning until it succeeds: so that a
 * hundred at once are no more than a hundred in a row.
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

  /** How many addresses are remembered. */
  get size(): number {
    return this.#failures.size;
  }

  /**
   * Takes note of an attempt.
   * @returns `null` when it may go on, else for how long there is no use in trying, in ms
   */
  begin(address: string): number | null {
    const now = this.clock();
    this.#refill(now);
    const key = attemptKey(address);
    // Asking while it waits makes no address a newer one.
    const known = this.#failures.peek(key);
    const record = known !== undefined && now - known.last < this.limits.resetAfter ? known : undefined;
    if (record !== undefined && record.blockedUntil > now) return record.blockedUntil - now;
    if (this.#budget < 1) return this.#refilledAt + this.limits.refillEvery - now;
    this.#budget -= 1;
    const count = (record?.count ?? 0) + 1;
    this.#failures.set(key, { count, last: now, blockedUntil: now + this.#delayAfter(count) });
    return null;
  }

  /** The attempt was right: the address has a clean record, and nothing was spent. */
  succeed(address: string): void {
    this.#failures.delete(attemptKey(address));
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
