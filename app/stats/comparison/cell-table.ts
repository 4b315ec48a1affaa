import type { DecodedSketches } from "../sketch/decoded-sketches";
import type { ScalePoint } from "../sketch/interpolation";
import type { Scale } from "../sketch/scale";

/**
 * Sketches of one metric, each of one side of a comparison, one unit of time and one cell (a device, say). A comparison
 * passes over them several times, and there are tens of thousands of them, so they stay where they were decoded. A
 * table is filled, read, cleared and filled again.
 *
 * Sides, units and cells are small numbers from 0 on, whose meaning is the caller's.
 */
export class CellTable {
  readonly scale: Scale;
  /** Entries. */
  length = 0;
  /** The buckets that hold something lie from `first` to `end` (not included). */
  first = 0;
  end = 0;
  readonly sides: number[] = [];
  readonly units: number[] = [];
  readonly cells: number[] = [];
  /** Samples of each entry. */
  readonly samples: number[] = [];
  readonly #sources: DecodedSketches[] = [];
  readonly #places: number[] = [];

  constructor(scale: Scale) {
    this.scale = scale;
  }

  clear(): void {
    this.length = 0;
    this.first = 0;
    this.end = 0;
  }

  /** Adds the sketch at `place` of some that were decoded. */
  add(side: number, unit: number, cell: number, source: DecodedSketches, place: number): void {
    const at = this.length;
    this.sides[at] = side;
    this.units[at] = unit;
    this.cells[at] = cell;
    this.samples[at] = source.samples[place] as number;
    this.#sources[at] = source;
    this.#places[at] = place;
    this.length = at + 1;
    const start = source.starts[place] as number;
    const end = source.starts[place + 1] as number;
    if (end === start) return;
    const first = source.buckets[start] as number;
    this.first = this.end === 0 ? first : Math.min(this.first, first);
    this.end = Math.max(this.end, (source.buckets[end - 1] as number) + 1);
  }

  /** Adds the buckets of an entry, each of its counts times `weight`, to `into`. */
  pour(entry: number, weight: number, into: Float64Array): void {
    const { buckets, counts, starts } = this.#sources[entry] as DecodedSketches;
    const place = this.#places[entry] as number;
    const end = starts[place + 1] as number;
    for (let i = starts[place] as number; i < end; i += 1) {
      const bucket = buckets[i] as number;
      into[bucket] = (into[bucket] as number) + weight * (counts[i] as number);
    }
  }

  /** How many samples of an entry lie below a place. */
  below(entry: number, { bucket, fraction }: ScalePoint): number {
    const { buckets, counts, starts } = this.#sources[entry] as DecodedSketches;
    const place = this.#places[entry] as number;
    const end = starts[place + 1] as number;
    let sum = 0;
    for (let i = starts[place] as number; i < end; i += 1) {
      const at = buckets[i] as number;
      if (at >= bucket) return at === bucket ? sum + fraction * (counts[i] as number) : sum;
      sum += counts[i] as number;
    }
    return sum;
  }
}
