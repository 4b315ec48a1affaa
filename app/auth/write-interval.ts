import { LRUCache } from "lru-cache";

/** More sessions and tokens than there can be. */
const MAX_KEYS = 1_000;

/**
 * Limits writes that nobody waits for to one in an interval. Without it, each request would queue one while the database
 * can't be written, and commits of beacons would wait behind them.
 */
export class WriteInterval {
  readonly #last = new LRUCache<string, number>({ max: MAX_KEYS });

  /** @param interval in ms */
  constructor(private readonly interval: number) {}

  /** Whether a key's last write was begun an interval ago; then `now` (ms) is its last one. */
  begin(key: string, now: number): boolean {
    const last = this.#last.get(key);
    // A clock that was set back must not stop writes until it is where it was.
    if (last !== undefined && Math.abs(now - last) < this.interval) return false;
    this.#last.set(key, now);
    return true;
  }
}
