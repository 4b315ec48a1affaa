import type { Metric } from "../../vitals/metrics";
import type { CellTable } from "./cell-table";
import type { Estimate } from "./estimate";
import { binomialVariance, hasSameCounts, JUDGED, measured, measureOf, ownSlope, type Side } from "./pools";

/** As good as the normal distribution. */
const MANY = 1_000;

/**
 * Everything that there is of both releases, whenever it was: the interval is that of independent samples, and says
 * nothing of the times at which they were taken. So nobody should call a difference by it.
 */
export function compareLifetime(
  table: CellTable,
  metric: Metric,
  { current, baseline }: { current: Side; baseline: Side },
): Estimate {
  const measure = measureOf(metric, current.p75, baseline.p75);
  const samplingOf = (side: Side): number =>
    ownSlope(side, table.scale, measure) ** 2 * binomialVariance(JUDGED, side.worth);
  const variance = samplingOf(current) + samplingOf(baseline);
  const difference = measured(measure, current.p75) - measured(measure, baseline.p75);
  return {
    measure,
    n: { current: current.n, baseline: baseline.n },
    p75: { current: current.p75, baseline: baseline.p75 },
    difference,
    variance,
    shrinking: variance,
    degrees: MANY,
    good: {
      current: { share: current.good, samples: current.worth },
      baseline: { share: baseline.good, samples: baseline.worth },
    },
    identical: difference === 0 && hasSameCounts(current, baseline),
  };
}
