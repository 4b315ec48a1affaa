import type { Metric } from "../../vitals/metrics";
import type { CellTable } from "../cell-table";
import {
  belowByUnit,
  binomialVariance,
  type Estimate,
  goodPlace,
  JUDGED,
  measured,
  measureOf,
  poolSide,
  type Scratch,
  type Side,
  samplesByUnit,
  slopeOf,
} from "./estimate";
import { jackknife, withoutEach } from "./jackknife";

/** Sides of a table. */
export const CURRENT = 0;
export const BASELINE = 1;

/** An hour with fewer samples on a side says nothing of their difference. */
const MIN_SAMPLES_OF_UNIT = 3;

/** Few hours may lie close together by chance: their spread is never taken for smaller than this part of what independent samples have. */
const LEAST_PART_OF_INDEPENDENT = 0.5;

/** The weight of each unit, and of one sample in it on either side. */
export type PairedWeights = { units: Float64Array; current: Float64Array; baseline: Float64Array };

/**
 * Weights that give both sides the same shares of the hours: hour h counts n_a·n_b / (n_a + n_b), the inverse of
 * the variance of a difference between n_a and n_b samples. Pooled as they are, two releases whose shares move
 * through the day (a roll-out) would differ by the hours in which each had its traffic.
 */
export function pairedWeights(table: CellTable, units: number): PairedWeights {
  const current = samplesByUnit(table, CURRENT, units);
  const baseline = samplesByUnit(table, BASELINE, units);
  const weights = new Float64Array(units);
  for (let unit = 0; unit < units; unit += 1) {
    const a = current[unit] as number;
    const b = baseline[unit] as number;
    const counts = a >= MIN_SAMPLES_OF_UNIT && b >= MIN_SAMPLES_OF_UNIT;
    const weight = counts ? (a * b) / (a + b) : 0;
    weights[unit] = weight;
    current[unit] = counts ? weight / a : 0;
    baseline[unit] = counts ? weight / b : 0;
  }
  return { units: weights, current, baseline };
}

/**
 * Both releases live in the same hours (units): the change of the pooled p75, each hour counting alike on both
 * sides. Its variance is found by leaving out one hour at a time (the jackknife; Wolter, "Introduction to Variance
 * Estimation", chapter 4), which holds what differs from hour to hour and from visitor to visitor, and is never
 * taken for smaller than that of independent samples.
 */
export function compareConcurrent(
  table: CellTable,
  metric: Metric,
  units: number,
  scratch: Scratch,
): Estimate {
  const weights = pairedWeights(table, units);
  const current = poolSide(table, metric, CURRENT, weights.current, scratch);
  const baseline = poolSide(table, metric, BASELINE, weights.baseline, scratch);
  const measure = measureOf(metric, current.p75, baseline.p75);
  const at = (side: number, { place }: Side): Float64Array => {
    const below = belowByUnit(table, side, place, units);
    const perSample = side === CURRENT ? weights.current : weights.baseline;
    for (let unit = 0; unit < units; unit += 1)
      below[unit] = (below[unit] as number) * (perSample[unit] as number);
    return below;
  };
  const leftOut = {
    current: withoutEach(weights.units, at(CURRENT, current), JUDGED),
    baseline: withoutEach(weights.units, at(BASELINE, baseline), JUDGED),
  };
  const slopeFor = (side: Side, shares: Float64Array): number =>
    slopeOf(
      side,
      table.scale,
      measure,
      Math.max(binomialVariance(JUDGED, side.worth), jackknife(weights.units, shares)),
    );
  const slopes = {
    current: slopeFor(current, leftOut.current),
    baseline: slopeFor(baseline, leftOut.baseline),
  };
  const independent =
    slopes.current ** 2 * binomialVariance(JUDGED, current.worth) +
    slopes.baseline ** 2 * binomialVariance(JUDGED, baseline.worth);
  const between = jackknife(
    weights.units,
    combine(leftOut.current, -slopes.current, leftOut.baseline, slopes.baseline),
  );
  const variance = Math.max(LEAST_PART_OF_INDEPENDENT * independent, between);
  const difference = measured(measure, current.p75) - measured(measure, baseline.p75);
  return {
    measure,
    n: { current: current.n, baseline: baseline.n },
    p75: { current: current.p75, baseline: baseline.p75 },
    difference,
    variance,
    shrinking: variance,
    degrees: effectiveUnits(weights.units) - 1,
    good: goodShares(table, metric, weights, current, baseline, units),
    identical: difference === 0 && between === 0 && current.good === baseline.good,
  };
}

const combine = (a: Float64Array, factorA: number, b: Float64Array, factorB: number): Float64Array =>
  a.map((value, i) => factorA * value + factorB * (b[i] as number));

/** As many equally weighted units would be worth as much: those of the night count for little. */
function effectiveUnits(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** Shares of good samples; each is worth as many independent samples as their difference's spread allows. */
function goodShares(
  table: CellTable,
  metric: Metric,
  weights: PairedWeights,
  current: Side,
  baseline: Side,
  units: number,
): Estimate["good"] {
  const place = goodPlace(metric, table.scale);
  const changes = (side: number, perSample: Float64Array, share: number): Float64Array =>
    withoutEach(
      weights.units,
      belowByUnit(table, side, place, units).map((below, unit) => below * (perSample[unit] as number)),
      share,
    );
  const between = jackknife(
    weights.units,
    combine(
      changes(CURRENT, weights.current, current.good),
      1,
      changes(BASELINE, weights.baseline, baseline.good),
      -1,
    ),
  );
  const independent =
    binomialVariance(current.good, current.worth) + binomialVariance(baseline.good, baseline.worth);
  const inflation = independent === 0 ? 1 : Math.max(1, between / independent);
  return {
    current: { share: current.good, samples: current.worth / inflation },
    baseline: { share: baseline.good, samples: baseline.worth / inflation },
  };
}
