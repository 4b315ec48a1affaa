import type { DecodedSketches } from "../../../../app/stats/sketch/decoded-sketches";
import { bucketOf, type Scale } from "../../../../app/stats/sketch/scale";

/** Samples of one hour (unit), build (side of a table) and cell: a device, or a device of a route. */
export type HourSketch = { build: number; unit: number; cell: number; decoded: DecodedSketches };

/** Logarithms of values by steps of a quarter of a per cent. */
const LOOKUP = { from: Math.log(0.0001), perUnit: 400, size: 400 * 23 } as const;

/** Counts views one after the other, and gives them as a decoded sketch for each hour, build and cell. */
export class Recorder {
  readonly #counts: Uint32Array[];
  readonly #lookup: Uint16Array;

  constructor(scale: Scale, cells: number) {
    this.#counts = Array.from({ length: cells }, () => new Uint32Array(scale.edges.length));
    const largest = scale.edges.at(-1) as number;
    this.#lookup = Uint16Array.from({ length: LOOKUP.size }, (_, i) =>
      bucketOf(scale, Math.min(largest, Math.exp(LOOKUP.from + i / LOOKUP.perUnit))),
    );
  }

  /** @param log of the value; negative infinity is 0 */
  add(cell: number, log: number): void {
    const counts = this.#counts[cell] as Uint32Array;
    const index = Math.floor((log - LOOKUP.from) * LOOKUP.perUnit);
    const bucket = index < 0 ? 0 : (this.#lookup[Math.min(index, LOOKUP.size - 1)] as number);
    counts[bucket] = (counts[bucket] as number) + 1;
  }

  flush(sketches: HourSketch[], build: number, unit: number): void {
    this.#counts.forEach((counts, cell) => {
      const buckets: number[] = [];
      const filled: number[] = [];
      let samples = 0;
      for (let bucket = 0; bucket < counts.length; bucket += 1) {
        const count = counts[bucket] as number;
        if (count === 0) continue;
        buckets.push(bucket);
        filled.push(count);
        samples += count;
      }
      if (samples === 0) return;
      counts.fill(0);
      const decoded: DecodedSketches = {
        buckets: Uint16Array.from(buckets),
        counts: Uint32Array.from(filled),
        starts: Int32Array.of(0, buckets.length),
        samples: Float64Array.of(samples),
      };
      sketches.push({ build, unit, cell, decoded });
    });
  }
}
