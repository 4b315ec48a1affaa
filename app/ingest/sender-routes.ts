import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { clientKey } from "../server/client-key";
import { DAY } from "../vitals/time";

/** Clients that are remembered, the one that sent longest ago leaving first: 10 MB at most. */
const SENDERS = 1_000;

/**
 * Counts the new routes that each client brings in a day (UTC), so that one visitor with made-up paths can't use up the
 * index slots of all others. Addresses and names are in memory alone, names as digests.
 */
export class SenderRoutes {
  readonly #seen = new LRUCache<string, { day: number; routes: Set<string> }>({ max: SENDERS });

  /** @param most new routes of one client in a day */
  constructor(private readonly most: number) {}

  /**
   * Whether a client may bring a route that has no slot yet; one that it has brought already is no further one.
   * @param address of the client; of IPv6 its /64
   * @param at ms since the epoch
   */
  allows(address: string, route: string, at: number): boolean {
    const key = clientKey(address);
    const day = Math.floor(at / DAY);
    const known = this.#seen.get(key);
    const routes = known?.day === day ? known.routes : new Set<string>();
    if (known?.day !== day) this.#seen.set(key, { day, routes });
    const name = createHash("sha1").update(route).digest("base64url").slice(0, 12);
    if (routes.has(name)) return true;
    if (routes.size >= this.most) return false;
    routes.add(name);
    return true;
  }
}
