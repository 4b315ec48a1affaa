import type { Random } from "../../../../app/cli/sample/random";
import { CellTable } from "../../../../app/stats/comparison/cell-table";
import {
  compareConcurrent,
  pairedWeights,
  type SideWeights,
} from "../../../../app/stats/comparison/concurrent";
import type { Estimate } from "../../../../app/stats/comparison/estimate";
import {
  BASELINE,
  CURRENT,
  poolStrata,
  Scratch,
  type Side,
  samplesByUnit,
  sideOf,
} from "../../../../app/stats/comparison/pools";
import { decodedFrom } from "../../../../app/stats/sketch/decoded-sketches";
import { scaleOf } from "../../../../app/stats/sketch/scale";
import type { Metric } from "../../../../app/vitals/metrics";
import { sketchOf } from "../shapes";

export type Entry = { side: number; unit: number; cell?: number; values: readonly number[] };

/** A table of the sketches of these values. */
export function tableOf(metric: Metric, entries: readonly Entry[]): CellTable {
  const scale = scaleOf(metric);
  const table = new CellTable(scale);
  const decoded = decodedFrom(entries.map(({ values }) => sketchOf(scale, values)));
  entries.forEach(({ side, unit, cell = 0 }, place) => {
    table.add(side, unit, cell, decoded, place);
  });
  return table;
}

/** Both sides of a table, pooled with these weights. */
export function sidesOf(
  table: CellTable,
  metric: Metric,
  weights: SideWeights,
  scratch = new Scratch(),
): { current: Side; baseline: Side } {
  const side = (number: number, of: Float64Array): Side =>
    sideOf(poolStrata(table, number, of, scratch), metric, table.scale, scratch);
  return { current: side(CURRENT, weights.current), baseline: side(BASELINE, weights.baseline) };
}

export const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

/** The two releases of a table live in the same hours, as the cockpit compares them. */
export function concurrentOf(table: CellTable, metric: Metric, units: number): Estimate {
  const weights = pairedWeights({
    current: samplesByUnit(table, CURRENT, new Float64Array(units)),
    baseline: samplesByUnit(table, BASELINE, new Float64Array(units)),
  });
  return compareConcurrent(table, metric, weights, sidesOf(table, metric, weights));
}

/** `count` log-normal values. */
export const times = (random: Random, count: number, median: number, sigma = 0.65): number[] =>
  Array.from({ length: count }, () => Math.min(600_000, random.logNormal(median, sigma)));

/** The p75 of log-normal values, of which the median is known. */
export const p75OfLogNormal = (median: number, sigma = 0.65): number => median * Math.exp(0.6744898 * sigma);
