import { PACKED_VERSION, pastTheEnd, skipOf, truncated, type Width } from "./packed-sketch";
import type { Scale } from "./scale";

/** Where filled buckets are written to. There must be room for all buckets of the scale from the start on. */
export type Columns = { scale: Scale; buckets: Uint16Array; counts: Float64Array };

/** Positions (bytes) of a packed sketch's cells, and how wide they are. */
type Body = { width: Width; from: number; end: number };

/**
 * Reads the packed sketch at `at` into columns: its filled buckets, ascending, from index `start` on.
 * @param done is told the index behind the last one, and the samples in all
 * @returns where the sketch ends
 * @throws RangeError for bytes that no `packSketch` wrote, or of another scale
 */
export function readPacked(
  bytes: Uint8Array,
  at: number,
  into: Columns,
  start: number,
  done: (filled: number, n: number) => void,
): number {
  const body = bodyOf(bytes, at, into.scale);
  if (body.width === 4) readNarrow(bytes, body, into, start, done);
  else readWide(bytes, body, into, start, done);
  return body.end;
}

/** Where the packed sketch that begins at `at` ends, without reading it. */
export const endOfPacked = (bytes: Uint8Array, at: number, scale: Scale): number =>
  bodyOf(bytes, at, scale).end;

function bodyOf(bytes: Uint8Array, at: number, scale: Scale): Body {
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

function readWide(
  bytes: Uint8Array,
  { from, end }: Body,
  { scale, buckets, counts }: Columns,
  start: number,
  done: (filled: number, n: number) => void,
): void {
  const skip = skipOf(8);
  const last = scale.edges.length;
  let bucket = 0;
  let filled = start;
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
    if (bucket >= last) throw pastTheEnd();
    if (count > 0) {
      buckets[filled] = bucket;
      counts[filled] = count;
      filled += 1;
      n += count;
    }
    bucket += 1;
  }
  done(filled, n);
}

function readNarrow(
  bytes: Uint8Array,
  { from, end }: Body,
  { scale, buckets, counts }: Columns,
  start: number,
  done: (filled: number, n: number) => void,
): void {
  const skip = skipOf(4);
  const last = scale.edges.length;
  let bucket = 0;
  let filled = start;
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
    // The cell that only fills the last byte up may stand right after the last bucket.
    if (count > 0) {
      if (bucket >= last) throw pastTheEnd();
      buckets[filled] = bucket;
      counts[filled] = count;
      filled += 1;
      n += count;
    } else if (bucket > last) throw pastTheEnd();
    bucket += 1;
  }
  done(filled, n);
}
