import { noneFilled, readFilled } from "./filled-buckets";
import { packedBody } from "./packed-sketch";
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
let filled = noneFilled(65_536);

function ensureCapacity(buckets: number): void {
  if (filled.length + buckets <= filled.buckets.length) return;
  const grown = noneFilled(2 * filled.buckets.length + buckets);
  grown.buckets.set(filled.buckets);
  grown.counts.set(filled.counts);
  grown.length = filled.length;
  filled = grown;
}

const MAX_COUNT = 2 ** 32 - 1;

/** Half as large as doubles: thousands of decoded sketches stay in memory. */
function smallCounts(counts: Float64Array): Uint32Array {
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] as number;
    if (count > MAX_COUNT) throw new RangeError(`A bucket with ${count} samples is too large to compare.`);
  }
  return new Uint32Array(counts);
}

/**
 * Decodes concatenated packed sketches.
 * @throws RangeError for bytes not in the format of `packSketch`, another scale, or over 4 billion samples in a bucket
 */
export function decodePacked(bytes: Uint8Array, scale: Scale): DecodedSketches {
  const starts: number[] = [];
  const samples: number[] = [];
  filled.length = 0;
  for (let at = 0; at < bytes.length; ) {
    const body = packedBody(bytes, at, scale);
    ensureCapacity(scale.edges.length);
    starts.push(filled.length);
    samples.push(readFilled(bytes, body, scale, filled));
    at = body.end;
  }
  starts.push(filled.length);
  return {
    buckets: filled.buckets.slice(0, filled.length),
    counts: smallCounts(filled.counts.subarray(0, filled.length)),
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
