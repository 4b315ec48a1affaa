import { MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import { pointAt, type ScalePoint, valueAt, type WeightedHistogram } from "../sketch/interpolation";
import type { Scale } from "../sketch/scale";
import {
  addHistogram,
  type ChangeScale,
  JUDGED,
  massBelow,
  type SidePools,
  type Stratum,
  type StratumWeight,
  toChangeScale,
} from "./pools";

/** What a different mix of cells (devices, routes) makes of a p75. */
export type MixEffect = {
  /** By the measure: how much higher the current p75 is than it would be with the baseline's mix. */
  effect: number;
  /** How much larger the share of good samples is, 0 to 1. */
  good: number;
  /** The larger share of a side's samples, 0 to 1, that lies in cells too small to be matched. */
  leftOut: number;
};

/**
 * Direct standardisation: the current release's cells re-weighted to the baseline's shares. The cells of thousands of
 * routes come one after the other, so what is kept of them is two histograms. As the whole is normalised by its
 * mass, a cell's samples count by the ratio of its masses, baseline to current.
 *
 * Cells with fewer than 30 samples on a side are left out: their shares are mostly chance.
 */
export class MixAccumulator {
  readonly #scale: Scale;
  readonly #asItIs: WeightedHistogram;
  readonly #reweighted: WeightedHistogram;
  #current = { kept: 0, all: 0 };
  #baseline = { kept: 0, all: 0 };

  constructor(scale: Scale) {
    this.#scale = scale;
    const empty = (): WeightedHistogram => ({
      counts: new Float64Array(scale.edges.length),
      ...{ mass: 0, from: 0, to: 0 },
    });
    this.#asItIs = empty();
    this.#reweighted = empty();
  }

  clear(): void {
    for (const weighed of [this.#asItIs, this.#reweighted]) {
      weighed.counts.fill(0, weighed.from, weighed.to);
      Object.assign(weighed, { mass: 0, from: 0, to: 0 });
    }
    this.#current = { kept: 0, all: 0 };
    this.#baseline = { kept: 0, all: 0 };
  }

  /** Adds the cells of both sides. */
  add(current: SidePools, baseline: SidePools<StratumWeight>): void {
    for (const { mass } of baseline.cells) this.#baseline.all += mass;
    for (const cell of current.cells) {
      this.#current.all += cell.mass;
      const other = baseline.cells.find((known) => known.cell === cell.cell);
      if (other !== undefined) this.#addCell(cell, other);
    }
  }

  #addCell(cell: Stratum, other: StratumWeight): void {
    if (Math.min(cell.samples, other.samples) < MIN_SAMPLES_FOR_PERCENTILE) return;
    const factor = other.mass / cell.mass;
    this.#current.kept += cell.mass;
    this.#baseline.kept += other.mass;
    addHistogram(cell, 1, this.#asItIs);
    addHistogram(cell, factor, this.#reweighted);
  }

  /**
   * What the mix makes of the p75 of everything that was added, and of its share of good samples.
   * @param good where those end
   */
  effect(measure: ChangeScale, good: ScalePoint): MixEffect {
    const part = ({ kept, all }: { kept: number; all: number }): number => (all === 0 ? 0 : 1 - kept / all);
    const leftOut = Math.max(0, part(this.#current), part(this.#baseline));
    const p75Of = (weighed: WeightedHistogram): number => valueAt(this.#scale, pointAt(weighed, JUDGED));
    const [asItIs, reweighted] = [p75Of(this.#asItIs), p75Of(this.#reweighted)];
    if (this.#asItIs.mass === 0 || (measure === "log" && (asItIs === 0 || reweighted === 0))) {
      return { effect: 0, good: 0, leftOut };
    }
    const goodOf = (weighed: WeightedHistogram): number => massBelow(weighed, good) / weighed.mass;
    return {
      effect: toChangeScale(measure, asItIs) - toChangeScale(measure, reweighted),
      good: goodOf(this.#asItIs) - goodOf(this.#reweighted),
      leftOut,
    };
  }
}
