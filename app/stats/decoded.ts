import { PACKED_VERSION, pastTheEnd, skipOf, truncated, type Width } from "./packed-sketch";
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

/** Room that is filled while decoding, and copied from afterwards. */
const room = { buckets: new Uint16Array(65_536), counts: new Uint32Array(65_536), length: 0 };

function makeRoom(buckets: number): void {
  if (room.length + buckets <= room.buckets.length) return;
  const grown = 2 * room.buckets.length + buckets;
  const { buckets: before, counts } = room;
  room.buckets = new Uint16Array(grown);
  room.buckets.set(before);
  room.counts = new Uint32Array(grown);
  room.counts.set(counts);
}

/**
 * Decodes all packed sketches in `bytes`, which stand one after the other.
 * @throws RangeError for bytes that no `packSketch` wrote, or of another scale, or with over 4 billion samples in a bucket
 */
export function decodePacked(bytes: Uint8Array, scale: Scale): DecodedSketches {
  const starts: number[] = [];
  const samples: number[] = [];
  room.length = 0;
  for (let at = 0; at < bytes.length; ) {
    const { width, from, end } = bodyOf(bytes, at, scale);
    makeRoom(scale.edges.length);
    starts.push(room.length);
    samples.push(width === 4 ? readNarrow(bytes, from, end, scale) : readWide(bytes, from, end, scale));
    at = end;
  }
  starts.push(room.length);
  return {
    buckets: room.buckets.slice(0, room.length),
    counts: room.counts.slice(0, room.length),
    starts: Int32Array.from(starts),
    samples: Float64Array.from(samples),
  };
}

/** Sketches as they would be decoded from their packed forms. */
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

/** Adds all of some decoded sketches to `into`, whose scale must be theirs. */
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

/** Where the packed sketch that begins at `at` ends, without decoding it. */
export const endOfPacked = (bytes: Uint8Array, at: number, scale: Scale): number =>
  bodyOf(bytes, at, scale).end;

/** Positions (bytes) of a packed sketch's cells, and how wide they are. */
function bodyOf(bytes: Uint8Array, at: number, scale: Scale): { width: Width; from: number; end: number } {
  if (bytes[at] !== PACKED_VERSION) throw new RangeError(`Sketch version ${bytes[at]} is not known.`);
  if (bytes[at + 1] !== scale.code) {
    throw new RangeError(`A sketch of scale ${bytes[at + 1]} is not one of scale ${scale.code}.`);
  }
  const width = bytes[at + 2];
  if (width !== 4 && width !== 8) throw new RangeError(`Cells of ${width} bits are not known.`);
  let from = at + 3;
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[from];
    if (byte === undefined || shift > 21) throw truncated();
    from += 1;
    size |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  const end = from + size;
  if (end > bytes.length) throw truncated();
  return { width, from, end };
}

const LARGEST_COUNT = 2 ** 32 - 1;

function keep(filled: number, bucket: number, count: number, scale: Scale): void {
  if (bucket >= scale.edges.length) throw pastTheEnd();
  if (count > LARGEST_COUNT) throw new RangeError(`A bucket with ${count} samples is too large to compare.`);
  room.buckets[filled] = bucket;
  room.counts[filled] = count;
}

function readWide(bytes: Uint8Array, from: number, end: number, scale: Scale): number {
  const skip = skipOf(8);
  let bucket = 0;
  let filled = room.length;
  let n = 0;
  for (let at = from; at < end; ) {
    let count = bytes[at++] as number;
    if (count >= skip - 1) {
      const isSkip = count === skip;
      let value = 0;
      let factor = 1;
      let digit = 0x80;
      while (digit >= 0x80) {
        if (at >= end || factor > Number.MAX_SAFE_INTEGER) throw truncated();
        digit = bytes[at++] as number;
        value += (digit & 0x7f) * factor;
        factor *= 0x80;
      }
      if (isSkip) {
        bucket += value;
        continue;
      }
      count = value;
    }
    if (count > 0) {
      keep(filled, bucket, count, scale);
      filled += 1;
      n += count;
    }
    bucket += 1;
  }
  room.length = filled;
  return n;
}

function readNarrow(bytes: Uint8Array, from: number, end: number, scale: Scale): number {
  const skip = skipOf(4);
  let bucket = 0;
  let filled = room.length;
  let n = 0;
  // Positions are in cells: two a byte, the lower half first.
  for (let at = from * 2; at < end * 2; ) {
    let count = ((bytes[at >> 1] as number) >> ((at & 1) << 2)) & 15;
    at += 1;
    if (count >= skip - 1) {
      const isSkip = count === skip;
      let value = 0;
      let factor = 1;
      let digit = 8;
      while (digit >= 8) {
        if (at >= end * 2 || factor > Number.MAX_SAFE_INTEGER) throw truncated();
        digit = ((bytes[at >> 1] as number) >> ((at & 1) << 2)) & 15;
        at += 1;
        value += (digit & 7) * factor;
        factor *= 8;
      }
      if (isSkip) {
        bucket += value;
        continue;
      }
      count = value;
    }
    if (count > 0) {
      keep(filled, bucket, count, scale);
      filled += 1;
      n += count;
    }
    bucket += 1;
  }
  room.length = filled;
  return n;
}
