import { MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import type { CellTable } from "../cell-table";
import { placeOf, valueAt, type Weighed } from "../continuous";
import type { Scale } from "../scale";
import { JUDGED, type Measure, measured } from "./estimate";

/** What a different mix of cells (devices, routes) makes of a p75. */
export type MixEffect = {
  /** By the measure: how much higher the current p75 is than it would be with the baseline's mix. */
  effect: number;
  /** The larger share of a side's samples, 0 to 1, that lies in cells too small to be matched. */
  leftOut: number;
};

/**
 * Direct standardisation: the current release's cells re-weighted to the baseline's shares. Cells of thousands of
 * routes are gone through one after the other, so what is kept of them is two histograms. As the whole is
 * normalised by its mass, a cell counts n_baseline / n_current of its samples.
 *
 * Cells with fewer than 30 samples on a side are left out: their shares are mostly chance.
 */
export class MixAccumulator {
  readonly #scale: Scale;
  readonly #asItIs: Weighed;
  readonly #reweighted: Weighed;
  #current = { kept: 0, all: 0 };
  #baseline = { kept: 0, all: 0 };

  constructor(scale: Scale) {
    this.#scale = scale;
    this.#asItIs = { counts: new Float64Array(scale.edges.length), mass: 0 };
    this.#reweighted = { counts: new Float64Array(scale.edges.length), mass: 0 };
  }

  clear(): void {
    for (const weighed of [this.#asItIs, this.#reweighted]) {
      weighed.counts.fill(0);
      weighed.mass = 0;
    }
    this.#current = { kept: 0, all: 0 };
    this.#baseline = { kept: 0, all: 0 };
  }

  /**
   * Adds the cells of a table.
   * @param sides which of its sides are compared
   * @param weights of a sample in each unit of either side
   * @param cells how many cells there are
   */
  add(
    table: CellTable,
    sides: { current: number; baseline: number },
    weights: { current: Float64Array; baseline: Float64Array },
    cells: number,
  ): void {
    const current = massesOf(table, sides.current, weights.current, cells);
    const baseline = massesOf(table, sides.baseline, weights.baseline, cells);
    const factors = new Float64Array(cells);
    for (let cell = 0; cell < cells; cell += 1) {
      this.#current.all += current.masses[cell] as number;
      this.#baseline.all += baseline.masses[cell] as number;
      const smallest = Math.min(current.samples[cell] as number, baseline.samples[cell] as number);
      if (smallest < MIN_SAMPLES_FOR_PERCENTILE) continue;
      this.#current.kept += current.masses[cell] as number;
      this.#baseline.kept += baseline.masses[cell] as number;
      factors[cell] = (baseline.masses[cell] as number) / (current.masses[cell] as number);
    }
    for (let entry = 0; entry < table.length; entry += 1) {
      const factor = factors[table.cells[entry] as number] as number;
      if (table.sides[entry] !== sides.current || factor === 0) continue;
      const weight = weights.current[table.units[entry] as number] as number;
      if (weight === 0) continue;
      const mass = weight * (table.samples[entry] as number);
      table.pour(entry, weight, this.#asItIs.counts);
      table.pour(entry, weight * factor, this.#reweighted.counts);
      this.#asItIs.mass += mass;
      this.#reweighted.mass += mass * factor;
    }
  }

  /** What the mix makes of the p75 of everything that was added. */
  effect(measure: Measure): MixEffect {
    const part = ({ kept, all }: { kept: number; all: number }): number => (all === 0 ? 0 : 1 - kept / all);
    const leftOut = Math.max(0, part(this.#current), part(this.#baseline));
    const p75Of = (weighed: Weighed): number => valueAt(this.#scale, placeOf(weighed, JUDGED));
    const [asItIs, reweighted] = [p75Of(this.#asItIs), p75Of(this.#reweighted)];
    if (this.#asItIs.mass === 0 || (measure === "log" && (asItIs === 0 || reweighted === 0))) {
      return { effect: 0, leftOut };
    }
    return { effect: measured(measure, asItIs) - measured(measure, reweighted), leftOut };
  }
}

/** Shares of a side's mass by cell, 0 to 1. */
export function cellShares(table: CellTable, side: number, weights: Float64Array, cells: number): number[] {
  const { masses } = massesOf(table, side, weights, cells);
  const all = masses.reduce((a, b) => a + b, 0);
  return Array.from(masses, (mass) => (all === 0 ? 0 : mass / all));
}

function massesOf(table: CellTable, side: number, weights: Float64Array, cells: number) {
  const masses = new Float64Array(cells);
  const samples = new Float64Array(cells);
  for (let entry = 0; entry < table.length; entry += 1) {
    if (table.sides[entry] !== side) continue;
    const cell = table.cells[entry] as number;
    const weight = weights[table.units[entry] as number] as number;
    if (weight === 0) continue;
    const n = table.samples[entry] as number;
    masses[cell] = (masses[cell] as number) + weight * n;
    samples[cell] = (samples[cell] as number) + n;
  }
  return { masses, samples };
}
