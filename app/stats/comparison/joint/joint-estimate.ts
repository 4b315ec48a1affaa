import type { Metric } from "../../../vitals/metrics";
import { type ScalePoint, valueAt, type WeightedHistogram } from "../../sketch/interpolation";
import type { CellTable } from "../cell-table";
import { changeScaleOf, goodPoint, JUDGED, massBelow, type Scratch } from "../pools";
import { type AveragedFit, averagedFit, averagedOver } from "./averaged-fit";
import { concurrentShare } from "./concurrent-share";
import {
  assertQuarterAbove,
  type EqualPools,
  expectedShares,
  poolEqually,
  thresholdOf,
} from "./expected-shares";
import { mixShift } from "./mix-shift";
import type { GridPoint } from "./noise-grid";
import { type Observations, observationsOf } from "./observations";
import { localSlope, type QuantileCurve, quantileCurve } from "./quantile-curve";
import { ignoringLike } from "./steps";

/** Hours of one metric: the sides of the table are builds (`CURRENT`, `BASELINE`, and others from 2 on), its units hours. */
export type JointInput = {
  table: CellTable;
  metric: Metric;
  /** Cells (devices) that the table's numbers run up to. */
  cells: number;
  /** Hours since the epoch: of the switch, and of unit 0. */
  switchHour: number;
  firstHour: number;
  /** The first unit of the baseline whose samples are on the page; earlier ones say what its level is, too. */
  baselineFrom: number;
  /** Noises of an earlier fit of the same metric and site. */
  points?: readonly GridPoint[];
};

export type JointEstimate = {
  curve: QuantileCurve;
  threshold: ScalePoint;
  /** Expected share above the threshold value, by cell. */
  expected: Float64Array;
  fit: AveragedFit;
  pools: EqualPools;
  /** By how much the share above the threshold value is larger for another mix of devices. */
  mixShift: number;
  /** The share of good samples, 0 to 1: its change with the (widened) variance, and what the mix adds to it. */
  good: { change: number; variance: number; mixShift: number };
  /** How much of what is known comes from hours in which both releases were live, 0 to 1. */
  concurrent: number;
};

/** Hours of history: with fewer there is no telling a day from a release. */
export const FEWEST_HOURS = 24;

/**
 * The joint regression over all hours: how a metric's p75 and its share of good samples changed from the baseline to
 * the current release, with the device mix, the season, days and earlier releases' steps taken out.
 * @returns `null` where a release has no samples, or the history is shorter than a day
 */
export function jointEstimate(input: JointInput, scratch: Scratch): JointEstimate | null {
  const { table, metric, cells, switchHour, firstHour, baselineFrom, points } = input;
  scratch.reset();
  const pools = poolEqually(table, scratch, baselineFrom);
  if (pools === null) return null;
  const { scale } = table;
  const threshold = thresholdOf(pools.pooled);
  assertQuarterAbove(pools.pooled.mass - massBelow(pools.pooled, threshold), pools.pooled.mass);
  const changeScale = changeScaleOf(metric, valueAt(scale, threshold));
  const curve = quantileCurve(changeScale === "log" ? pools.baseline : pools.pooled, scale, changeScale);
  const observe = (at: ScalePoint, slope: number, share: number) => {
    const expected = expectedShares(table, at, cells);
    const options = { threshold: at, expected, slope, share, switchHour, firstHour };
    return { expected, observations: observationsOf(table, options) };
  };
  const { expected, observations } = observe(threshold, curve.slope, 1 - JUDGED);
  if (hoursOf(observations) < FEWEST_HOURS) return null;
  const fit = averagedFit(observations, points);
  return {
    curve,
    threshold,
    expected,
    fit,
    pools,
    mixShift: mixShift(table, expected, baselineFrom),
    good: goodChange(input, pools.pooled, fit, observe),
    concurrent: concurrentShare(fit),
  };
}

type Observe = (
  at: ScalePoint,
  slope: number,
  share: number,
) => { expected: Float64Array; observations: Observations };

/** The same model at the threshold of good values; noise, steps and what is ignored are those of the p75. */
function goodChange(
  { table, metric, baselineFrom }: JointInput,
  pooled: WeightedHistogram,
  fit: AveragedFit,
  observe: Observe,
): JointEstimate["good"] {
  const good = goodPoint(metric, table.scale);
  const share = 1 - massBelow(pooled, good) / pooled.mass;
  if (share <= 0 || share >= 1) return { change: 0, variance: 0, mixShift: 0 };
  const slope = localSlope(pooled, table.scale, 1 - share);
  const { expected, observations } = observe(good, slope, share);
  const comparable = ignoringLike(observations, fit.observations);
  const { change, variance } = averagedOver(comparable, fit.steps, fit.points);
  return {
    change: -change / slope,
    variance: variance / slope ** 2,
    mixShift: -mixShift(table, expected, baselineFrom),
  };
}

function hoursOf({ length, blocks, hours }: Observations): number {
  let sum = 0;
  for (let at = 0; at < length; at += 1) {
    if (at === 0 || blocks[at] !== blocks[at - 1]) sum += hours[at] as number;
  }
  return sum;
}
