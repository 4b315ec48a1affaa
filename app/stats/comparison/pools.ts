import { type Metric, THRESHOLDS, unitOf } from "../../vitals/metrics";
import {
  ascendingPoints,
  pointAt,
  type ScalePoint,
  valueAt,
  type WeightedHistogram,
} from "../sketch/interpolation";
import { bucketOf, type Scale } from "../sketch/scale";
import type { CellTable } from "./cell-table";

/** Sides of a table: the two releases. Others, from 2 on, are what the caller makes of them. */
export const CURRENT = 0;
export const BASELINE = 1;

/** The quantile that releases are judged by: Web Vitals are rated at the 75th percentile. */
export const JUDGED = 0.75;

/** Arrays to work in: thousands of routes are compared one after the other, and each wants several. */
export class Scratch {
  #arrays: Float64Array[] = [];
  #used = 0;

  /** Everything handed out before may be used again. */
  reset(): void {
    this.#used = 0;
  }

  /**
   * An array of `length` that has zeros from `first` to `end` (not included), good until the next `reset`. What is
   * elsewhere in it is anybody's: to clear all of it would take longer than to work with the part that is filled.
   */
  zeros(length: number, { first, end }: { first: number; end: number }): Float64Array {
    const known = this.#arrays[this.#used];
    this.#used += 1;
    if (known !== undefined && known.length === length) return known.fill(0, first, end);
    const made = new Float64Array(length);
    this.#arrays[this.#used - 1] = made;
    return made;
  }
}

/** What one cell (a device) of one side weighs over its units. */
export type StratumWeight = { cell: number; samples: number; mass: number };

/** The same with its samples, pooled. */
export type Stratum = StratumWeight & WeightedHistogram;

/** One side, pooled cell by cell. */
export type SidePools<Cell extends StratumWeight = Stratum> = {
  cells: Cell[];
  samples: number;
  /** Sum of the squared weights of all samples. */
  squares: number;
};

/**
 * Pools one side of a table.
 * @param weights of a sample in each unit; 0 leaves the unit out
 */
export function poolStrata(
  table: CellTable,
  side: number,
  weights: Float64Array,
  scratch: Scratch,
): SidePools {
  const pool = (cell: number): Stratum => ({
    ...{ cell, samples: 0, mass: 0, from: table.first, to: table.end },
    counts: scratch.zeros(table.scale.edges.length, table),
  });
  return poolBy(table, side, weights, pool, ({ counts }, entry, weight) => table.pour(entry, weight, counts));
}

/** What the cells of one side weigh, for where their samples are of no interest. */
export const weighStrata = (
  table: CellTable,
  side: number,
  weights: Float64Array,
): SidePools<StratumWeight> =>
  poolBy(table, side, weights, (cell) => ({ cell, samples: 0, mass: 0 }), ignore);

const ignore = (): void => {};

function poolBy<Cell extends StratumWeight>(
  table: CellTable,
  side: number,
  weights: Float64Array,
  create: (cell: number) => Cell,
  add: (cell: Cell, entry: number, weight: number) => void,
): SidePools<Cell> {
  const pools: SidePools<Cell> = { cells: [], samples: 0, squares: 0 };
  const byNumber: Array<Cell | undefined> = [];
  for (let entry = 0; entry < table.length; entry += 1) {
    const weight = weights[table.units[entry] as number] as number;
    if (table.sides[entry] !== side || weight === 0) continue;
    const number = table.cells[entry] as number;
    let cell = byNumber[number];
    if (cell === undefined) {
      cell = create(number);
      byNumber[number] = cell;
      pools.cells.push(cell);
    }
    add(cell, entry, weight);
    const samples = table.samples[entry] as number;
    cell.samples += samples;
    cell.mass += weight * samples;
    pools.samples += samples;
    pools.squares += weight * weight * samples;
  }
  // Both sides in one order, so that equal data gives equal sums.
  pools.cells.sort((a, b) => a.cell - b.cell);
  return pools;
}

/** One side of a comparison, pooled over its cells too. */
export type Side = {
  /** Samples. */
  n: number;
  pooled: WeightedHistogram;
  /** Sum of the squared weights of all samples. */
  sumOfSquaredWeights: number;
  place: ScalePoint;
  p75: number;
  /** Share of good samples. */
  good: number;
  /** Samples by Kish's rule: as many equally weighted ones would be worth as much (Kish 1965, section 11.7). */
  effectiveN: number;
};

/** The whole of a side's pools. */
export function sideOf(
  { cells, samples, squares }: SidePools,
  metric: Metric,
  scale: Scale,
  scratch: Scratch,
): Side {
  const first = Math.min(...cells.map(({ from }) => from), scale.edges.length);
  const end = Math.max(...cells.map(({ to }) => to), first);
  const counts = scratch.zeros(scale.edges.length, { first, end });
  const pooled: WeightedHistogram = { counts, mass: 0, from: 0, to: 0 };
  for (const cell of cells) addHistogram(cell, 1, pooled);
  return summarise(pooled, samples, squares, metric, scale);
}

/** One side of a table as a whole: the same as `sideOf(poolStrata(…))`, for where its strata are of no interest. */
export function poolWhole(
  table: CellTable,
  metric: Metric,
  side: number,
  weights: Float64Array,
  scratch: Scratch,
): Side {
  const counts = scratch.zeros(table.scale.edges.length, table);
  const pooled: WeightedHistogram = { counts, mass: 0, from: table.first, to: table.end };
  let samples = 0;
  let squares = 0;
  for (let entry = 0; entry < table.length; entry += 1) {
    const weight = weights[table.units[entry] as number] as number;
    if (table.sides[entry] !== side || weight === 0) continue;
    const n = table.samples[entry] as number;
    table.pour(entry, weight, counts);
    samples += n;
    pooled.mass += weight * n;
    squares += weight * weight * n;
  }
  return summarise(pooled, samples, squares, metric, table.scale);
}

