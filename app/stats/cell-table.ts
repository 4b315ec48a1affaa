import type { Place } from "./continuous";
import { readPacked } from "./packed-reader";
import type { Scale } from "./scale";
import type { Sketch } from "./sketch";

/** Room for a sketch more than there is: no sketch has more buckets. */
const grown = (length: number, needed: number): number => Math.max(needed, 2 * length);

/**
 * Sketches of one metric, each of one side of a comparison, one unit of time and one cell (a device, say), as
 * columns. They are decoded once, and only their filled buckets are kept, because a comparison passes over them
 * several times and there are tens of thousands of them. A table is filled, read, cleared and filled again.
 *
 * Sides, units and cells are small numbers from 0 on, whose meaning is the caller's.
 */
export class CellTable {
  readonly scale: Scale;
  /** Entries. */
  length = 0;
  sides = new Uint8Array(64);
  units = new Uint16Array(64);
  cells = new Uint16Array(64);
  /** Samples of each entry. */
  samples = new Float64Array(64);
  /** Where each entry's buckets begin; one more than there are entries. */
  starts = new Int32Array(65);
  buckets = new Uint16Array(4096);
  counts = new Float64Array(4096);

  constructor(scale: Scale) {
    this.scale = scale;
  }

  clear(): void {
    this.length = 0;
  }

  /**
   * Adds the packed sketch that begins at `at`.
   * @returns where it ends
   * @throws RangeError for bytes that are no packed sketch of this scale
   */
  addPacked(side: number, unit: number, cell: number, bytes: Uint8Array, at: number): number {
    const start = this.#open(side, unit, cell);
    return readPacked(bytes, at, this, start, (filled, n) => this.#close(filled, n));
  }

  /** Adds a sketch. */
  add(side: number, unit: number, cell: number, sketch: Sketch): void {
    let at = this.#open(side, unit, cell);
    for (let bucket = 0; bucket < sketch.counts.length; bucket += 1) {
      const count = sketch.counts[bucket] as number;
      if (count === 0) continue;
      this.buckets[at] = bucket;
      this.counts[at] = count;
      at += 1;
    }
    this.#close(at, sketch.n);
  }

  #open(side: number, unit: number, cell: number): number {
    if (this.length === this.sides.length) this.#growEntries();
    const start = this.length === 0 ? 0 : (this.starts[this.length] as number);
    const needed = start + this.scale.edges.length;
    if (needed > this.buckets.length) this.#growBuckets(needed);
    this.starts[this.length] = start;
    this.sides[this.length] = side;
    this.units[this.length] = unit;
    this.cells[this.length] = cell;
    return start;
  }

  #close(end: number, n: number): void {
    this.samples[this.length] = n;
    this.length += 1;
    this.starts[this.length] = end;
  }

  #growEntries(): void {
    const length = 2 * this.length;
    const { sides, units, cells, samples, starts } = this;
    this.sides = new Uint8Array(length);
    this.sides.set(sides);
    this.units = new Uint16Array(length);
    this.units.set(units);
    this.cells = new Uint16Array(length);
    this.cells.set(cells);
    this.samples = new Float64Array(length);
    this.samples.set(samples);
    this.starts = new Int32Array(length + 1);
    this.starts.set(starts);
  }

  #growBuckets(needed: number): void {
    const { buckets, counts } = this;
    this.buckets = new Uint16Array(grown(buckets.length, needed));
    this.buckets.set(buckets);
    this.counts = new Float64Array(this.buckets.length);
    this.counts.set(counts);
  }

  /** Adds the buckets of an entry, each of its counts times `weight`, to `into`. */
  pour(entry: number, weight: number, into: Float64Array): void {
    const end = this.starts[entry + 1] as number;
    for (let i = this.starts[entry] as number; i < end; i += 1) {
      const bucket = this.buckets[i] as number;
      into[bucket] = (into[bucket] as number) + weight * (this.counts[i] as number);
    }
  }

  /** How many samples of an entry lie below a place. */
  below(entry: number, { bucket, fraction }: Place): number {
    const end = this.starts[entry + 1] as number;
    let sum = 0;
    for (let i = this.starts[entry] as number; i < end; i += 1) {
      const at = this.buckets[i] as number;
      if (at < bucket) sum += this.counts[i] as number;
      else {
        if (at === bucket) sum += fraction * (this.counts[i] as number);
        break;
      }
    }
    return sum;
  }
}
