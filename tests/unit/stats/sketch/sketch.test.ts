import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MILLISECONDS, SCORE, scaleOf } from "../../../../app/stats/sketch/scale";
import {
  addValue,
  countAtMost,
  createSketch,
  mergeInto,
  quantile,
  quantiles,
  setSketch,
} from "../../../../app/stats/sketch/sketch";
import { METRICS, rate, THRESHOLDS, unitOf } from "../../../../app/vitals/metrics";
import {
  DOMAINS,
  type Domain,
  drawValues,
  exactQuantile,
  neighbour,
  SHAPE_NAMES,
  sketchOf,
  thresholdsOn,
} from "../shapes";

const SHARES = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

const SIZES = [1, 2, 3, 4, 10, 33, 100, 1_000, 10_000, 100_000];

/** Of an estimate; exact for zero. */
const relativeError = (estimate: number | null, exact: number): number => {
  if (estimate === null) return Number.POSITIVE_INFINITY;
  return exact === 0 ? Math.abs(estimate) : Math.abs(estimate - exact) / exact;
};

const worstError = (domain: Domain, values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const estimates = quantiles(sketchOf(domain.scale, values), SHARES);
  return Math.max(...SHARES.map((q, i) => relativeError(estimates[i] ?? null, exactQuantile(sorted, q))));
};

/** Rounding of doubles, on top of the promise. */
const PROMISE = 0.005 + 1e-12;

const shapedValues = (maxSize: number) =>
  fc
    .record({
      domain: fc.constantFrom(...DOMAINS),
      shape: fc.constantFrom(...SHAPE_NAMES),
      size: fc.integer({ min: 1, max: maxSize }),
      seed: fc.nat(),
    })
    .map((drawn) => ({ ...drawn, values: drawValues(drawn.shape, drawn.domain, drawn.size, drawn.seed) }));

