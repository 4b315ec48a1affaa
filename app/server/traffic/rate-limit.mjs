// @ts-check
import { LRUCache } from "lru-cache";

/** Clients with a record: about 6 MB. Beyond, the one that was seen longest ago is forgotten, and has a full budget. */
const MAX_CLIENTS = 50_000;

/** Longest debt of a client beyond its budget, in ms. */
const MAX_DEBT_MS = 60_000;

/**
 * A token bucket for each client, as the generic cell rate algorithm: one number a client, the time at which its bucket
 * is full again.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export class RateLimit {
  /** @type {LRUCache<string, number>} */
  #fullAt = new LRUCache({ max: MAX_CLIENTS });
  #interval;
  #capacity;
  #clock;

  /**
   * @param {object} options
   * @param {number} options.perSecond tokens that a client earns in a second
   * @param {number} options.burst tokens of a full bucket
   * @param {() => number} options.clock ms that only grow
   */
  constructor({ perSecond, burst, clock }) {
    this.#interval = 1_000 / perSecond;
    this.#capacity = burst * this.#interval;
    this.#clock = clock;
  }

  /**
   * Spends tokens of a client, if it has them.
   * @param {string} client
   * @param {number} cost in tokens; one of more than a full bucket needs a full bucket
   * @returns {number} 0 when they are spent; else nothing is, and it is the ms until they can be
   */
  spend(client, cost) {
    const now = this.#clock();
    const before = Math.max(now, this.#fullAt.get(client) ?? 0);
    const fullAt = before + Math.min(cost * this.#interval, this.#capacity);
    const wait = fullAt - now - this.#capacity;
    if (wait > 0) return wait;
    this.#fullAt.set(client, fullAt);
    return 0;
  }

  /**
   * Whether a client has spent more than it had.
   * @param {string} client
   */
  isInDebt(client) {
    return (this.#fullAt.get(client) ?? 0) - this.#clock() > this.#capacity;
  }

  /**
   * Spends tokens of a client that it may not have: then the next ones wait.
   * @param {string} client
   * @param {number} cost in tokens
   */
  charge(client, cost) {
    const now = this.#clock();
    const fullAt = Math.max(now, this.#fullAt.get(client) ?? 0) + cost * this.#interval;
    this.#fullAt.set(client, Math.min(fullAt, now + this.#capacity + MAX_DEBT_MS));
  }
}
