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
  const memory = new Map<string, { parts: readonly object[]; result: Result }>();
  return async (key, parts, make) => {
    const known = memory.get(key);
    const same =
      known !== undefined &&
      known.parts.length === parts.length &&
      known.parts.every((part, i) => part === parts[i]);
    const result = same ? known.result : await make();
    memory.delete(key);
    memory.set(key, { parts, result });
    const [oldest] = memory.keys();
    if (memory.size > entries && oldest !== undefined) memory.delete(oldest);
    return result;
  };
}
