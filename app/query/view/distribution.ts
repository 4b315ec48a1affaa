import { scaleOf } from "../../stats/sketch/scale";
import { countsAtMost, createSketch, quantiles, type Sketch } from "../../stats/sketch/sketch";
import { byMetric, type Metric, THRESHOLDS } from "../../vitals/metrics";
import { PERCENTILES } from "../cockpit-query";

/** All that is said of the samples of a metric. A sketch of them has a hundred times as many bytes. */
export type Distribution = {
  readonly n: number;
  /** See `quantiles`; in the order of `PERCENTILES`. */
  readonly quantiles: ReadonlyArray<number | null>;
  /** Samples at or below the metric's thresholds. */
  readonly atMost: { readonly good: number; readonly needsImprovement: number };
};

/** One distribution per metric. */
export type MetricDistributions = Record<Metric, Distribution>;

const SHARES = PERCENTILES.map((p) => p / 100);

export const quantilesOf = (sketch: Sketch): Distribution["quantiles"] => quantiles(sketch, SHARES);

export function atMostOf(metric: Metric, sketch: Sketch): Distribution["atMost"] {
  const thresholds = THRESHOLDS[metric];
  const [good = 0, needsImprovement = 0] = countsAtMost(sketch, [
    thresholds.good,
    thresholds.needsImprovement,
  ]);
  return { good, needsImprovement };
}

/** The distribution of a sketch, as it is now. */
export const distributionOf = (metric: Metric, sketch: Sketch): Distribution => ({
  n: sketch.n,
  quantiles: quantilesOf(sketch),
  atMost: atMostOf(metric, sketch),
});

export const distributionsOf = (sketches: Record<Metric, Sketch>): MetricDistributions =>
  byMetric((metric) => distributionOf(metric, sketches[metric]));

/** Those of no samples. */
export const NO_SAMPLES: Readonly<MetricDistributions> = byMetric((metric) =>
  distributionOf(metric, createSketch(scaleOf(metric))),
);
