import { MILLISECONDS, SCORE, type Scale, scaleOfCode } from "./scale";
import { createSketch, type Sketch } from "./sketch";

/**
 * The stored form of a sketch, made so that **putting two of them one after the other is merging them**:
 * SQL can concatenate what JavaScript then reads in one pass.
 *
 *   version · scale code · cell width (4 or 8 bits), a byte each · bytes of cells (varint) · cells
 *
 * Cells stand for buckets in ascending order, each holding its count. The two largest values of a cell do not
 * stand for counts: LARGE is followed by a count that does not fit, SKIP by a number of empty buckets, both as
 * numbers of (width - 1) bits a cell, least significant first, the top bit saying that another follows. In
 * bytes of two cells the lower half comes first, and a last empty cell fills up. A typical hour of one route
 * takes half a byte per bucket.
 */
const VERSION = 1;

export type Width = 4 | 8;

/** The cell that stands for a run of empty buckets; the one below it for a count that does not fit. */
export const skipOf = (width: Width): number => (1 << width) - 1;
const largeOf = (width: Width): number => (1 << width) - 2;

const LARGE_4 = largeOf(4);
const LARGE_8 = largeOf(8);

/** An empty run shorter than this is cheaper as empty cells than as a SKIP and its length. */
const MIN_SKIP_LENGTH = 3;

/** How many cells a number takes after LARGE or SKIP. */
function digitsOf(value: number, width: Width): number {
  const base = 1 << (width - 1);
  let digits = 1;
  for (let end = base; value >= end; end *= base) digits += 1;
  return digits;
}

/** How many cells an empty run and the count that ends it take. */
function cellsOf(empty: number, count: number, width: Width): number {
  const run = empty < MIN_SKIP_LENGTH ? empty : 1 + digitsOf(empty, width);
  return run + (count < largeOf(width) ? 1 : 1 + digitsOf(count, width));
}

const MAX_BUCKETS = Math.max(MILLISECONDS.edges.length, SCORE.edges.length);

/** LARGE and a count of 53 bits in cells of three, with room to spare. */
const MAX_CELLS_PER_BUCKET = 20;

/** The buckets that hold something: how many empty ones stand before each, and its count. */
const emptyRuns = new Int32Array(MAX_BUCKETS);
const filledCounts = new Float64Array(MAX_BUCKETS);

/** Where cells are written, a byte each, before they are put into the sketch's bytes. */
const cells = new Uint8Array(MAX_CELLS_PER_BUCKET * MAX_BUCKETS);

function writeNumber(value: number, start: number, width: Width): number {
  const base = 1 << (width - 1);
  let at = start;
  let rest = value;
  for (; rest >= base; rest = Math.floor(rest / base)) cells[at++] = base + (rest % base);
  cells[at++] = rest;
  return at;
}

/** Writes the first `filled` of `runs` and `held`; gives the number of cells. */
function writeCells(filled: number, width: Width): number {
  const large = largeOf(width);
  let at = 0;
  for (let i = 0; i < filled; i += 1) {
    const empty = emptyRuns[i] as number;
    const count = filledCounts[i] as number;
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
 * The stored form of a sketch. The fold makes one for every summary that a batch touches, which is why each
 * bucket is looked at only once.
 * @throws RangeError when a count is negative or not whole: such a sketch is a bug or a weighted view
 */
export function packSketch({ scale, counts }: Sketch): Uint8Array {
  let filled = 0;
  let empty = 0;
  let cells4 = 0;
  let cells8 = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] as number;
    if (count === 0) {
      empty += 1;
      continue;
    }
    if (!(count > 0 && Number.isSafeInteger(count))) {
      throw new RangeError(`A bucket can't hold ${count} samples.`);
    }
    cells4 += cellsOf(empty, count, 4);
    cells8 += cellsOf(empty, count, 8);
    emptyRuns[filled] = empty;
    filledCounts[filled] = count;
    filled += 1;
    empty = 0;
  }
  const narrow = Math.ceil(cells4 / 2);
  const width = narrow <= cells8 ? 4 : 8;
  const size = Math.min(narrow, cells8);
  const header = [VERSION, scale.code, width];
  for (let rest = size; ; rest >>>= 7) {
    header.push(rest < 0x80 ? rest : 0x80 | (rest & 0x7f));
    if (rest < 0x80) break;
  }
  const packed = new Uint8Array(header.length + size);
  packed.set(header);
  const written = writeCells(filled, width);
  if (width === 8) packed.set(cells.subarray(0, size), header.length);
  else {
    cells[written] = 0;
    for (let i = 0; i < size; i += 1) {
      packed[header.length + i] = (cells[2 * i] as number) | ((cells[2 * i + 1] as number) << 4);
    }
  }
  return packed;
}

/**
 * Adds every packed sketch in `bytes` (one, or several one after the other) to `into`.
 * @throws RangeError for bytes that no `packSketch` wrote, or of another scale; `into` is then of no more use
 */
export function mergePacked(into: Sketch, bytes: Uint8Array): void {
  mergeEachPacked(bytes, () => into);
}

/**
 * Adds each of the packed sketches in `bytes`, which stand one after the other, to the sketch that `intoOf`
 * gives for its place among them (from 0).
 * @throws RangeError as `mergePacked`
 */
export function mergeEachPacked(bytes: Uint8Array, intoOf: (place: number) => Sketch): void {
  let at = 0;
  for (let place = 0; at < bytes.length; place += 1) {
    const into = intoOf(place);
    const { width, from, end } = packedBody(bytes, at, into.scale);
    if (width === 4) mergeNarrow(into, bytes, from, end);
    else mergeWide(into, bytes, from, end);
    at = end;
  }
}

/** Where the cells of a packed sketch lie (bytes, `end` not included), and how wide they are. */
export type PackedBody = { width: Width; from: number; end: number };

/**
 * Reads the header of the packed sketch that begins at `at`.
 * @throws RangeError for bytes that no `packSketch` wrote, or of another scale
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
      // Nearly all bytes are two plain counts; a loop for them alone is what makes thousands of sketches fast.
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
    // The cell that only fills the last byte up may stand right after the last bucket.
    if (bucket >= last && (count > 0 || bucket > last)) throw pastTheEnd();
    if (bucket < last) counts[bucket] = (counts[bucket] as number) + count;
    added += count;
    bucket += 1;
  }
  into.n += added;
}

/** The one sketch that `bytes` (at least one packed sketch) add up to. */
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
