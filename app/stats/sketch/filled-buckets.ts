import { skipOf } from "./pack-buckets";
import { type PackedBody, pastTheEnd, truncated } from "./packed-sketch";
import type { Scale } from "./scale";

/** Filled buckets and their counts: the first `length` of each. Those of one sketch are in ascending order. */
export type FilledBuckets = { buckets: Uint16Array; counts: Float64Array; length: number };

export const noneFilled = (capacity: number): FilledBuckets => ({
  buckets: new Uint16Array(capacity),
  counts: new Float64Array(capacity),
  length: 0,
});

/**
 * Appends the filled buckets of a packed sketch to `into`, which has capacity for all of its scale.
 * @returns its samples
 * @throws RangeError for bytes not in the format of `packSketch`
 */
export function readFilled(
  bytes: Uint8Array,
  { width, from, end }: PackedBody,
  scale: Scale,
  into: FilledBuckets,
): number {
  const { buckets, counts } = into;
  const isNarrow = width === 4;
  const skip = skipOf(width);
  const more = 1 << (width - 1);
  const last = scale.edges.length;
  const stop = isNarrow ? 2 * end : end;
  // In bytes of two cells the lower half comes first.
  const cellAt = (at: number): number =>
    isNarrow ? ((bytes[at >> 1] as number) >> ((at & 1) << 2)) & 15 : (bytes[at] as number);
  let bucket = 0;
  let filled = into.length;
  let samples = 0;
  for (let at = isNarrow ? 2 * from : from; at < stop; ) {
    const cell = cellAt(at++);
    let count = cell;
    if (cell >= skip - 1) {
      count = 0;
      let factor = 1;
      for (let digit = more; digit >= more; factor *= more) {
        if (at >= stop || factor > Number.MAX_SAFE_INTEGER) throw truncated();
        digit = cellAt(at++);
        count += (digit & (more - 1)) * factor;
      }
      if (cell === skip) {
        bucket += count;
        continue;
      }
    }
    if (count > 0) {
      if (bucket >= last) throw pastTheEnd();
      buckets[filled] = bucket;
      counts[filled] = count;
      filled += 1;
      samples += count;
    }
    bucket += 1;
  }
  into.length = filled;
  return samples;
}
