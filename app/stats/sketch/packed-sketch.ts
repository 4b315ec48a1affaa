import { MILLISECONDS, SCORE, type Scale, scaleOfCode } from "./scale";
import { createSketch, type Sketch } from "./sketch";

/**
 * The stored form of a sketch. **A concatenation of packed sketches is their merge**: SQL concatenates them, and JavaScript
 * reads the result in one pass.
 *
 *   version · scale code · cell width (4 or 8 bits), a byte each · bytes of cells (varint) · cells
 *
 * Each cell is the count of a bucket, in ascending order, except for the two largest values of a cell: LARGE precedes a
 * count that does not fit, and SKIP a number of empty buckets. Both numbers have (width - 1) bits per cell, least
 * significant first, and a top bit that is set when another cell follows (as in LEB128). In a byte of two cells the lower
 * half is first; an empty cell pads the last byte. A typical hour of one route needs half a byte per bucket.
 */
const VERSION = 1;

/** Bytes before the cells, where there are fewer than 128 bytes of them. */
const HEADER = 4;

export type Width = 4 | 8;

/** SKIP and, one below, LARGE. */
export const skipOf = (width: Width): number => (1 << width) - 1;
const largeOf = (width: Width): number => (1 << width) - 2;

const LARGE_4 = largeOf(4);
const LARGE_8 = largeOf(8);

/** An empty run shorter than this is cheaper as empty cells than as a SKIP and its length. */
const MIN_SKIP_LENGTH = 3;

/** Cells of a number after LARGE or SKIP. */
function digitsOf(value: number, width: Width): number {
  const base = 1 << (width - 1);
  let digits = 1;
  for (let end = base; value >= end; end *= base) digits += 1;
  return digits;
}

/** Cells of an empty run and the count after it. */
function cellsOf(empty: number, count: number, width: Width): number {
  const run = empty < MIN_SKIP_LENGTH ? empty : 1 + digitsOf(empty, width);
  return run + (count < largeOf(width) ? 1 : 1 + digitsOf(count, width));
}

export const MAX_BUCKETS = Math.max(MILLISECONDS.edges.length, SCORE.edges.length);

/** LARGE and a count of 53 bits, 3 bits a cell, need 19. */
const MAX_CELLS_PER_BUCKET = 20;

/** Of each filled bucket: the empty ones before it, its number, and its count. */
const emptyRuns = new Int32Array(MAX_BUCKETS);
const filledBuckets = new Uint16Array(MAX_BUCKETS);
const filledCounts = new Float64Array(MAX_BUCKETS);

/** One cell per byte, before packing. */
const cells = new Uint8Array(MAX_CELLS_PER_BUCKET * MAX_BUCKETS);

function writeNumber(value: number, start: number, width: Width): number {
  const base = 1 << (width - 1);
  let at = start;
  let rest = value;
  for (; rest >= base; rest = Math.floor(rest / base)) cells[at++] = base + (rest % base);
  cells[at++] = rest;
  return at;
}

/** Writes the first `filled` of `emptyRuns` and `counts`; gives the number of cells. */
function writeCells(counts: Float64Array, filled: number, width: Width): number {
  const large = largeOf(width);
  let at = 0;
  for (let i = 0; i < filled; i += 1) {
    const empty = emptyRuns[i] as number;
    const count = counts[i] as number;
    if (empty >= MIN_SKIP_LENGTH) {
      cells[at++] = skipOf(width);
      at = writeNumber(empty, at, width);
    } else {
      for (let zeros = empty; zeros > 0; zeros -= 1) cells[at++] = 0;
    }
    if (count < large) cells[at++] = count;
    else {
      cells[at++] = large;
      at = writeNumber(count, at, width);
    }
  }
  return at;
}

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
 * Packs a sketch of which only the filled buckets are given, in ascending order: the first `filled` of both.
 * @throws RangeError as `packSketch`
 */
export function packBuckets(
  scale: Scale,
  buckets: Uint16Array,
  counts: Float64Array,
  filled: number,
): Uint8Array {
  let next = 0;
  let cells4 = 0;
  let cells8 = 0;
  for (let i = 0; i < filled; i += 1) {
    const bucket = buckets[i] as number;
    const count = counts[i] as number;
    if (!(count > 0 && Number.isSafeInteger(count))) {
      throw new RangeError(`A bucket can't hold ${count} samples.`);
    }
    const empty = bucket - next;
    cells4 += cellsOf(empty, count, 4);
    cells8 += cellsOf(empty, count, 8);
    emptyRuns[i] = empty;
    next = bucket + 1;
  }
  const narrow = Math.ceil(cells4 / 2);
  const width = narrow <= cells8 ? 4 : 8;
  const size = Math.min(narrow, cells8);
  let header = HEADER;
  for (let rest = size; rest >= 0x80; rest >>>= 7) header += 1;
  const packed = new Uint8Array(header + size);
  packed[0] = VERSION;
  packed[1] = scale.code;
  packed[2] = width;
  let at = HEADER - 1;
  for (let rest = size; ; rest >>>= 7) {
    packed[at++] = rest < 0x80 ? rest : 0x80 | (rest & 0x7f);
    if (rest < 0x80) break;
  }
  const written = writeCells(counts, filled, width);
  if (width === 8) packed.set(cells.subarray(0, size), header);
  else {
    cells[written] = 0;
    for (let i = 0; i < size; i += 1) {
      packed[header + i] = (cells[2 * i] as number) | ((cells[2 * i + 1] as number) << 4);
    }
  }
  return packed;
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
  for (let index = 0; at < bytes.length; index += 1) {
    const into = intoOf(index);
    const { width, from, end } = packedBody(bytes, at, into.scale);
    if (width === 4) mergeNarrow(into, bytes, from, end);
    else mergeWide(into, bytes, from, end);
    at = end;
  }
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
