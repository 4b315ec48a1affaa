import { type Scale, scaleOfCode } from "./scale";
import { createSketch, type Sketch } from "./sketch";

/**
 * The stored form of a sketch, made so that **putting two of them one after the other is merging them**:
 * SQL can concatenate what JavaScript then reads in one pass.
 *
 *   version (1 byte) · scale code (1 byte) · length of the rest (varint) · cells (varints)
 *
 * A cell is `2·count` for the bucket after the previous one, or `2·gap + 1` to skip `gap` empty buckets.
 * Varints are little-endian base 128. A typical hour of one route takes one byte per occupied bucket.
 */
const VERSION = 1;

/** Enough for two varints per bucket of any scale. */
const scratch = new Uint8Array(64 * 1024);

/**
 * @throws RangeError when a count is negative or not whole: such a sketch is a bug or a weighted view
 */
export function packSketch({ scale, counts }: Sketch): Uint8Array {
  let end = 0;
  const write = (value: number): void => {
    let rest = value;
    while (rest >= 0x80) {
      scratch[end++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    scratch[end++] = rest;
  };
  let gap = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] as number;
    if (count === 0) {
      gap += 1;
      continue;
    }
    if (!(count > 0 && Number.isSafeInteger(2 * count))) {
      throw new RangeError(`A bucket can't hold ${count} samples.`);
    }
    if (gap > 0) write(2 * gap + 1);
    write(2 * count);
    gap = 0;
  }
  const cells = end;
  end = cells;
  write(cells);
  const packed = new Uint8Array(2 + end);
  packed[0] = VERSION;
  packed[1] = scale.code;
  packed.set(scratch.subarray(cells, end), 2);
  packed.set(scratch.subarray(0, cells), 2 + end - cells);
  return packed;
}

/**
 * Adds every packed sketch in `bytes` (one, or several one after the other) to `into`.
 * @throws RangeError for bytes that no `packSketch` wrote, or of another scale
 */
export function mergePacked(into: Sketch, bytes: Uint8Array): void {
  const { counts, scale } = into;
  const end = bytes.length;
  let at = 0;
  let added = 0;
  while (at < end) {
    if (bytes[at] !== VERSION) {
      throw new RangeError(`Sketch version ${bytes[at]} is not known.`);
    }
    if (bytes[at + 1] !== scale.code) {
      throw new RangeError(`A sketch of scale ${bytes[at + 1]} can't be merged into scale ${scale.code}.`);
    }
    at += 2;
    let length = 0;
    let factor = 1;
    let byte = 0x80;
    while (byte >= 0x80) {
      if (at >= end) throw truncated();
      byte = bytes[at++] as number;
      length += (byte & 0x7f) * factor;
      factor *= 0x80;
    }
    const stop = at + length;
    if (stop > end) throw truncated();
    let bucket = 0;
    while (at < stop) {
      let cell = bytes[at++] as number;
      if (cell >= 0x80) {
        cell &= 0x7f;
        factor = 0x80;
        byte = 0x80;
        while (byte >= 0x80) {
          if (at >= stop) throw truncated();
          byte = bytes[at++] as number;
          cell += (byte & 0x7f) * factor;
          factor *= 0x80;
        }
      }
      if (cell % 2 === 1) {
        bucket += (cell - 1) / 2;
        continue;
      }
      if (bucket >= counts.length) {
        throw new RangeError("A packed sketch runs past the end of its scale.");
      }
      const count = cell / 2;
      counts[bucket] = (counts[bucket] as number) + count;
      bucket += 1;
      added += count;
    }
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
  if (bytes.length < 3) throw truncated();
  return scaleOfCode(bytes[1] as number);
}

const truncated = (): RangeError => new RangeError("A packed sketch ends before its stated length.");
