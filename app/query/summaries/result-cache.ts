import { LRUCache } from "lru-cache";

/**
 * Returns the result of `compute`, cached by the key and the identity of its parts: caching readers return the same objects
 * until one of them is written again. Calls of the same key and parts share a computation that is under way. A failed
 * computation is not cached.
 * @param readParts is not called while a result is reused
 */
export type ResultCache<Result> = (
  key: string,
  readParts: () => Promise<readonly object[]>,
  compute: () => Promise<Result>,
) => Promise<Result>;

/** How often the parts of a result are read again, and while they are written again and again, how often it is computed. */
export type Refresh = {
  /** Part of the time that both may last, 0 to 1: 0.1 reuses a result of 100 ms for 900 ms. */
  share: number;
  /** The shortest and the longest reuse, in ms. */
  shortest: number;
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
 * @param refresh without it the parts are read for each call, and every change of them computes a result again
 */
export function createResultCache<Result>(entries: number, refresh?: Refresh): ResultCache<Result> {
  const cache = new LRUCache<string, Cached<Result>>({ max: entries });
  /** The newest computation of each key. */
  const computing = new Map<string, Computing<Result>>();

  const resultOfParts: ResultCache<Result> = async (key, readParts, compute) => {
    const startedAt = refresh?.monotonic() ?? 0;
    const parts = await readParts();
    const cached = cache.get(key);
    if (cached !== undefined && areSame(cached.parts, parts)) {
      cached.reusedUntil = reuseUntil(startedAt, refresh);
      return cached.result;
    }
    const underWay = computing.get(key);
    if (underWay !== undefined && areSame(underWay.parts, parts)) return underWay.result;
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
  if (refresh === undefined) return resultOfParts;

  // One that is under way is newer than what may be reused after it, whatever its parts are.
  const shared = new Map<string, Promise<Result>>();
  return async (key, readParts, compute) => {
    const cached = cache.get(key);
    if (cached !== undefined && refresh.monotonic() < cached.reusedUntil) return cached.result;
    const underWay = shared.get(key);
    if (underWay !== undefined) return underWay;
    const own = resultOfParts(key, readParts, compute).finally(() => shared.delete(key));
    shared.set(key, own);
    return own;
  };
}

function reuseUntil(startedAt: number, refresh: Refresh | undefined): number {
  if (refresh === undefined) return 0;
  const { share, shortest, longest, monotonic } = refresh;
  const now = monotonic();
  return now + Math.min(longest, Math.max(shortest, (now - startedAt) * (1 / share - 1)));
}