describe.each(DOMAINS)("quantiles in $scale.unit", (domain) => {
  it.each(SHAPE_NAMES)("are within 0.5 %% of the exact ones for %s values", (shape) => {
    for (const [seed, size] of SIZES.entries()) {
      expect(worstError(domain, drawValues(shape, domain, size, seed))).toBeLessThanOrEqual(PROMISE);
    }
  });

  it("are within 0.5 % over the whole range with a bounded error", () => {
    for (const value of [domain.min, domain.max]) {
      expect(relativeError(quantile(sketchOf(domain.scale, [value]), 0.5), value)).toBeLessThanOrEqual(
        PROMISE,
      );
    }
    const anything = fc.double({ min: domain.min, max: domain.max, noNaN: true });
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1 }), (values) => worstError(domain, values) <= PROMISE),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe("quantiles", () => {
  it("are within 0.5 % for any shape, size and seed", () => {
    fc.assert(
      fc.property(shapedValues(3_000), ({ domain, values }) => worstError(domain, values) <= PROMISE),
      { seed: 1, numRuns: 300 },
    );
  });

  it("are null for an empty sketch, and the value of a single sample", () => {
    expect(quantiles(createSketch(SCORE), [0, 0.5, 1])).toEqual([null, null, null]);
    expect(quantile(sketchOf(SCORE, [0]), 0.75)).toBe(0);
    for (const estimate of quantiles(sketchOf(MILLISECONDS, [1_234.5]), SHARES)) {
      expect(relativeError(estimate, 1_234.5)).toBeLessThanOrEqual(PROMISE);
    }
  });

  it("are exactly 0 up to the share of zeros", () => {
    const sketch = sketchOf(SCORE, [...Array<number>(75).fill(0), ...Array<number>(25).fill(0.3)]);
    expect(quantile(sketch, 0.75)).toBe(0);
    expect(relativeError(quantile(sketch, 0.76), 0.3)).toBeLessThanOrEqual(PROMISE);
  });

  it("are the same in one pass and one by one", () => {
    fc.assert(
      fc.property(
        shapedValues(200),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        ({ domain, values }, qs) => {
          const sketch = sketchOf(domain.scale, values);
          qs.sort((a, b) => a - b);
          expect(quantiles(sketch, qs)).toEqual(qs.map((q) => quantile(sketch, q)));
        },
      ),
      { seed: 2, numRuns: 100 },
    );
  });

  it("are monotone in the share", () => {
    const sketch = sketchOf(MILLISECONDS, drawValues("heavy tail", DOMAINS[0] as Domain, 5_000, 1));
    const all = quantiles(
      sketch,
      Array.from({ length: 1_001 }, (_, i) => i / 1_000),
    ).map((value) => value ?? -1);
    expect(all).toEqual([...all].sort((a, b) => a - b));
  });

  it("throw for invalid and unordered shares", () => {
    const sketch = sketchOf(MILLISECONDS, [1, 2]);
    for (const qs of [[-0.1], [1.1], [Number.NaN], [0.5, 0.4]]) {
      expect(() => quantiles(sketch, qs)).toThrow(RangeError);
    }
  });

  it("have the right rank for weighted samples in spite of rounding", () => {
    const sketch = createSketch(MILLISECONDS);
    for (let i = 1; i <= 100; i += 1) addValue(sketch, i, 0.1);
    expect(relativeError(quantile(sketch, 0.75), 75)).toBeLessThanOrEqual(PROMISE);
    const tripled = createSketch(MILLISECONDS);
    mergeInto(tripled, sketch, 3);
    expect(quantiles(tripled, SHARES)).toEqual(quantiles(sketch, SHARES));
  });
});

describe("countAtMost at thresholds", () => {
  it("counts values on and next to them exactly", () => {
    fc.assert(
      fc.property(shapedValues(2_000), ({ domain, values }) => {
        const sketch = sketchOf(domain.scale, values);
        for (const threshold of thresholdsOn(domain.scale)) {
          expect(countAtMost(sketch, threshold)).toBe(values.filter((value) => value <= threshold).length);
        }
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it.each(METRICS)("separates values of %s one unit in the last place above them", (metric) => {
    for (const threshold of [THRESHOLDS[metric].good, THRESHOLDS[metric].needsImprovement]) {
      const sketch = sketchOf(scaleOf(metric), [
        neighbour(threshold, -1),
        threshold,
        neighbour(threshold, 1),
      ]);
      expect(countAtMost(sketch, threshold)).toBe(2);
    }
  });

  it("rates every percentile as its exact value and the shares do", () => {
    const wanted = fc.constantFrom(0.5, 0.75, 0.9, 0.95, 0.99);
    fc.assert(
      fc.property(shapedValues(500), fc.constantFrom(...METRICS), wanted, ({ domain, values }, metric, q) => {
        fc.pre(unitOf(metric) === domain.scale.unit);
        const sketch = sketchOf(domain.scale, values);
        const exact = exactQuantile(
          [...values].sort((a, b) => a - b),
          q,
        );
        const rating = rate(metric, quantile(sketch, q) ?? Number.NaN);
        expect(rating).toBe(rate(metric, exact));
        const enough = q * values.length - 1e-9 * values.length;
        const { good, needsImprovement } = THRESHOLDS[metric];
        expect(rating === "good").toBe(countAtMost(sketch, good) >= enough);
        expect(rating !== "poor").toBe(countAtMost(sketch, needsImprovement) >= enough);
      }),
      { seed: 5, numRuns: 600 },
    );
  });
});

describe("setSketch", () => {
  it("makes a sketch the same as another, whatever was in it", () => {
    const into = sketchOf(SCORE, [0.1, 0.2, 0.2]);
    const from = sketchOf(SCORE, [0.3]);
    setSketch(into, from);
    expect(into).toEqual(from);
    expect(into.counts).not.toBe(from.counts);
  });

  it("throws for a sketch of another scale", () => {
    expect(() => setSketch(createSketch(SCORE), createSketch(MILLISECONDS))).toThrow(TypeError);
  });
});

describe("mergeInto", () => {
  it("adds weighted counts", () => {
    const into = sketchOf(SCORE, [0.1, 0.2]);
    mergeInto(into, sketchOf(SCORE, [0.1, 0.3, 0]), 2);
    expect(into.n).toBe(8);
    expect(countAtMost(into, 0)).toBe(2);
    expect(countAtMost(into, 0.1)).toBe(5);
  });

  it("throws for a sketch of another scale", () => {
    expect(() => mergeInto(createSketch(SCORE), createSketch(MILLISECONDS))).toThrow(TypeError);
  });

  it("does not change its source", () => {
    const from = sketchOf(SCORE, [0.1, 0.3]);
    mergeInto(createSketch(SCORE), from);
    expect(from).toEqual(sketchOf(SCORE, [0.1, 0.3]));
  });
});
