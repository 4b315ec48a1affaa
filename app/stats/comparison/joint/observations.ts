import { HOURS_OF_DAY } from "../../../vitals/time";
import type { ScalePoint } from "../../sketch/interpolation";
import type { CellTable } from "../cell-table";

/** Hours that are joined to one observation of each build. */
export const BLOCK_HOURS = 4;

/** What each build's samples in each block of hours exceed their expectation by; columns, in the order of time. */
export type Observations = {
  length: number;
  /** Number of the block, counted from the switch (negative before it). */
  blocks: Int32Array;
  /** Side of the table: the build. */
  builds: Int32Array;
  /** Excess of the share above the threshold value, times the slope of ln Q: about ln of the p75. */
  values: Float64Array;
  /** Sampling variance of independent samples; outliers have 1 more. */
  variances: Float64Array;
  samples: Float64Array;
  /** Hours of the block with samples of any build, and the middle of them (hours since the epoch). */
  hours: Float64Array;
  middles: Float64Array;
};

export type ObservationOptions = {
  threshold: ScalePoint;
  /** Expected share above it, by cell. */
  expected: Float64Array;
  slope: number;
  /** Share above the threshold value on which the sampling variance rests: a quarter, or what the good share leaves. */
  share: number;
  /** The hour (since the epoch) of the switch, at which a block begins. */
  switchHour: number;
  /** The hour (since the epoch) that unit 0 of the table is. */
  firstHour: number;
};

type Block = { first: number; last: number; hours: Set<number>; builds: Map<number, Sums> };
type Sums = { above: number; expected: number; samples: number };

/**
 * One observation for each block of 4 h and build: y = g · (above - Σ n_c μ_c) / n with the sampling variance
 * g² · p(1 - p) / n. Shares at a fixed value are unbiased however small n is, the p75 of few samples is not. The mix is
 * a covariate whose coefficient is known (after Deng, Xu, Kohavi and Walker, "Improving the sensitivity of online
 * controlled experiments", WSDM 2013).
 */
export function observationsOf(table: CellTable, options: ObservationOptions): Observations {
  const { threshold, expected, slope, share, switchHour, firstHour } = options;
  const blocks = new Map<number, Block>();
  const below = table.belowEach(threshold);
  for (let entry = 0; entry < table.length; entry += 1) {
    const n = table.samples[entry] as number;
    if (n === 0) continue;
    const hour = firstHour + (table.units[entry] as number);
    const number = Math.floor((hour - switchHour) / BLOCK_HOURS);
    let block = blocks.get(number);
    if (block === undefined) {
      block = { first: hour, last: hour, hours: new Set(), builds: new Map() };
      blocks.set(number, block);
    }
    block.first = Math.min(block.first, hour);
    block.last = Math.max(block.last, hour);
    block.hours.add(hour);
    const build = table.sides[entry] as number;
    let sums = block.builds.get(build);
    if (sums === undefined) {
      sums = { above: 0, expected: 0, samples: 0 };
      block.builds.set(build, sums);
    }
    sums.above += n - (below[entry] as number);
    sums.expected += n * (expected[table.cells[entry] as number] as number);
    sums.samples += n;
  }
  const ordered = [...blocks].sort(([a], [b]) => a - b);
  const observations = emptyObservations(ordered.reduce((sum, [, { builds }]) => sum + builds.size, 0));
  let at = 0;
  for (const [number, { first, last, hours, builds }] of ordered) {
    for (const [build, { above, expected: usual, samples }] of builds) {
      observations.blocks[at] = number;
      observations.builds[at] = build;
      observations.values[at] = (slope * (above - usual)) / samples;
      observations.variances[at] = (slope * slope * share * (1 - share)) / samples;
      observations.samples[at] = samples;
      observations.hours[at] = hours.size;
      observations.middles[at] = (first + last + 1) / 2;
      at += 1;
    }
  }
  return observations;
}

export function emptyObservations(length: number): Observations {
  return {
    length,
    blocks: new Int32Array(length),
    builds: new Int32Array(length),
    values: new Float64Array(length),
    variances: new Float64Array(length),
    samples: new Float64Array(length),
    hours: new Float64Array(length),
    middles: new Float64Array(length),
  };
}

/** The day of the week of an hour since the epoch, 0 = Sunday (UTC). 1970 began with a Thursday. */
export const weekdayOf = (hour: number): number => (Math.floor(hour / HOURS_OF_DAY) + 4) % 7;
