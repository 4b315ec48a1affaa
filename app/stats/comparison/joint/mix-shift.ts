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
  /**
   * Sums of one table by device, used again for the next: samples of each release, those of all but the current one, and
   * those of them above the value.
   */
  readonly #sums: Readonly<Record<"current" | "baseline" | "others" | "above", Float64Array>>;

  /** @param expected share above the threshold value of each device */
  constructor(threshold: ScalePoint, expected: Float64Array) {
    this.#threshold = threshold;
    this.#expected = expected;
    const zeros = (): Float64Array => new Float64Array(expected.length);
    this.#sums = { current: zeros(), baseline: zeros(), others: zeros(), above: zeros() };
  }

  add(table: CellTable): void {
    const { current, baseline, others, above } = this.#sums;
    for (const sums of [current, baseline, others, above]) sums.fill(0);
    for (let entry = 0; entry < table.length; entry += 1) {
      const cell = table.cells[entry] as number;
      const n = table.samples[entry] as number;
      const side = table.sides[entry] as number;
      if (side === CURRENT) {
        current[cell] = (current[cell] as number) + n;
        continue;
      }
      if (side === BASELINE) baseline[cell] = (baseline[cell] as number) + n;
      others[cell] = (others[cell] as number) + n;
      above[cell] = (above[cell] as number) + (n - table.below(entry, this.#threshold));
    }
    this.#expected.forEach((usual, cell) => {
      const excess = shrunkenShare(above[cell] as number, others[cell] as number, usual) - usual;
      this.#samples.current += current[cell] as number;
      this.#samples.baseline += baseline[cell] as number;
      this.#excess.current += (current[cell] as number) * excess;
      this.#excess.baseline += (baseline[cell] as number) * excess;
    });
  }

  /** By how much the share above the threshold value is larger. */
  shift(): number {
    const { current, baseline } = this.#samples;
    if (current === 0 || baseline === 0) return 0;
    return this.#excess.current / current - this.#excess.baseline / baseline;
  }
}
