import { LRUCache } from "lru-cache";

/**
 * Returns the result of `compute`, cached by the key and the identity of `parts`: caching readers return the same objects
 * until one of them is written again. A failed computation is not cached.
 */
export type ResultCache<Result> = (
  key: string,
  parts: readonly object[],
  compute: () => Promise<Result>,
) => Promise<Result>;

/** How often a result is computed again while its parts are written again and again. */
export type Refresh = {
  /** Part of the time that its computations may last, 0 to 1: 0.1 reuses one of 100 ms for 900 ms. */
  share: number;
  /** The longest reuse, in ms. */
  longest: number;
  /** A monotonic clock in ms. */
  monotonic: () => number;
};

type Cached<Result> = { parts: readonly object[]; result: Result; reusedUntil: number };

/**
 * @param entries size of the least-recently-used cache, in results
 * @param refresh without it every change of the parts computes a result again
 */
export function createResultCache<Result>(entries: number, refresh?: Refresh): ResultCache<Result> {
  const cache = new LRUCache<string, Cached<Result>>({ max: entries });
  return async (key, parts, compute) => {
    const cached = cache.get(key);
    if (cached !== undefined) {
      if (refresh !== undefined && refresh.monotonic() < cached.reusedUntil) return cached.result;
      const { length } = cached.parts;
      if (length === parts.length && cached.parts.every((part, i) => part === parts[i])) return cached.result;
    }
    const startedAt = refresh?.monotonic() ?? 0;
    const result = await compute();
    cache.set(key, { parts, result, reusedUntil: reuseUntil(startedAt, refresh) });
    return result;
  };
}

function reuseUntil(startedAt: number, refresh: Refresh | undefined): number {
  if (refresh === undefined) return 0;
  const { share, longest, monotonic } = refresh;
  const now = monotonic();
  return now + Math.min(longest, (now - startedAt) * (1 / share - 1));
}
