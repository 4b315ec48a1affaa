import { LRUCache } from "lru-cache";
import { clientKey } from "../server/client-key.mjs";
import { DAY } from "../vitals/time";
import { createKeyedDigest } from "./keyed-digest";

/** Size of the least-recently-used cache, in clients: at most 10 MB. */
const MAX_SENDERS = 1_000;

/**
 * Limits the new names (routes, or build versions) of each client per day (UTC), so that one visitor with invented ones
 * can't exhaust the cardinality limit. Keeps keyed digests of addresses and names, in memory only.
 */
export class SenderNames {
  readonly #digest = createKeyedDigest();
  readonly #senders = new LRUCache<string, { day: number; names: Set<string> }>({ max: MAX_SENDERS });

  /** @param limit new names per client and day */
  constructor(private readonly limit: number) {}

  /**
   * Whether a client may add a new name. Adding the same name again is always allowed.
   * @param address of the client; IPv6 addresses of one /64 count as one client
   * @param at ms since the epoch
   */
  allows(address: string, name: string, at: number): boolean {
    const key = this.#digest(clientKey(address));
    const day = Math.floor(at / DAY);
    const sender = this.#senders.get(key);
    const names = sender?.day === day ? sender.names : new Set<string>();
    if (sender?.day !== day) this.#senders.set(key, { day, names });
    const digest = this.#digest(name);
    if (names.has(digest)) return true;
    if (names.size >= this.limit) return false;
    names.add(digest);
    return true;
  }
}
