import { skipOf } from "./pack-buckets";
import { type PackedBody, packedBody, pastTheEnd, truncated } from "./packed-sketch";
import type { Scale } from "./scale";
import type { Sketch } from "./sketch";

/**
 * Sketches without their empty buckets, as columns: sketch `i` has the buckets at `starts[i]` to `starts[i + 1]` (not
 * included), in ascending order.
 */
export type DecodedSketches = {
  buckets: Uint16Array;
  counts: Float64Array | Uint32Array;
  starts: Int32Array;
  /** Samples of each sketch. */
  samples: Float64Array;
};

/** Reused by each decoding, which copies the result. */
const buffer = { buckets: new Uint16Array(65_536), counts: new Uint32Array(65_536), length: 0 };

function ensureCapacity(buckets: number): void {
  if (buffer.length + buckets <= buffer.buckets.length) return;
  const grown = 2 * buffer.buckets.length + buckets;
  const { buckets: before, counts } = buffer;
  buffer.buckets = new Uint16Array(grown);
  buffer.buckets.set(before);
  buffer.counts = new Uint32Array(grown);
  buffer.counts.set(counts);
}

/**
 * Decodes concatenated packed sketches.
 * @throws RangeError for bytes not in the format of `packSketch`, another scale, or over 4 billion samples in a bucket
 */
export function decodePacked(bytes: Uint8Array, scale: Scale): DecodedSketches {
  const starts: number[] = [];
  const samples: number[] = [];
  buffer.length = 0;
  for (let at = 0; at < bytes.length; ) {
    const body = packedBody(bytes, at, scale);
    ensureCapacity(scale.edges.length);
    starts.push(buffer.length);
    samples.push(readCells(bytes, body, scale));
    at = body.end;
  }
  starts.push(buffer.length);
  return {
    buckets: buffer.buckets.slice(0, buffer.length),
    counts: buffer.counts.slice(0, buffer.length),
    starts: Int32Array.from(starts),
    samples: Float64Array.from(samples),
  };
}

/** The same form from sketches. */
export function decodedFrom(sketches: readonly Sketch[]): DecodedSketches {
  const buckets: number[] = [];
  const counts: number[] = [];
  const starts: number[] = [];
  for (const sketch of sketches) {
    starts.push(buckets.length);
    sketch.counts.forEach((count, bucket) => {
      if (count === 0) return;
      buckets.push(bucket);
      counts.push(count);
    });
  }
  starts.push(buckets.length);
  return {
    buckets: Uint16Array.from(buckets),
    counts: Float64Array.from(counts),
    starts: Int32Array.from(starts),
    samples: Float64Array.from(sketches, ({ n }) => n),
  };
}

/** Adds all decoded sketches to `into`, which must have their scale. */
export function addDecoded(into: Sketch, { buckets, counts }: DecodedSketches): void {
  let added = 0;
  for (let i = 0; i < buckets.length; i += 1) {
    const bucket = buckets[i] as number;
    const count = counts[i] as number;
    into.counts[bucket] = (into.counts[bucket] as number) + count;
    added += count;
  }
  into.n += added;
}

/** Adds the decoded sketch at `index` to `into`, which must have its scale. */
export function addDecodedAt(
  into: Sketch,
  { buckets, counts, starts, samples }: DecodedSketches,
  index: number,
) {
  const end = starts[index + 1] as number;
  for (let i = starts[index] as number; i < end; i += 1) {
    const bucket = buckets[i] as number;
    into.counts[bucket] = (into.counts[bucket] as number) + (counts[i] as number);
  }
  into.n += samples[index] as number;
}

/** The end of the packed sketch that begins at `at`. */
export const endOfPacked = (bytes: Uint8Array, at: number, scale: Scale): number =>
  packedBody(bytes, at, scale).end;

const MAX_COUNT = 2 ** 32 - 1;

/** Appends the filled buckets of one sketch to the buffer; returns its samples. */
function readCells(bytes: Uint8Array, { width, from, end }: PackedBody, scale: Scale): number {
  const narrow = width === 4;
  const skip = skipOf(width);
  const more = 1 << (width - 1);
  const last = scale.edges.length;
  // In bytes of two cells the lower half comes first.
  const cellAt = (at: number): number =>
    narrow ? ((bytes[at >> 1] as number) >> ((at & 1) << 2)) & 15 : (bytes[at] as number);
  const stop = narrow ? 2 * end : end;
  let bucket = 0;
  let filled = buffer.length;
  let n = 0;
  for (let at = narrow ? 2 * from : from; at < stop; ) {
    let count = cellAt(at++);
    if (count >= skip - 1) {
      const isSkip = count === skip;
      let value = 0;
      let factor = 1;
      let digit = more;
      while (digit >= more) {
        if (at >= stop || factor > Number.MAX_SAFE_INTEGER) throw truncated();
        digit = cellAt(at++);
        value += (digit & (more - 1)) * factor;
        factor *= more;
      }
      if (isSkip) {
        bucket += value;
        continue;
      }
      count = value;
    }
    if (count > 0) {
      if (bucket >= last) throw pastTheEnd();
      if (count > MAX_COUNT) throw new RangeError(`A bucket with ${count} samples is too large to compare.`);
      buffer.buckets[filled] = bucket;
      buffer.counts[filled] = count;
      filled += 1;
      n += count;
    }
    bucket += 1;
  }
  buffer.length = filled;
  return n;
}
