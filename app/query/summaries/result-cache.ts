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

/** @param entries size of the least-recently-used cache, in results */
export function createResultCache<Result>(entries: number): ResultCache<Result> {
  const cache = new LRUCache<string, { parts: readonly object[]; result: Result }>({ max: entries });
  return async (key, parts, compute) => {
    const cached = cache.get(key);
    const isSame =
      cached !== undefined &&
      cached.parts.length === parts.length &&
      cached.parts.every((part, i) => part === parts[i]);
    if (isSame) return cached.result;
    const result = await compute();
    cache.set(key, { parts, result });
    return result;
  };
}
