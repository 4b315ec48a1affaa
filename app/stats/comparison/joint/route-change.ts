import type { Metric } from "../../../vitals/metrics";
import { type ScalePoint, valueAt } from "../../sketch/interpolation";
import type { CellTable } from "../cell-table";
import { BASELINE, CURRENT, changeScaleOf, goodPoint, JUDGED, massBelow, type Scratch } from "../pools";
import {
  assertQuarterAbove,
  type EqualPools,
  expectedShares,
  poolEqually,
  thresholdOf,
} from "./expected-shares";
import { mixShift } from "./mix-shift";
import { localSlope, type QuantileCurve, quantileCurve } from "./quantile-curve";
import type { TimeEffect } from "./time-effect";

/** How one route changed between two stretches of time; the table's sides from `FIRST_EARLIER_DAY` on are earlier days. */
export type RouteChange = {
  curve: QuantileCurve;
  pools: EqualPools;
  /** Of the share above the threshold value, and of the share of good samples; the mix of devices is matched. */
  share: { change: number; variance: number };
  good: { change: number; variance: number; mixShift: number };
  mixShift: number;
  degrees: number;
  /** Part of the variance that more samples make smaller, 0 to 1. */
  sampled: number;
};

/** Sides of a route's table: the two releases, and then earlier days, the newest first, whichever release was live. */
export const FIRST_EARLIER_DAY = 2;

/** So much is the variance by theory worth, in changes that were seen. */
const PRIOR_DEGREES = 20;

/** Sampling variance as a multiple of that of independent samples, for want of a route's own. */
const USUAL_DESIGN = 1.3;

/** A change seen between earlier days counts up to this many standard deviations. */
const WINSORISED = 3;

/** An earlier day with fewer samples says nothing. */
const FEWEST_SAMPLES = 30;

/**
 * A route's change: observed less expected share above its own threshold value, current against baseline stretch, less
 * what time did to the whole site between them. Few samples can't say how much a route's days differ, so the variance is
 * that of theory, M = 1.3 g² w p(1 - p) (1/n_a + 1/n_b) + that of the site's change, w being the part of the variance that
 * is within cells (Cochran, "Sampling Techniques", 1977, section 5A.2), corrected by how far the route's earlier days were
 * from it: (20 + Σ min(9, change² / M)) / (20 + K), t with 20 + K degrees of freedom. The prior is that
 * of a scaled inverse χ² (Gelman et al., "Bayesian Data Analysis", section 2.6), and the limit winsorises what one bad day
 * can do.
 * @returns `null` where a side has no samples
 */
export function routeChange(
  table: CellTable,
  metric: Metric,
  cells: number,
  time: TimeEffect,
  scratch: Scratch,
): RouteChange | null {
  const pools = poolEqually(table, scratch);
  if (pools === null) return null;
  const { scale } = table;
  const threshold = thresholdOf(pools.pooled);
  assertQuarterAbove(pools.pooled.mass - massBelow(pools.pooled, threshold), pools.pooled.mass);
  const changeScale = changeScaleOf(metric, valueAt(scale, threshold));
  const curve = quantileCurve(changeScale === "log" ? pools.baseline : pools.pooled, scale, changeScale);
  const expected = expectedShares(table, threshold, cells);
  const share = changeOf(excesses(table, threshold, expected), 1 - JUDGED, curve.slope, time);
  const good = goodPoint(metric, scale);
  const beyond = Math.max(0, 1 - massBelow(pools.pooled, good) / pools.pooled.mass);
  const usual = expectedShares(table, good, cells);
  const ofGood = changeOf(
    excesses(table, good, usual),
    beyond,
    localSlope(pools.pooled, scale, 1 - beyond),
    time,
  );
  return {
    curve,
    pools,
    share,
    good: { change: -ofGood.change, variance: ofGood.variance, mixShift: -mixShift(table, usual) },
    mixShift: mixShift(table, expected),
    degrees: share.degrees,
    sampled: share.sampled,
  };
}

type Excess = { share: number; samples: number };

/** @property within variance within cells, as a part of the variance of samples whose cells are not known */
type Excesses = { sides: Excess[]; within: number };

/** Observed less expected share above a value, of each side of a table. */
function excesses(table: CellTable, at: ScalePoint, expected: Float64Array): Excesses {
  const sides: Excess[] = [];
  let samples = 0;
  let above = 0;
  let within = 0;
  const below = table.belowEach(at);
  for (let entry = 0; entry < table.length; entry += 1) {
    const number = table.sides[entry] as number;
    const n = table.samples[entry] as number;
    while (sides.length <= number) sides.push({ share: 0, samples: 0 });
    const side = sides[number] as Excess;
    const usual = expected[table.cells[entry] as number] as number;
    side.share += n - (below[entry] as number) - n * usual;
    side.samples += n;
    samples += n;
    above += n * usual;
    within += n * usual * (1 - usual);
  }
  const total = above * (1 - above / samples);
  return {
    sides: sides.map((side) => ({ ...side, share: side.samples === 0 ? 0 : side.share / side.samples })),
    within: total > 0 ? within / total : 1,
  };
}

function changeOf({ sides, within }: Excesses, share: number, slope: number, time: TimeEffect) {
  const sampling = (a: Excess, b: Excess): number =>
    USUAL_DESIGN * within * share * (1 - share) * (1 / a.samples + 1 / b.samples);
  // Time moves no sample across a value beyond all of them.
  const perLog = share > 0 && share < 1 ? 1 / slope : 0;
  const current = sides[CURRENT] as Excess;
  const baseline = sides[BASELINE] as Excess;
  const earlier = sides.slice(FIRST_EARLIER_DAY);
  let seen = 0;
  let sum = 0;
  for (let i = 1; i < earlier.length; i += 1) {
    const [after, before] = [earlier[i - 1] as Excess, earlier[i] as Excess];
    if (Math.min(after.samples, before.samples) < FEWEST_SAMPLES) continue;
    const expected = sampling(after, before) + time.days * perLog ** 2;
    seen += 1;
    if (expected > 0) sum += Math.min(WINSORISED ** 2, (after.share - before.share) ** 2 / expected);
  }
  const theory = sampling(current, baseline) + time.variance * perLog ** 2;
  return {
    change: current.share - baseline.share - time.change * perLog,
    variance: (theory * (PRIOR_DEGREES + sum)) / (PRIOR_DEGREES + seen),
    degrees: PRIOR_DEGREES + seen,
    sampled: theory > 0 ? sampling(current, baseline) / theory : 0,
  };
}
