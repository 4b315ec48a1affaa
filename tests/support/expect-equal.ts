import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/**
 * `expect(actual).toEqual(expected)` for large plain data: `toEqual` visits each of a sketch's thousands of counts by
 * name, which costs more than what is tested. Node compares them as bytes, and `toEqual` decides where it finds a
 * difference.
 */
export function expectEqual(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}
