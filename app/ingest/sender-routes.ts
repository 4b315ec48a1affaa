import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { clientKey } from "../server/client-key.mjs";
import { DAY } from "../vitals/time";

/** Size of the least-recently-used cache, in clients: at most 10 MB. */
const MAX_SENDERS = 1_000;

/**
 * Limits the new routes of each client per day (UTC), so that one visitor with invented paths can't exhaust the
 * cardinality limit. Keeps addresses, and digests of routes, in memory only.
 */
export class SenderRoutes {
  readonly #senders = new LRUCache<string, { day: number; routes: Set<string> }>({ max: MAX_SENDERS });

  /** @param limit new routes per client and day */
  constructor(private readonly limit: number) {}

  /**
   * Whether a client may add a new route. Adding the same route again is always allowed.
   * @param address of the client; IPv6 addresses of one /64 count as one client
   * @param at ms since the epoch
   */
  allows(address: string, route: string, at: number): boolean {
    const key = clientKey(address);
    const day = Math.floor(at / DAY);
    const sender = this.#senders.get(key);
    const routes = sender?.day === day ? sender.routes : new Set<string>();
    if (sender?.day !== day) this.#senders.set(key, { day, routes });
    const name = createHash("sha1").update(route).digest("base64url").slice(0, 12);
    if (routes.has(name)) return true;
    if (routes.size >= this.limit) return false;
    routes.add(name);
    return true;
  }
}
