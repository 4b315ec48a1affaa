import { type Metric, THRESHOLDS, unitOf } from "../../vitals/metrics";
import type { CellTable } from "../cell-table";
import { type Place, placeOf, valueAt, type Weighed } from "../continuous";
import { bucketOf, type Scale } from "../scale";

/** The quantile that releases are judged by: Web Vitals are rated at the 75th percentile. */
export const JUDGED = 0.75;

/**
 * How a difference is measured: times by the logarithm of their ratio, whose spread is alike at all sizes; what has
 * no ratio (CLS, a p75 of 0) by the difference itself.
 */
export type Measure = "log" | "linear";

/** The change of a p75 from the baseline to the current release, and how far off it may be. */
export type Estimate = {
  measure: Measure;
  /** Samples that it rests on. */
  n: { current: number; baseline: number };
  /** p75 of both sides, matched by time, in the metric's unit. */
  p75: { current: number; baseline: number };
  /** By `measure`: ln(current / baseline), or current - baseline. */
  difference: number;
  /** Variance of `difference`, and of that what more samples of the current release would make smaller. */
  variance: number;
  shrinking: number;
  /** Degrees of freedom of the variance. */
  degrees: number;
  /** Shares of good samples, and how many independent samples each is worth. */
  good: { current: ShareEstimate; baseline: ShareEstimate };
  /** Whether both sides are the same, sample by sample. */
  identical: boolean;
};

export type ShareEstimate = { share: number; samples: number };

/** One side of a comparison, pooled. */
export type Side = {
  /** Samples. */
  n: number;
  pooled: Weighed;
  place: Place;
  p75: number;
  good: number;
  /** Samples by Kish's rule: as many equally weighted ones would be worth as much (Kish 1965, section 11.7). */
  worth: number;
};

/** Places that a metric is looked at, besides its quantile. */
export const goodPlace = (metric: Metric, scale: Scale): Place => ({
  bucket: bucketOf(scale, THRESHOLDS[metric].good),
  fraction: 1,
});

/** Shares of the mass at which a pooled side's slope may be read off, away from its ends. */
const ENDS = { low: 0.0005, high: 0.9995 } as const;

/** Arrays to pool in, one after the other: thousands of routes are compared, and each wants several. */
export class Scratch {
  #arrays: Float64Array[] = [];
  #used = 0;

  /** Everything handed out before may be used again. */
  reset(): void {
    this.#used = 0;
  }

  /** An array of zeros, good until the next `reset`. */
  zeros(length: number): Float64Array {
    const known = this.#arrays[this.#used];
    this.#used += 1;
    if (known !== undefined && known.length === length) return known.fill(0);
    const made = new Float64Array(length);
    this.#arrays[this.#used - 1] = made;
    return made;
  }
}

/** Samples of one side by unit. */
export function samplesByUnit(table: CellTable, side: number, units: number): Float64Array {
  const samples = new Float64Array(units);
  for (let entry = 0; entry < table.length; entry += 1) {
    if (table.sides[entry] !== side) continue;
    const unit = table.units[entry] as number;
    samples[unit] = (samples[unit] as number) + (table.samples[entry] as number);
  }
  return samples;
}

/**
 * Pools one side.
 * @param weights of a sample in each unit; 0 leaves the unit out
 */
export function poolSide(
  table: CellTable,
  metric: Metric,
  side: number,
  weights: Float64Array,
  scratch: Scratch,
): Side {
  const counts = scratch.zeros(table.scale.edges.length);
  let n = 0;
  let mass = 0;
  let squares = 0;
  for (let entry = 0; entry < table.length; entry += 1) {
    const weight = weights[table.units[entry] as number] as number;
    if (table.sides[entry] !== side || weight === 0) continue;
    const samples = table.samples[entry] as number;
    table.pour(entry, weight, counts);
    n += samples;
    mass += weight * samples;
    squares += weight * weight * samples;
  }
  const pooled = { counts, mass };
  const place = placeOf(pooled, JUDGED);
  return {
    n,
    pooled,
    place,
    p75: valueAt(table.scale, place),
    good: mass === 0 ? 0 : massBelow(pooled, goodPlace(metric, table.scale)) / mass,
    worth: squares === 0 ? 0 : (mass * mass) / squares,
  };
}

/** How much mass lies below a place. */
function massBelow({ counts }: Weighed, { bucket, fraction }: Place): number {
  let sum = fraction * (counts[bucket] as number);
  for (let i = 0; i < bucket; i += 1) sum += counts[i] as number;
  return sum;
}

/** The samples of one side below a place, by unit. */
export function belowByUnit(table: CellTable, side: number, place: Place, units: number): Float64Array {
  const below = new Float64Array(units);
  for (let entry = 0; entry < table.length; entry += 1) {
    if (table.sides[entry] !== side) continue;
    const unit = table.units[entry] as number;
    below[unit] = (below[unit] as number) + table.below(entry, place);
  }
  return below;
}

export const measureOf = (metric: Metric, ...p75s: readonly number[]): Measure =>
  unitOf(metric) === "score" || p75s.some((value) => value === 0) ? "linear" : "log";

export const measured = (measure: Measure, value: number): number =>
  measure === "log" ? Math.log(value) : value;

/** The variance of a share of `worth` independent samples. */
export const binomialVariance = (share: number, worth: number): number =>
  worth === 0 ? Number.POSITIVE_INFINITY : (share * (1 - share)) / worth;

/**
 * How much a side's p75 (by `measure`) moves with the share of samples below it: the slope of its quantile
 * function, read off over about the interval of that share. So an interval of the share becomes one of the
 * quantile, as in Woodruff, "Confidence intervals for medians and other position measures", JASA 1952.
 * @param variance of the share
 */
export function slopeOf({ pooled }: Side, scale: Scale, measure: Measure, variance: number): number {
  const reach = 2 * Math.sqrt(variance);
  const at = (share: number): number => valueAt(scale, placeOf(pooled, share));
  const high = Math.min(ENDS.high, JUDGED + reach);
  let low = Math.max(ENDS.low, JUDGED - reach);
  // Zeros have no logarithm; above them the slope is as good.
  if (measure === "log" && at(low) === 0) low = JUDGED;
  if (high <= low) return 0;
  return (measured(measure, at(high)) - measured(measure, at(low))) / (high - low);
}
