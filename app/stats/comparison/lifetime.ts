import type { Metric } from "../../vitals/metrics";
import type { CellTable } from "../cell-table";
import { BASELINE, CURRENT } from "./concurrent";
import {
  binomialVariance,
  type Estimate,
  JUDGED,
  measured,
  measureOf,
  poolSide,
  type Scratch,
  type Side,
  slopeOf,
} from "./estimate";

/** As good as the normal distribution. */
const MANY = 1_000;

/**
 * Everything that there is of both releases, whenever it was: the interval is that of independent samples, and says
 * nothing of the times at which they were taken. So nobody should call a difference by it.
 * @param units of both sides
 */
export function compareLifetime(table: CellTable, metric: Metric, units: number, scratch: Scratch): Estimate {
  const plain = new Float64Array(units).fill(1);
  const current = poolSide(table, metric, CURRENT, plain, scratch);
  const baseline = poolSide(table, metric, BASELINE, plain, scratch);
  const measure = measureOf(metric, current.p75, baseline.p75);
  const samplingOf = (side: Side): number => {
    const variance = binomialVariance(JUDGED, side.worth);
    return slopeOf(side, table.scale, measure, variance) ** 2 * variance;
  };
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
    identical: difference === 0 && isSame(current, baseline),
  };
}

const isSame = (a: Side, b: Side): boolean =>
  a.n === b.n && a.pooled.counts.every((count, bucket) => count === b.pooled.counts[bucket]);
