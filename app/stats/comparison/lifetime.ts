import type { Metric } from "../../vitals/metrics";
import type { CellTable } from "./cell-table";
import type { Estimate } from "./estimate";
import {
  binomialVariance,
  changeScaleOf,
  hasSameCounts,
  JUDGED,
  ownSlope,
  type Side,
  toChangeScale,
} from "./pools";

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
  const changeScale = changeScaleOf(metric, current.p75, baseline.p75);
  const samplingOf = (side: Side): number =>
    ownSlope(side, table.scale, changeScale) ** 2 * binomialVariance(JUDGED, side.effectiveN);
  const variance = samplingOf(current) + samplingOf(baseline);
  const difference = toChangeScale(changeScale, current.p75) - toChangeScale(changeScale, baseline.p75);
  return {
    changeScale,
    n: { current: current.n, baseline: baseline.n },
    p75: { current: current.p75, baseline: baseline.p75 },
    difference,
    variance,
    shrinking: variance,
    degrees: MANY,
    good: {
      current: { share: current.good, samples: current.effectiveN },
      baseline: { share: baseline.good, samples: baseline.effectiveN },
    },
    identical: difference === 0 && hasSameCounts(current, baseline),
  };
}
