import { largeOf, MAX_BUCKETS, packBuckets, VERSION, type Width } from "./pack-buckets";
import { type Scale, scaleOfCode } from "./scale";
import { createSketch, type Sketch } from "./sketch";

const LARGE_4 = largeOf(4);
const LARGE_8 = largeOf(8);

/** Of each filled bucket: its number, and its count. */
const filledBuckets = new Uint16Array(MAX_BUCKETS);
const filledCounts = new Float64Array(MAX_BUCKETS);

/**
 * Packs a sketch.
 * @throws RangeError when a count is negative or not whole, as in a weighted sketch
 */
export function packSketch({ scale, counts }: Sketch): Uint8Array {
  let filled = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] as number;
    if (count === 0) continue;
    filledBuckets[filled] = i;
    filledCounts[filled] = count;
    filled += 1;
  }
  return packBuckets(scale, filledBuckets, filledCounts, filled);
}

/**
 * Adds every packed sketch in `bytes` (one, or several one after the other) to `into`.
 * @throws RangeError for bytes not in the format of `packSketch`, or of another scale; `into` is undefined afterwards
 */
export function mergePacked(into: Sketch, bytes: Uint8Array): void {
  mergeEachPacked(bytes, () => into);
}

/**
 * Adds each of the concatenated packed sketches in `bytes` to the sketch that `intoOf` returns for its index.
 * @throws RangeError as `mergePacked`
 */
export function mergeEachPacked(bytes: Uint8Array, intoOf: (index: number) => Sketch): void {
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) at = mergePackedAt(intoOf(index), bytes, at);
}

/**
 * Adds the packed sketch that begins at `at` to `into`; gives where it ends.
 * @throws RangeError as `mergePacked`
 */
export function mergePackedAt(into: Sketch, bytes: Uint8Array, at: number): number {
  const { width, from, end } = packedBody(bytes, at, into.scale);
  if (width === 4) mergeNarrow(into, bytes, from, end);
  else mergeWide(into, bytes, from, end);
  return end;
}

/** Position of the cells of a packed sketch (bytes, `end` excluded), and their width. */
export type PackedBody = { width: Width; from: number; end: number };

/**
 * Reads the header of the packed sketch that begins at `at`.
 * @throws RangeError for bytes not in the format of `packSketch`, or of another scale
 */
export function packedBody(bytes: Uint8Array, at: number, scale: Scale): PackedBody {
  if (bytes[at] !== VERSION) throw new RangeError(`Sketch version ${bytes[at]} is not known.`);
  const code = bytes[at + 1];
  if (code !== scale.code) {
    throw new RangeError(`A sketch of scale ${code} can't be merged into scale ${scale.code}.`);
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

function mergeWide(into: Sketch, bytes: Uint8Array, from: number, end: number): void {
  const { counts } = into;
  const last = counts.length;
  let bucket = 0;
  let added = 0;
  for (let at = from; at < end; ) {
    const cell = bytes[at++] as number;
    let count = cell;
    if (cell >= LARGE_8) {
      let value = 0;
      let factor = 1;
      let digit = 0x80;
      while (digit >= 0x80) {
        if (at >= end || factor > Number.MAX_SAFE_INTEGER) throw truncated();
        digit = bytes[at++] as number;
        value += (digit & 0x7f) * factor;
        factor *= 0x80;
      }
      if (cell > LARGE_8) {
        bucket += value;
        continue;
      }
      count = value;
    }
    if (bucket >= last) throw pastTheEnd();
    counts[bucket] = (counts[bucket] as number) + count;
    added += count;
    bucket += 1;
  }
  into.n += added;
}

function mergeNarrow(into: Sketch, bytes: Uint8Array, from: number, end: number): void {
  const { counts } = into;
  const last = counts.length;
  let bucket = 0;
  let added = 0;
  // Positions are in cells: two a byte, the lower half first.
  for (let at = from * 2; at < end * 2; ) {
    if ((at & 1) === 0) {
      // A fast path: nearly all bytes are two plain counts.
      const most = Math.min(end, (at >> 1) + ((last - bucket) >> 1));
      let next = at >> 1;
      for (; next < most; next += 1) {
        const low = (bytes[next] as number) & 15;
        const high = (bytes[next] as number) >> 4;
        if (low >= LARGE_4 || high >= LARGE_4) break;
        counts[bucket] = (counts[bucket] as number) + low;
        counts[bucket + 1] = (counts[bucket + 1] as number) + high;
        added += low + high;
        bucket += 2;
      }
      if (next === end) break;
      at = next * 2;
    }
    const byte = bytes[at >> 1] as number;
    const cell = (byte >> ((at & 1) << 2)) & 15;
    at += 1;
    let count = cell;
    if (cell >= LARGE_4) {
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
      if (cell > LARGE_4) {
        bucket += value;
        continue;
      }
      count = value;
    }
    // The cell that pads the last byte may follow the last bucket.
    if (bucket >= last && (count > 0 || bucket > last)) throw pastTheEnd();
    if (bucket < last) counts[bucket] = (counts[bucket] as number) + count;
    added += count;
    bucket += 1;
  }
  into.n += added;
}

/** The merge of the packed sketches in `bytes` (at least one). */
export function unpackSketch(bytes: Uint8Array): Sketch {
  const sketch = createSketch(packedScale(bytes));
  mergePacked(sketch, bytes);
  return sketch;
}

function packedScale(bytes: Uint8Array): Scale {
  if (bytes.length < 4) throw truncated();
  return scaleOfCode(bytes[1] as number);
}

export const truncated = (): RangeError => new RangeError("A packed sketch ends before its stated length.");
export const pastTheEnd = (): RangeError => new RangeError("A packed sketch runs past the end of its scale.");
