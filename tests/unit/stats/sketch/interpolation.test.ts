import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pointAt, valueAt, type WeightedHistogram } from "../../../../app/stats/sketch/interpolation";
import { bucketOf, MILLISECONDS, SCORE } from "../../../../app/stats/sketch/scale";
import type { Sketch } from "../../../../app/stats/sketch/sketch";
import { DOMAINS, drawValues, exactQuantile, SHAPE_NAMES, sketchOf } from "../shapes";

const weighed = ({ counts, n }: Sketch): WeightedHistogram => ({
  counts,
  mass: n,
  from: 0,
  to: counts.length,
});

describe("interpolated quantiles", () => {
  it.each(SHAPE_NAMES)("are within 1 %% of the exact ones for %s values", (shape) => {
    for (const domain of DOMAINS) {
      for (const size of [1, 2, 10, 100, 1_000, 20_000]) {
        const values = drawValues(shape, domain, size, size);
        const sorted = [...values].sort((a, b) => a - b);
        const pooled = weighed(sketchOf(domain.scale, values));
        for (const q of [0.05, 0.25, 0.5, 0.75, 0.9, 0.99, 1]) {
          const exact = exactQuantile(sorted, q);
          const value = valueAt(domain.scale, pointAt(pooled, q));
          if (exact === 0) expect(value).toBe(0);
          else expect(Math.abs(value / exact - 1)).toBeLessThanOrEqual(0.0101);
        }
      }
    }
  });

  it("change with every sample, where bucket quantiles change in steps of 1 %", () => {
    const values = drawValues("log-normal", DOMAINS[0] as (typeof DOMAINS)[number], 20_000, 1);
    const p75Of = (list: readonly number[]): number =>
      valueAt(MILLISECONDS, pointAt(weighed(sketchOf(MILLISECONDS, list)), 0.75));
    const before = p75Of(values);
    for (const factor of [1.002, 1.005, 1.03]) {
      expect(p75Of(values.map((value) => value * factor)) / before).toBeCloseTo(factor, 2.7);
    }
  });

  it("are monotone in the share", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SHAPE_NAMES),
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 }),
        (shape, size, shares) => {
          const domain = DOMAINS[size % 2] as (typeof DOMAINS)[number];
          const pooled = weighed(sketchOf(domain.scale, drawValues(shape, domain, size, size)));
          const values = shares.sort((a, b) => a - b).map((q) => valueAt(domain.scale, pointAt(pooled, q)));
          expect(values).toEqual([...values].sort((a, b) => a - b));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("do not depend on the scale of the weights", () => {
    const { counts, n } = sketchOf(
      SCORE,
      drawValues("many zeros", DOMAINS[1] as (typeof DOMAINS)[number], 999, 3),
    );
    const tenth = { counts: counts.map((count) => count / 8), mass: n / 8, from: 0, to: counts.length };
    for (const q of [0.1, 0.5, 0.75, 0.9]) {
      expect(pointAt(tenth, q)).toEqual(pointAt({ counts, mass: n, from: 0, to: counts.length }, q));
    }
  });

  it("are exactly 0 for zeros, and for an empty histogram", () => {
    const zeros = weighed(sketchOf(SCORE, [0, 0, 0, 0.3]));
    expect(valueAt(SCORE, pointAt(zeros, 0.75))).toBe(0);
    expect(valueAt(SCORE, pointAt(zeros, 0.76))).toBeGreaterThan(0.29);
    expect(valueAt(SCORE, pointAt({ ...zeros, mass: 0, to: 0 }, 0.75))).toBe(0);
  });

  it("span 0 to the edge in the first bucket, and both edges of every other one", () => {
    for (const scale of [MILLISECONDS, SCORE]) {
      const first = scale.edges[1] as number;
      expect(valueAt(scale, { bucket: 1, fraction: 0.5 })).toBe(first / 2);
      for (const bucket of [2, 300, scale.edges.length - 1]) {
        expect(valueAt(scale, { bucket, fraction: 0 })).toBe(scale.edges[bucket - 1]);
        expect(valueAt(scale, { bucket, fraction: 1 }) / (scale.edges[bucket] as number)).toBeCloseTo(1, 14);
      }
    }
    expect(bucketOf(MILLISECONDS, valueAt(MILLISECONDS, { bucket: 500, fraction: 0.5 }))).toBe(500);
  });
});
