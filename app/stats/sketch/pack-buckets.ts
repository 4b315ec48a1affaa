import { MILLISECONDS, SCORE, type Scale } from "./scale";

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
export const VERSION = 1;

/** Bytes before the cells, where there are fewer than 128 bytes of them. */
const HEADER = 4;

export type Width = 4 | 8;

/** SKIP and, one below, LARGE. */
export const skipOf = (width: Width): number => (1 << width) - 1;
export const largeOf = (width: Width): number => (1 << width) - 2;

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

/** Of each filled bucket: the empty ones before it. */
const emptyRuns = new Int32Array(MAX_BUCKETS);

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
 * Packs the filled buckets of a sketch, in ascending order: the first `filled` of both.
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