function summarise(
  pooled: WeightedHistogram,
  n: number,
  squares: number,
  metric: Metric,
  scale: Scale,
): Side {
  const { mass } = pooled;
  const place = pointAt(pooled, JUDGED);
  return {
    ...{ n, pooled, sumOfSquaredWeights: squares, place },
    p75: valueAt(scale, place),
    good: mass === 0 ? 0 : massBelow(pooled, goodPoint(metric, scale)) / mass,
    effectiveN: squares === 0 ? 0 : (mass * mass) / squares,
  };
}

/** Adds a pool's counts, each times `factor`, to `into`. */
export function addHistogram(
  { counts, mass, from, to }: WeightedHistogram,
  factor: number,
  into: WeightedHistogram,
): void {
  const target = into.counts;
  for (let i = from; i < to; i += 1) target[i] = (target[i] as number) + factor * (counts[i] as number);
  into.from = into.to === 0 ? from : Math.min(into.from, from);
  into.to = Math.max(into.to, to);
  into.mass += factor * mass;
}

/** Whether two sides of a table hold the same, bucket by bucket, as they are weighed. */
export function hasSameCounts({ pooled: a }: Side, { pooled: b }: Side): boolean {
  if (a.mass !== b.mass || a.from !== b.from || a.to !== b.to) return false;
  for (let i = a.from; i < a.to; i += 1) if (a.counts[i] !== b.counts[i]) return false;
  return true;
}

/** Where good values end. */
export const goodPoint = (metric: Metric, scale: Scale): ScalePoint => ({
  bucket: bucketOf(scale, THRESHOLDS[metric].good),
  fraction: 1,
});

/** How much mass lies below a place. */
export function massBelow(
  { counts, mass, from, to }: WeightedHistogram,
  { bucket, fraction }: ScalePoint,
): number {
  if (bucket >= to) return mass;
  let sum = bucket < from ? 0 : fraction * (counts[bucket] as number);
  for (let i = from; i < bucket; i += 1) sum += counts[i] as number;
  return sum;
}

/**
 * Samples of one side by unit.
 * @param samples zeros, which they are added to
 */
export function samplesByUnit(table: CellTable, side: number, samples: Float64Array): Float64Array {
  for (let entry = 0; entry < table.length; entry += 1) {
    if (table.sides[entry] !== side) continue;
    const unit = table.units[entry] as number;
    samples[unit] = (samples[unit] as number) + (table.samples[entry] as number);
  }
  return samples;
}

/**
 * The samples of one side below a place, by unit.
 * @param below zeros, which they are added to
 */
export function belowByUnit(
  table: CellTable,
  side: number,
  place: ScalePoint,
  below: Float64Array,
): Float64Array {
  for (let entry = 0; entry < table.length; entry += 1) {
    if (table.sides[entry] !== side) continue;
    const unit = table.units[entry] as number;
    below[unit] = (below[unit] as number) + table.below(entry, place);
  }
  return below;
}

/**
 * How a difference is measured: times by the logarithm of their ratio, whose spread is alike at all sizes; what has
 * no ratio (CLS, a p75 of 0) by the difference itself.
 */
export type ChangeScale = "log" | "linear";

export const changeScaleOf = (metric: Metric, ...p75s: readonly number[]): ChangeScale =>
  unitOf(metric) === "score" || p75s.some((value) => value === 0) ? "linear" : "log";

export const toChangeScale = (measure: ChangeScale, value: number): number =>
  measure === "log" ? Math.log(value) : value;

/** The variance of a share of `worth` independent samples. */
export const binomialVariance = (share: number, worth: number): number =>
  worth === 0 ? Number.POSITIVE_INFINITY : (share * (1 - share)) / worth;

/** Shares of the mass at which a pooled side's slope may be read off, away from its ends. */
const QUANTILE_ENDS = { low: 0.0005, high: 0.9995 } as const;

/**
 * How much a side's p75 (by `measure`) moves with the share of samples below it: the slope of its quantile
 * function, read off over about the interval of that share. So an interval of the share becomes one of the
 * quantile, as in Woodruff, "Confidence intervals for medians and other position measures", JASA 1952.
 * @param variance of the share
 */
export function slopeOf({ pooled }: Side, scale: Scale, measure: ChangeScale, variance: number): number {
  const reach = 2 * Math.sqrt(variance);
  const high = Math.min(QUANTILE_ENDS.high, JUDGED + reach);
  let low = Math.max(QUANTILE_ENDS.low, JUDGED - reach);
  const pointOf = ascendingPoints(pooled);
  let lowest = valueAt(scale, pointOf(low));
  if (measure === "log" && lowest === 0) {
    // Zeros have no logarithm; above them the slope is as good.
    low = JUDGED;
    lowest = valueAt(scale, pointOf(low));
  }
  if (high <= low) return 0;
  const highest = valueAt(scale, pointOf(high));
  return (toChangeScale(measure, highest) - toChangeScale(measure, lowest)) / (high - low);
}

/** The slope over the interval that the share has when all samples are independent. */
export const ownSlope = (side: Side, scale: Scale, measure: ChangeScale): number =>
  slopeOf(side, scale, measure, binomialVariance(JUDGED, side.effectiveN));
