import { MIN_SAMPLES_FOR_PERCENTILE } from "../../../vitals/metrics";
import { pointAt, type ScalePoint, type WeightedHistogram } from "../../sketch/interpolation";
import type { CellTable } from "../cell-table";
import { BASELINE, CURRENT, JUDGED, type Scratch } from "../pools";

/** Samples of both releases, and of both together, each release with mass 1. */
export type EqualPools = {
  pooled: WeightedHistogram;
  current: WeightedHistogram;
  baseline: WeightedHistogram;
};

/**
 * Pools both releases' samples so that the threshold value lies in the middle between them whatever their traffic was.
 * @param baselineFrom the first unit of the baseline that counts
 * @returns `null` where a release has no samples
 */
export function poolEqually(table: CellTable, scratch: Scratch, baselineFrom = 0): EqualPools | null {
  const sides = [CURRENT, BASELINE].map((side): WeightedHistogram => {
    const counts = scratch.zeros(table.scale.edges.length, table);
    const pool: WeightedHistogram = { counts, mass: 0, from: table.first, to: table.end };
    for (let entry = 0; entry < table.length; entry += 1) {
      if (table.sides[entry] !== side) continue;
      if (side === BASELINE && (table.units[entry] as number) < baselineFrom) continue;
      table.pour(entry, 1, counts);
      pool.mass += table.samples[entry] as number;
    }
    return pool;
  });
  const [current, baseline] = sides as [WeightedHistogram, WeightedHistogram];
  if (current.mass === 0 || baseline.mass === 0) return null;
  const counts = scratch.zeros(table.scale.edges.length, table);
  for (let i = table.first; i < table.end; i += 1) {
    counts[i] = (current.counts[i] as number) / current.mass + (baseline.counts[i] as number) / baseline.mass;
  }
  return { pooled: { counts, mass: 2, from: table.first, to: table.end }, current, baseline };
}

/** The threshold value of a comparison: the p75 of both releases' samples with equal mass. */
export const thresholdOf = (pooled: WeightedHistogram): ScalePoint => pointAt(pooled, JUDGED);

/** How far the share above the threshold value may lie from a quarter. */
const PLAUSIBLE = 0.1;

/**
 * Checks that about a quarter of the samples lies above the threshold value, which holds by its definition: counting
 * them wrongly would give narrow intervals about nothing.
 * @throws Error where it does not hold
 */
export function assertQuarterAbove(above: number, samples: number): void {
  const share = above / samples;
  if (!(Math.abs(share - (1 - JUDGED)) <= PLAUSIBLE)) {
    throw new Error(`The share above the threshold value is ${share} instead of about ${1 - JUDGED}.`);
  }
}

/**
 * The expected share above a value for each cell, over all hours and builds but the current one (indirect
 * standardisation: Breslow and Day, "Statistical Methods in Cancer Research" II, 1987, chapter 2). What a cell's
 * samples exceed it by is not due to the mix.
 * @param cells how many there are; under 30 samples its share is drawn towards that of all
 */
export function expectedShares(table: CellTable, threshold: ScalePoint, cells: number): Float64Array {
  const above = new Float64Array(cells);
  const samples = new Float64Array(cells);
  let allAbove = 0;
  let all = 0;
  const below = table.belowEach(threshold);
  for (let entry = 0; entry < table.length; entry += 1) {
    if (table.sides[entry] === CURRENT) continue;
    const cell = table.cells[entry] as number;
    const n = table.samples[entry] as number;
    const over = n - (below[entry] as number);
    above[cell] = (above[cell] as number) + over;
    samples[cell] = (samples[cell] as number) + n;
    allAbove += over;
    all += n;
  }
  const overall = all === 0 ? 1 - JUDGED : allAbove / all;
  return above.map((over, cell) => {
    const n = samples[cell] as number;
    // The share of a few samples is mostly chance, and would be counted as if it were known.
    return n < MIN_SAMPLES_FOR_PERCENTILE ? shrunkenShare(over, n, overall) : over / n;
  });
}

/** As many samples of a device is a route's own expected share worth before its own samples count. */
const PRIOR_SAMPLES = 50;

/** The expected share of a cell that has few samples, drawn towards that of all cells like it. */
export const shrunkenShare = (above: number, samples: number, share: number): number =>
  (above + PRIOR_SAMPLES * share) / (samples + PRIOR_SAMPLES);
