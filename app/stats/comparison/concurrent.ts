import type { Metric } from "../../vitals/metrics";
import type { ScalePoint } from "../sketch/interpolation";
import type { CellTable } from "./cell-table";
import type { Estimate } from "./estimate";
import { jackknife, withoutEach } from "./jackknife";
import {
  BASELINE,
  belowByUnit,
  binomialVariance,
  CURRENT,
  changeScaleOf,
  goodPoint,
  JUDGED,
  Scratch,
  type Side,
  samplesByUnit,
  slopeOf,
  toChangeScale,
} from "./pools";

/** An hour with fewer samples on a side says nothing of their difference. */
const MIN_SAMPLES_OF_UNIT = 3;

/** Few hours may lie close together by chance: their spread is never taken for smaller than this part of what independent samples have. */
const LEAST_PART_OF_INDEPENDENT = 0.5;

/** The weight of one sample in each unit of either side. */
export type SideWeights = { current: Float64Array; baseline: Float64Array };

/**
 * Weights that give both sides the same shares of the hours: hour h counts n_a·n_b / (n_a + n_b), the inverse of
 * the variance of a difference between n_a and n_b samples. Pooled as they are, two releases whose shares move
 * through the day (a roll-out) would differ by the hours in which each had its traffic.
 * @param samples of both sides by unit
 */
export function pairedWeights({ current, baseline }: SideWeights): SideWeights {
  const weightOf = (own: number, other: number): number =>
    own < MIN_SAMPLES_OF_UNIT || other < MIN_SAMPLES_OF_UNIT ? 0 : other / (own + other);
  return {
    current: current.map((samples, unit) => weightOf(samples, baseline[unit] as number)),
    baseline: baseline.map((samples, unit) => weightOf(samples, current[unit] as number)),
  };
}

/**
 * Both releases live in the same hours (units): the change of the pooled p75, each hour counting alike on both
 * sides. Its variance is found by leaving out one hour at a time (the jackknife; Wolter, "Introduction to Variance
 * Estimation", chapter 4), which holds what differs from hour to hour and from visitor to visitor.
 * @param sides of the table, pooled by `weights`
 * @param scratch for arrays of the length of `weights`: thousands of routes need a dozen each
 */
export function compareConcurrent(
  table: CellTable,
  metric: Metric,
  weights: SideWeights,
  { current, baseline }: { current: Side; baseline: Side },
  scratch = new Scratch(),
): Estimate {
  const units = weights.current.length;
  const zeros = (): Float64Array => scratch.zeros(units, { first: 0, end: units });
  const changeScale = changeScaleOf(metric, current.p75, baseline.p75);
  const masses = {
    current: weigh(samplesByUnit(table, CURRENT, zeros()), weights.current),
    baseline: weigh(samplesByUnit(table, BASELINE, zeros()), weights.baseline),
  };
  const changes = (side: "current" | "baseline", place: ScalePoint, share: number): Float64Array => {
    const below = belowByUnit(table, side === "current" ? CURRENT : BASELINE, place, zeros());
    return withoutEach(masses[side], weigh(below, weights[side]), share, below);
  };
  const both = zeros();
  for (let unit = 0; unit < units; unit += 1) {
    both[unit] = (masses.current[unit] as number) + (masses.baseline[unit] as number);
  }
  const leftOut = {
    current: changes("current", current.place, JUDGED),
    baseline: changes("baseline", baseline.place, JUDGED),
  };
  const slopeFor = (side: Side, shares: Float64Array): number => {
    const variance = Math.max(binomialVariance(JUDGED, side.effectiveN), jackknife(both, shares));
    return slopeOf(side, table.scale, changeScale, variance);
  };
  const slopes = {
    current: slopeFor(current, leftOut.current),
    baseline: slopeFor(baseline, leftOut.baseline),
  };
  const independent =
    slopes.current ** 2 * binomialVariance(JUDGED, current.effectiveN) +
    slopes.baseline ** 2 * binomialVariance(JUDGED, baseline.effectiveN);
  const differences = zeros();
  for (let unit = 0; unit < units; unit += 1) {
    differences[unit] =
      slopes.baseline * (leftOut.baseline[unit] as number) -
      slopes.current * (leftOut.current[unit] as number);
  }
  const between = jackknife(both, differences);
  const variance = Math.max(LEAST_PART_OF_INDEPENDENT * independent, between);
  const difference = toChangeScale(changeScale, current.p75) - toChangeScale(changeScale, baseline.p75);

  const place = goodPoint(metric, table.scale);
  const [goodNow, goodBefore] = [
    changes("current", place, current.good),
    changes("baseline", place, baseline.good),
  ];
  for (let unit = 0; unit < units; unit += 1) {
    differences[unit] = (goodNow[unit] as number) - (goodBefore[unit] as number);
  }
  const goodBetween = jackknife(both, differences);
  const goodIndependent =
    binomialVariance(current.good, current.effectiveN) + binomialVariance(baseline.good, baseline.effectiveN);
  // Each share is worth as many independent samples as the spread of their difference allows.
  const inflation = goodIndependent > 0 ? Math.max(1, goodBetween / goodIndependent) : 1;
  return {
    changeScale,
    n: { current: current.n, baseline: baseline.n },
    p75: { current: current.p75, baseline: baseline.p75 },
    difference,
    variance,
    shrinking: variance,
    degrees: effectiveUnits(both) - 1,
    good: {
      current: { share: current.good, samples: current.effectiveN / inflation },
      baseline: { share: baseline.good, samples: baseline.effectiveN / inflation },
    },
    identical: difference === 0 && between === 0 && goodBetween === 0 && current.n === baseline.n,
  };
}

/** Multiplies samples by unit with the units' weights, in place. */
function weigh(samples: Float64Array, weights: Float64Array): Float64Array {
  for (let unit = 0; unit < samples.length; unit += 1) {
    samples[unit] = (samples[unit] as number) * (weights[unit] as number);
  }
  return samples;
}

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
