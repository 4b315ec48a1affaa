import type { ScalePoint } from "../../sketch/interpolation";
import type { CellTable } from "../cell-table";
import { BASELINE, CURRENT } from "../pools";
import { shrunkenShare } from "./expected-shares";

/**
 * By how much the share above a value is larger because the current release has another mix of cells than the
 * baseline: Σ_c (share_c,current - share_c,baseline) μ_c.
 * @param expected share above the value, by cell
 * @param baselineFrom the first unit of the baseline that counts
 */
export function mixShift(table: CellTable, expected: Float64Array, baselineFrom = 0): number {
  const samples = { current: 0, baseline: 0 };
  const above = { current: 0, baseline: 0 };
  for (let entry = 0; entry < table.length; entry += 1) {
    const side = sideOfRelease(table.sides[entry] as number);
    if (side === null || (side === "baseline" && (table.units[entry] as number) < baselineFrom)) continue;
    const n = table.samples[entry] as number;
    samples[side] += n;
    above[side] += n * (expected[table.cells[entry] as number] as number);
  }
  if (samples.current === 0 || samples.baseline === 0) return 0;
  return above.current / samples.current - above.baseline / samples.baseline;
}

const sideOfRelease = (side: number): "current" | "baseline" | null => {
  if (side === CURRENT) return "current";
  return side === BASELINE ? "baseline" : null;
};

type Sums = { current: number; baseline: number; samples: number; above: number };

/**
 * What another mix of routes makes of the share above a value, beyond that of devices: each device on each route has an
 * expected share of its own, drawn towards that of its device. No cell is left out. The tables of routes come one after
 * the other.
 */
export class RouteMixShift {
  readonly #threshold: ScalePoint;
  readonly #expected: Float64Array;
  #samples = { current: 0, baseline: 0 };
  /** Σ n (μ_dr - μ_d) of each side. */
  #excess = { current: 0, baseline: 0 };

  /** @param expected share above the threshold value of each device */
  constructor(threshold: ScalePoint, expected: Float64Array) {
    this.#threshold = threshold;
    this.#expected = expected;
  }

  add(table: CellTable): void {
    const cells = Array.from(this.#expected, (): Sums => ({ current: 0, baseline: 0, samples: 0, above: 0 }));
    for (let entry = 0; entry < table.length; entry += 1) {
      const cell = cells[table.cells[entry] as number] as Sums;
      const n = table.samples[entry] as number;
      const side = sideOfRelease(table.sides[entry] as number);
      if (side !== null) cell[side] += n;
      if (side === "current") continue;
      cell.samples += n;
      cell.above += n - table.below(entry, this.#threshold);
    }
    cells.forEach(({ current, baseline, samples, above }, cell) => {
      const usual = this.#expected[cell] as number;
      const excess = shrunkenShare(above, samples, usual) - usual;
      this.#samples.current += current;
      this.#samples.baseline += baseline;
      this.#excess.current += current * excess;
      this.#excess.baseline += baseline * excess;
    });
  }

  /** By how much the share above the threshold value is larger. */
  shift(): number {
    const { current, baseline } = this.#samples;
    if (current === 0 || baseline === 0) return 0;
    return this.#excess.current / current - this.#excess.baseline / baseline;
  }
}
