import { LRUCache } from "lru-cache";

/**
 * A least-recently-used cache of at most `maxBytes`. A larger entry is not stored, so 0 stores nothing.
 * @param bytesOf approximate size of an entry in bytes, a whole number
 */
export const createByteCache = <Key extends object | string, Value extends object>(
  maxBytes: number,
  bytesOf: (value: Value, key: Key) => number,
): LRUCache<Key, Value> =>
  new LRUCache({
    // To lru-cache a maxSize of 0 means no limit, and sizes must be positive: https://github.com/isaacs/node-lru-cache
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: (value, key) => 1 + bytesOf(value, key),
  });
