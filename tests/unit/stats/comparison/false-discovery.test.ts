import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../../app/cli/sample/random";
import { discoveryThreshold } from "../../../../app/stats/comparison/false-discovery";

/** Benjamini and Hochberg 1995, section 3.1: fifteen tests of thrombolytic therapy after a heart attack. */
const EXAMPLE = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
  0.759, 1.0,
];

const called = (pValues: readonly number[], rate: number): number =>
  pValues.filter((p) => p <= discoveryThreshold(pValues, rate)).length;

describe("Benjamini and Hochberg's procedure", () => {
  it("calls the four that its authors call at a rate of 0.05", () => {
    expect(discoveryThreshold(EXAMPLE, 0.05)).toBe(0.0095);
    expect(called(EXAMPLE, 0.05)).toBe(4);
  });

  it("does not stop at the first p-value that is too large by itself", () => {
    // 0.03 > 2/4 · 0.05, and yet 0.037 <= 3/4 · 0.05 calls it too.
    expect(called([0.01, 0.03, 0.037, 0.9], 0.05)).toBe(3);
  });

  it("depends on no order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(EXAMPLE, { minLength: EXAMPLE.length }), (shuffled) => {
        expect(discoveryThreshold(shuffled, 0.05)).toBe(0.0095);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("calls none where none is small enough, or there is none", () => {
    expect(discoveryThreshold([], 0.1)).toBe(0);
    expect(called([0.2, 0.5, 0.7], 0.1)).toBe(0);
    expect(called(Array<number>(100).fill(1), 0.1)).toBe(0);
  });

  it("of one test is that test's own level, and of all alike is the level itself", () => {
    expect(called([0.1], 0.1)).toBe(1);
    expect(called([0.1000001], 0.1)).toBe(0);
    expect(called([0.1, 0.1, 0.1], 0.1)).toBe(3);
  });

  it("is the textbook's step-up rule", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.double({ min: 0, max: 1, noNaN: true }).map((p) => p ** 3),
          { minLength: 1, maxLength: 60 },
        ),
        (pValues) => {
          const sorted = [...pValues].sort((a, b) => a - b);
          const largest = sorted.findLastIndex((p, i) => p <= ((i + 1) / sorted.length) * 0.1);
          expect(called(pValues, 0.1)).toBeGreaterThanOrEqual(largest + 1);
          expect(discoveryThreshold(pValues, 0.1)).toBe(largest === -1 ? 0 : sorted[largest]);
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  it("keeps the share of false ones among those called under the rate, on average", () => {
    const random = new Random(1, "false discoveries");
    let share = 0;
    const families = 3_000;
    for (let family = 0; family < families; family += 1) {
      // 80 of nothing, and 20 of an effect of 3 standard errors (one-sided p, as good as uniform for nothing).
      const pValues = Array.from(
        { length: 100 },
        (_, i) => 1 - normalShare(random.normal() + (i < 20 ? 3 : 0)),
      );
      const threshold = discoveryThreshold(pValues, 0.1);
      const all = pValues.filter((p) => p <= threshold).length;
      const wrong = pValues.slice(20).filter((p) => p <= threshold).length;
      share += all === 0 ? 0 : wrong / all;
    }
    // 0.1 · 80 / 100, with a standard error of 0.0015.
    expect(share / families).toBeGreaterThan(0.07);
    expect(share / families).toBeLessThan(0.09);
  });
});

/** The share of the normal distribution below z (Abramowitz and Stegun 26.2.17, within 7.5e-8). */
function normalShare(z: number): number {
  if (z < 0) return 1 - normalShare(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
