import { describe, expect, it } from "vitest";
import { sharesDiffer } from "../../../../app/stats/comparison/share-difference";

describe("sharesDiffer", () => {
  it.each([
    ["five points of many", 5_500, 10_000, 5_000, 10_000, true],
    ["less than five points, however sure", 54_900, 100_000, 50_000, 100_000, false],
    ["five points by chance", 55, 100, 50, 100, false],
    ["none and some", 0, 500, 60, 500, true],
    ["all of both", 300, 300, 300, 300, false],
    ["nothing on a side", 0, 0, 300, 300, false],
  ] as const)("is right for %s", (_, count, n, otherCount, otherN, expected) => {
    expect(sharesDiffer({ count, n }, { count: otherCount, n: otherN })).toBe(expected);
    expect(sharesDiffer({ count: otherCount, n: otherN }, { count, n })).toBe(expected);
  });
});
