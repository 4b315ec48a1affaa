import { LRUCache } from "lru-cache";

/**
 * Gives what `make` makes, or what it made the last time under the same key from the very same parts: readers that
 * remember hand out the same objects as long as nothing of them was written again.
 */
export type ResultCache<Result> = (
  key: string,
  parts: readonly object[],
  make: () => Promise<Result>,
) => Promise<Result>;

/** @param entries how many results are remembered, the least recently used going first */
export function createResultCache<Result>(entries: number): ResultCache<Result> {
  const memory = new LRUCache<string, { parts: readonly object[]; result: Result }>({ max: entries });
  return async (key, parts, make) => {
    const known = memory.get(key);
    const same =
      known !== undefined &&
      known.parts.length === parts.length &&
      known.parts.every((part, i) => part === parts[i]);
    if (same) return known.result;
    const result = await make();
    memory.set(key, { parts, result });
    return result;
  };
}
