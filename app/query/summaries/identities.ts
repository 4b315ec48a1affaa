import { createByteCache } from "./byte-cache";

const numbers = new WeakMap<object, number>();
let latest = 0;

/** A number of an object, which no other one has: it identifies the object without retaining it. */
export function identityOf(object: object): number {
  const known = numbers.get(object);
  if (known !== undefined) return known;
  latest += 1;
  numbers.set(object, latest);
  return latest;
}

/** Results by key, each valid for the very objects that it was computed from. It retains none of these. */
export type ResultMemory<Result extends object> = {
  /** @returns `undefined` for other parts than those of the latest result */
  recall(key: string, parts: readonly object[]): Result | undefined;
  remember(key: string, parts: readonly object[], result: Result): void;
};

const BYTES_PER_PART = 8;

/**
 * @param maxBytes size of the least-recently-used cache
 * @param bytesOf approximate size of a result in bytes
 */
export function createResultMemory<Result extends object>(
  maxBytes: number,
  bytesOf: (result: Result) => number,
): ResultMemory<Result> {
  const cache = createByteCache<string, { parts: readonly number[]; result: Result }>(
    maxBytes,
    ({ parts, result }, key) => bytesOf(result) + parts.length * BYTES_PER_PART + 2 * key.length,
  );
  return {
    recall: (key, parts) => {
      const known = cache.get(key);
      if (known?.parts.length !== parts.length) return undefined;
      return parts.every((part, i) => identityOf(part) === known.parts[i]) ? known.result : undefined;
    },
    remember: (key, parts, result) => {
      cache.set(key, { parts: parts.map(identityOf), result });
    },
  };
}
