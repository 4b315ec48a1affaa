import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricFigures } from "../../../../app/presenters/format/metric-figures";
import { PERCENTILES } from "../../../../app/query/cockpit-query";
import { METRICS, type Metric, type Rating, rate, THRESHOLDS } from "../../../../app/vitals/metrics";
import { aMetric, aValueOf, examples } from "../../../support/measurements";
import { precisionOf } from "../../../support/precision";
import { sketchOf } from "../sketches";

const figures = (metric: Metric, values: ReadonlyArray<number | [number, number]>) =>
  metricFigures(metric, sketchOf(metric, values));

const NONE = { "50": null, "75": null, "90": null, "95": null, "99": null };

describe("metricFigures", () => {
  it.each(METRICS)("says of no %s that there is none, and never 0", (metric) => {
    expect(figures(metric, [])).toEqual({
      unit: metric === "CLS" ? "score" : "ms",
      n: 0,
      percentiles: NONE,
      rating: null,
      shares: null,
      counts: { good: 0, needsImprovement: 0, poor: 0 },
    });
  });

  it("shows no percentile under 30 samples, but the shares", () => {
    expect(figures("LCP", [[1000, 29]])).toMatchObject({
      n: 29,
      percentiles: NONE,
      rating: null,
      shares: { good: 1, needsImprovement: 0, poor: 0 },
    });
    expect(figures("LCP", [[1000, 30]])).toMatchObject({ n: 30, rating: "good" });
  });

  it("takes 0 for the good value that it is", () => {
    expect(figures("CLS", [[0, 40]])).toMatchObject({
      percentiles: { "50": 0, "75": 0, "90": 0, "95": 0, "99": 0 },
      rating: "good",
      shares: { good: 1, needsImprovement: 0, poor: 0 },
    });
  });

  it.each(METRICS)("puts a %s on an edge on its better side", (metric) => {
    const { good, needsImprovement } = THRESHOLDS[metric];
    expect(figures(metric, [[good, 100]])).toMatchObject({ rating: "good", counts: { good: 100 } });
    expect(figures(metric, [[good * (1 + 1e-12), 100]])).toMatchObject({
      rating: "needs-improvement",
      counts: { needsImprovement: 100 },
    });
    expect(figures(metric, [[needsImprovement, 100]])).toMatchObject({ rating: "needs-improvement" });
    expect(figures(metric, [[needsImprovement * (1 + 1e-12), 100]])).toMatchObject({
      rating: "poor",
      counts: { poor: 100 },
    });
  });

  it("is rated by the 75th percentile, to the sample", () => {
    expect(
      figures("LCP", [
        [2500, 75],
        [9000, 25],
      ]).rating,
    ).toBe("good");
    expect(
      figures("LCP", [
        [2500, 74],
        [9000, 26],
      ]).rating,
    ).toBe("poor");
    expect(
      figures("LCP", [
        [2500, 74],
        [4000, 1],
        [9000, 25],
      ]).rating,
    ).toBe("needs-improvement");
  });

  it("shows no more digits than the sketch has", () => {
    const { percentiles } = figures("LCP", [[1234.5678, 100]]);
    expect(percentiles["75"]).toBeGreaterThan(1234.5678 * 0.995);
    expect(percentiles["75"]).toBeLessThan(1234.5678 * 1.005);
    expect(String(percentiles["75"]).replace(".", "").length).toBeLessThanOrEqual(4);
  });

  it("never lets the rating contradict the shares, however close", () => {
    // 74.9999 % good is not three quarters, and must not be written as that.
    const close = figures("LCP", [
      [1000, 749_999],
      [3000, 250_001],
    ]);
    expect(close.rating).toBe("needs-improvement");
    expect(close.shares?.good).toBeLessThan(0.75);
    const enough = figures("LCP", [
      [1000, 750_000],
      [3000, 250_000],
    ]);
    expect(enough.rating).toBe("good");
    expect(enough.shares?.good).toBe(0.75);
  });
});

describe("figures of any values", () => {
  const samples = aMetric.chain((metric) =>
    fc.record({
      metric: fc.constant(metric),
      values: fc.array(aValueOf(metric), { minLength: 1, maxLength: 120 }),
    }),
  );
  const quantile = (values: readonly number[], percentile: number): number => {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.ceil((percentile / 100) * sorted.length) - 1] ?? Number.NaN;
  };
  const count = (metric: Metric, values: readonly number[], rating: Rating): number =>
    values.filter((value) => rate(metric, value) === rating).length;

  it("count exactly, and agree with the exact percentiles", () => {
    fc.assert(
      fc.property(samples, ({ metric, values }) => {
        const { n, counts, shares, rating, percentiles } = figures(metric, values);
        expect(n).toBe(values.length);
        expect(counts).toEqual({
          good: count(metric, values, "good"),
          needsImprovement: count(metric, values, "needs-improvement"),
          poor: count(metric, values, "poor"),
        });
        const { good, needsImprovement, poor } = shares ?? { good: -1, needsImprovement: -1, poor: -1 };
        expect(Math.abs(good - counts.good / n)).toBeLessThanOrEqual(1e-4);
        expect(Math.abs(needsImprovement - counts.needsImprovement / n)).toBeLessThanOrEqual(1e-4);
        expect(Math.abs(poor - counts.poor / n)).toBeLessThanOrEqual(1e-4);
        expect(good + needsImprovement + poor).toBeCloseTo(1, 12);
        if (n < 30) {
          expect([rating, ...Object.values(percentiles)]).toEqual([null, null, null, null, null, null]);
          return;
        }
        expect(rating).toBe(rate(metric, quantile(values, 75)));
        expect(rating === "good").toBe(good >= 0.75);
        expect(rating === "poor").toBe(poor > 0.25);
        for (const p of PERCENTILES) {
          const exact = quantile(values, p);
          const shown = percentiles[p] ?? Number.NaN;
          expect(Math.abs(shown - exact)).toBeLessThanOrEqual(precisionOf(metric, exact));
        }
      }),
      examples(400),
    );
  });
});
