import { PERCENTILES, type Percentile } from "../../query/cockpit-query";
import { atMostOf, type Distribution, quantilesOf } from "../../query/view/distribution";
import type { Sketch } from "../../stats/sketch/sketch";
import {
  type Metric,
  MIN_SAMPLES_FOR_PERCENTILE,
  type Rating,
  rate,
  type Unit,
  unitOf,
} from "../../vitals/metrics";

/** What is said of one metric: figures that the samples do not carry are `null`, never 0. */
export type MetricFigures = {
  unit: Unit;
  /** Samples. */
  n: number;
  /** In the unit, to four significant digits (the sketch is within 0.5 %); `null` under 30 samples. */
  percentiles: Record<Percentile, number | null>;
  /** Rating of the 75th percentile, which Web Vitals are judged by; `null` under 30 samples. */
  rating: Rating | null;
  /** Shares of the samples, 0 to 1; `null` without samples. */
  shares: { good: number; needsImprovement: number; poor: number } | null;
  counts: { good: number; needsImprovement: number; poor: number };
};

/** Rounded values of quantiles: a few thousand, because each is that of a bucket. */
const rounded = new Map<number, number>();

/** Digits beyond the sketch's precision would only pretend. */
function significant(value: number): number {
  const known = rounded.get(value);
  if (known !== undefined) return known;
  const four = Number(value.toPrecision(4));
  rounded.set(value, four);
  return four;
}

/**
 * Shares to four digits, cut where they add up and not rounded one by one: so their sum is 1, and three quarters
 * are good exactly when the 75th percentile is.
 */
function sharesOf({ good, acceptable, n }: { good: number; acceptable: number; n: number }) {
  const upTo = (part: number): number => Math.floor((part * 10_000) / n);
  return {
    good: upTo(good) / 10_000,
    needsImprovement: (upTo(acceptable) - upTo(good)) / 10_000,
    poor: (10_000 - upTo(acceptable)) / 10_000,
  };
}

/** What figures are computed from: a merged sketch, or what is left of it. */
type Samples = Sketch | Distribution;

/** Of samples which queries remember and nothing changes afterwards; it lasts as long as they. */
type Remembered = Pick<Distribution, "n" | "quantiles"> & {
  ofMetric: { metric: Metric; figures: MetricFigures } | null;
};

const remembered = new WeakMap<Samples, Remembered>();

function recall(samples: Samples): Remembered {
  const known = remembered.get(samples);
  if (known?.n === samples.n) return known;
  const quantiles = "quantiles" in samples ? samples.quantiles : quantilesOf(samples);
  const fresh: Remembered = { n: samples.n, quantiles, ofMetric: null };
  remembered.set(samples, fresh);
  return fresh;
}

/** A percentile of a sketch, not rounded; `null` under 30 samples. */
export const percentileOf = (sketch: Sketch, percentile: Percentile): number | null =>
  sketch.n < MIN_SAMPLES_FOR_PERCENTILE
    ? null
    : (recall(sketch).quantiles[PERCENTILES.indexOf(percentile)] ?? null);

/** The figures of a metric's samples, computed once for each. */
export function metricFigures(metric: Metric, samples: Samples): MetricFigures {
  const known = recall(samples);
  if (known.ofMetric?.metric === metric) return known.ofMetric.figures;
  const atMost = "atMost" in samples ? samples.atMost : atMostOf(metric, samples);
  const figures = computeFigures(metric, { n: known.n, quantiles: known.quantiles, atMost });
  known.ofMetric = { metric, figures };
  return figures;
}

function computeFigures(metric: Metric, { n, quantiles: values, atMost }: Distribution): MetricFigures {
  const shown = n >= MIN_SAMPLES_FOR_PERCENTILE;
  const percentiles = {} as Record<Percentile, number | null>;
  PERCENTILES.forEach((p, i) => {
    const value = values[i];
    percentiles[p] = shown && value != null ? significant(value) : null;
  });
  const p75 = shown ? (values[PERCENTILES.indexOf(75)] ?? null) : null;
  const { good, needsImprovement: acceptable } = atMost;
  const counts = { good, needsImprovement: acceptable - good, poor: n - acceptable };
  return {
    unit: unitOf(metric),
    n,
    percentiles,
    rating: p75 === null ? null : rate(metric, p75),
    shares: n === 0 ? null : sharesOf({ good, acceptable, n }),
    counts,
  };
}
