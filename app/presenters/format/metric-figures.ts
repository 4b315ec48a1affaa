import { PERCENTILES, type Percentile } from "../../query/cockpit-query";
import { countAtMost, quantiles, type Sketch } from "../../stats/sketch/sketch";
import {
  type Metric,
  MIN_SAMPLES_FOR_PERCENTILE,
  type Rating,
  rate,
  THRESHOLDS,
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

/** Digits beyond the sketch's precision would only pretend. */
const significant = (value: number): number => Number(value.toPrecision(4));

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

/** The figures of merged sketches, which queries remember and nothing changes afterwards; they last as long as their sketch. */
const remembered = new WeakMap<Sketch, { metric: Metric; figures: MetricFigures }>();

/** The figures of a sketch, computed once for each. */
export function metricFigures(metric: Metric, sketch: Sketch): MetricFigures {
  const known = remembered.get(sketch);
  if (known?.metric === metric && known.figures.n === sketch.n) return known.figures;
  const figures = computeFigures(metric, sketch);
  remembered.set(sketch, { metric, figures });
  return figures;
}

function computeFigures(metric: Metric, sketch: Sketch): MetricFigures {
  const { n } = sketch;
  const shown = n >= MIN_SAMPLES_FOR_PERCENTILE;
  const values = shown
    ? quantiles(
        sketch,
        PERCENTILES.map((p) => p / 100),
      )
    : PERCENTILES.map(() => null);
  const percentiles = Object.fromEntries(
    PERCENTILES.map((p, i) => [p, values[i] == null ? null : significant(values[i])]),
  ) as Record<Percentile, number | null>;
  const p75 = values[PERCENTILES.indexOf(75)] ?? null;
  const { good, needsImprovement } = THRESHOLDS[metric];
  const goodCount = countAtMost(sketch, good);
  const acceptable = countAtMost(sketch, needsImprovement);
  const counts = { good: goodCount, needsImprovement: acceptable - goodCount, poor: n - acceptable };
  return {
    unit: unitOf(metric),
    n,
    percentiles,
    rating: p75 === null ? null : rate(metric, p75),
    shares: n === 0 ? null : sharesOf({ good: goodCount, acceptable, n }),
    counts,
  };
}
