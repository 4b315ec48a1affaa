import type { Change, Changes } from "../../query/comparison/comparison-result";
import { MIN_ABSOLUTE_CHANGE, MIN_RELATIVE_CHANGE, type Verdict } from "../../vitals/comparison";
import { METRICS, type Metric } from "../../vitals/metrics";

/** From what is best to what is worst. */
const ORDER: Readonly<Record<Exclude<Verdict, "not-enough-data">, number>> = {
  improvement: 0,
  unchanged: 1,
  inconclusive: 2,
  regression: 4,
};

/** A regression of a metric that was not chosen: behind those of the chosen one, before all that is none. */
const OTHER_METRIC = 3;

/** How large a change is in the least ones that matter, so that times and CLS can be put in one order; signed. */
export function sizeInLeast(metric: Metric, { percent, absolute }: Change): number {
  if (percent !== null) return percent / (MIN_RELATIVE_CHANGE * 100);
  return (absolute ?? 0) / MIN_ABSOLUTE_CHANGE[metric];
}

/** Where a route stands among those that got worse: the higher the worse, first by `[0]`. */
export type RegressionRank = readonly [number, number];

/**
 * Ranks a route: regressions of the chosen metric highest, by their size, then regressions of another metric, then
 * what is inconclusive, unchanged and improved. `null` where no metric has a verdict.
 */
export function regressionRank(changes: Changes | null, chosen: Metric): RegressionRank | null {
  if (changes === null) return null;
  const own = changes[chosen];
  if (own.verdict === "regression") return [ORDER.regression, sizeInLeast(chosen, own)];
  const elsewhere = METRICS.filter((metric) => changes[metric].verdict === "regression");
  if (elsewhere.length > 0)
    return [OTHER_METRIC, Math.max(...elsewhere.map((metric) => sizeInLeast(metric, changes[metric])))];
  return own.verdict === "not-enough-data" ? null : [ORDER[own.verdict], sizeInLeast(chosen, own)];
}

/** Negative where `a` is the better one. */
export const compareRanks = (a: RegressionRank, b: RegressionRank): number => a[0] - b[0] || a[1] - b[1];
