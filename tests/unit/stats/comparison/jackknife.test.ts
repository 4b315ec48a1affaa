import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jackknife, withoutEach } from "../../../../app/stats/comparison/jackknife";

const someUnits = fc.array(
  fc.record({
    weight: fc.double({ min: 0.1, max: 100, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 2, maxLength: 30 },
);

describe("the jackknife", () => {
  it("of a mean is its usual variance: the sample variance over n", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 2, maxLength: 40 }), (values) => {
        const n = values.length;
        const mean = values.reduce((a, b) => a + b, 0) / n;
        const changes = values.map((value) => (mean - value) / (n - 1));
        const sample = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
        const variance = jackknife(new Float64Array(n).fill(1), Float64Array.from(changes));
        expect(variance).toBeCloseTo(sample / n, 6);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("changes a share as leaving the unit out does", () => {
    fc.assert(
      fc.property(someUnits, (units) => {
        const weights = Float64Array.from(units, ({ weight }) => weight);
        const below = Float64Array.from(units, ({ weight, share }) => weight * share);
        const sum = (values: Float64Array, left: number): number =>
          values.reduce((all, value, i) => (i === left ? all : all + value), 0);
        const share = sum(below, -1) / sum(weights, -1);
        withoutEach(weights, below, share).forEach((change, unit) => {
          expect(change).toBeCloseTo(sum(below, unit) / sum(weights, unit) - share, 9);
        });
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("passes over units without weight", () => {
    const weights = Float64Array.from([1, 0, 2, 0, 3]);
    const below = Float64Array.from([0.5, 9, 1.5, 9, 2]);
    const changes = withoutEach(weights, below, 4 / 6);
    expect([changes[1], changes[3]]).toEqual([0, 0]);
    const dense = withoutEach(Float64Array.from([1, 2, 3]), Float64Array.from([0.5, 1.5, 2]), 4 / 6);
    expect(jackknife(weights, changes)).toBe(jackknife(Float64Array.from([1, 2, 3]), dense));
  });

  it("knows no spread of one unit, nor of none", () => {
    expect(jackknife(new Float64Array([5]), new Float64Array([0.3]))).toBe(0);
    expect(jackknife(new Float64Array(0), new Float64Array(0))).toBe(0);
    expect([...withoutEach(new Float64Array([5]), new Float64Array([3]), 0.6)]).toEqual([0]);
  });

  it("is 0 where all units are alike", () => {
    const weights = new Float64Array(24).fill(10);
    expect(jackknife(weights, withoutEach(weights, new Float64Array(24).fill(7.5), 0.75))).toBe(0);
  });
});
