import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shareDifference } from "../../../../app/stats/comparison/good-share";

const Z = 1.959964;

const of = (good: number, samples: number) => ({ share: good / samples, samples });

/** Newcombe, Statistics in Medicine 17 (1998), table II, method 10: 95 % intervals of the difference of two shares. */
const NEWCOMBE: ReadonlyArray<[a: number, m: number, b: number, n: number, low: number, high: number]> = [
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [6, 7, 2, 7, 0.0582, 0.8062],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [0, 10, 0, 20, -0.1611, 0.2775],
  [0, 10, 0, 10, -0.2775, 0.2775],
  [10, 10, 0, 20, 0.6791, 1],
  [10, 10, 0, 10, 0.6075, 1],
];

describe("the interval of a difference of shares", () => {
  it.each(NEWCOMBE)("is Newcombe's for %d of %d less %d of %d", (a, m, b, n, low, high) => {
    const interval = shareDifference(of(a, m), of(b, n), Z);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("is one of Wilson's, where the other share is as good as known", () => {
    // Wilson 1927; the example 81 of 263 is Newcombe's (Statistics in Medicine 17, p. 857, table I).
    const interval = shareDifference(of(81, 263), { share: 0, samples: 1e12 }, Z);
    expect(interval.low).toBeCloseTo(0.2553, 4);
    expect(interval.high).toBeCloseTo(0.3662, 4);
  });

  it("holds the difference, lies within -1 and 1, and turns around with the sides", () => {
    const share = fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      samples: fc.double({ min: 1, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(share, share, (a, b) => {
        const { low, high } = shareDifference(a, b, Z);
        expect(low).toBeLessThanOrEqual(a.share - b.share + 1e-12);
        expect(high).toBeGreaterThanOrEqual(a.share - b.share - 1e-12);
        expect(low).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(high).toBeLessThanOrEqual(1 + 1e-9);
        const turned = shareDifference(b, a, Z);
        expect(turned.low).toBeCloseTo(-high, 12);
        expect(turned.high).toBeCloseTo(-low, 12);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("says nothing of shares of nothing", () => {
    const { low, high } = shareDifference({ share: 0, samples: 0 }, { share: 0, samples: 0 }, Z);
    expect([low, high]).toEqual([-1, 1]);
  });
});
