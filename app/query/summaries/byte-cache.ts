import { LRUCache } from "lru-cache";

/**
 * A cache of at most `maxBytes`, the least recently used entry leaving first. An entry that is larger is not stored,
 * so 0 stores nothing.
 * @param bytesOf about how many bytes an entry takes, as a whole number
 */
export const createByteCache = <Key extends object | string, Value extends object>(
  maxBytes: number,
  bytesOf: (value: Value, key: Key) => number,
): LRUCache<Key, Value> =>
  new LRUCache({
    // The library has no size of 0.
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: (value, key) => 1 + bytesOf(value, key),
  });
