import { LRUCache } from "lru-cache";

/**
 * Returns the result of `compute`, cached by the key and the identity of `parts`: caching readers return the same objects
 * until one of them is written again. Calls of the same key and parts share a computation that is under way. A failed
 * computation is not cached.
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

type Computing<Result> = { parts: readonly object[]; result: Promise<Result> };

const areSame = (a: readonly object[], b: readonly object[]): boolean =>
  a.length === b.length && a.every((part, i) => part === b[i]);

type Cached<Result> = { parts: readonly object[]; result: Result; reusedUntil: number };

/**
 * @param entries size of the least-recently-used cache, in results
 * @param refresh without it every change of the parts computes a result again
 */
export function createResultCache<Result>(entries: number, refresh?: Refresh): ResultCache<Result> {
  const cache = new LRUCache<string, Cached<Result>>({ max: entries });
  /** The newest computation of each key. */
  const computing = new Map<string, Computing<Result>>();
  return async (key, parts, compute) => {
    const cached = cache.get(key);
    if (cached !== undefined) {
      if (refresh !== undefined && refresh.monotonic() < cached.reusedUntil) return cached.result;
      if (areSame(cached.parts, parts)) return cached.result;
    }
    const underWay = computing.get(key);
    // Where results are reused, one under way is newer than what may be reused after it.
    if (underWay !== undefined && (refresh !== undefined || areSame(underWay.parts, parts))) {
      return underWay.result;
    }
    const startedAt = refresh?.monotonic() ?? 0;
    const own: Computing<Result> = { parts, result: compute() };
    computing.set(key, own);
    try {
      const result = await own.result;
      // Of computations of one key, only the one that started last is cached.
      if (computing.get(key) === own) {
        cache.set(key, { parts, result, reusedUntil: reuseUntil(startedAt, refresh) });
      }
      return result;
    } finally {
      if (computing.get(key) === own) computing.delete(key);
    }
  };
}

function reuseUntil(startedAt: number, refresh: Refresh | undefined): number {
  if (refresh === undefined) return 0;
  const { share, longest, monotonic } = refresh;
  const now = monotonic();
  return now + Math.min(longest, (now - startedAt) * (1 / share - 1));
}
