// @ts-check
import { LRUCache } from "lru-cache";

/** Clients with a record: about 6 MB. */
const MAX_CLIENTS = 50_000;

/** A client that was not accepted for so long is a stranger again, in ms. */
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1_000;

/** A client is familiar from so long after its first accepted request on, in ms. */
const PROBATION_MS = 2_000;

/** Clients whose requests were accepted before. In memory only. */
export class FamiliarClients {
  /** When each client was accepted first. @type {LRUCache<string, number>} */
  #since;
  #clock;

  /** @param {() => number} clock ms that only grow */
  constructor(clock) {
    this.#clock = clock;
    this.#since = new LRUCache({ max: MAX_CLIENTS, ttl: LIFETIME_MS, updateAgeOnGet: true });
  }

  /**
   * Records an accepted request.
   * @param {string} client
   * @param {boolean} isFlood whether more arrives than can be processed: new clients then displace no earlier ones
   */
  accept(client, isFlood) {
    if (this.#since.get(client) !== undefined) return;
    if (isFlood && this.#since.size >= MAX_CLIENTS) return;
    this.#since.set(client, this.#clock());
  }

  /**
   * @param {string} client
   * @param {number | null} floodSince since when more arrives than can be processed; `null` when it doesn't
   * @returns {boolean} whether it was accepted before: during a flood, before the flood
   */
  has(client, floodSince) {
    const since = this.#since.get(client);
    return since !== undefined && since + PROBATION_MS <= (floodSince ?? this.#clock());
  }
}
