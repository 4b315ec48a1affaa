import type { DecodedSketches } from "../sketch/decoded-sketches";
import type { ScalePoint } from "../sketch/interpolation";
import type { Scale } from "../sketch/scale";

/** The places whose counts are cached: the p75's, and where good values end. */
const MOST_COUNTED = 2;

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
  /** The newest places that samples were counted below, and the counts of all entries. */
  #counted: Array<{ place: ScalePoint; below: Float64Array }> = [];

  constructor(scale: Scale) {
    this.scale = scale;
  }

  clear(): void {
    this.length = 0;
    this.first = 0;
    this.end = 0;
    this.#counted = [];
  }

  /** Adds the sketch at `place` of some that were decoded. */
  add(side: number, unit: number, cell: number, source: DecodedSketches, place: number): void {
    const at = this.length;
    if (this.#counted.length > 0) this.#counted = [];
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
    const start = starts[place] as number;
    const end = starts[place + 1] as number;
    // Counted from the nearer end. Counts are whole numbers, so that both ways give the same sum.
    if (bucket > (buckets[(start + end) >> 1] ?? Number.POSITIVE_INFINITY)) {
      let sum = this.samples[entry] as number;
      for (let i = end - 1; i >= start; i -= 1) {
        const at = buckets[i] as number;
        if (at <= bucket) return at === bucket ? sum - (1 - fraction) * (counts[i] as number) : sum;
        sum -= counts[i] as number;
      }
      return sum;
    }
    let sum = 0;
    for (let i = start; i < end; i += 1) {
      const at = buckets[i] as number;
      if (at >= bucket) return at === bucket ? sum + fraction * (counts[i] as number) : sum;
      sum += counts[i] as number;
    }
    return sum;
  }

  /**
   * The samples of each entry below a place. Counting is most of the work of a comparison, and several steps need the same
   * counts, so those of the two newest places (by identity) are cached until the table changes.
   */
  belowEach(place: ScalePoint): Float64Array {
    const cached = this.#counted.find((counted) => counted.place === place);
    if (cached !== undefined) return cached.below;
    const below = new Float64Array(this.length);
    for (let entry = 0; entry < this.length; entry += 1) below[entry] = this.below(entry, place);
    this.#counted = [{ place, below }, ...this.#counted.slice(0, MOST_COUNTED - 1)];
    return below;
  }
}
