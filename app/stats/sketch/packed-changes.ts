import { MAX_BUCKETS, packBuckets, skipOf } from "./pack-buckets";
import { packedBody, pastTheEnd, truncated } from "./packed-sketch";
import type { Scale } from "./scale";

/** A packed sketch, and how many of its samples there are in all, and in the buckets up to each of two. */
export type CountedSketch = { samples: number; atMost: readonly [number, number]; sketch: Uint8Array };

/** Filled buckets, in ascending order, and their counts. */
type Filled = { buckets: Uint16Array; counts: Float64Array; length: number };

const noneFilled = (): Filled => ({
  buckets: new Uint16Array(MAX_BUCKETS),
  counts: new Float64Array(MAX_BUCKETS),
  length: 0,
});

// Reused, because a fold changes thousands of sketches.
const before = noneFilled();
const after = noneFilled();

/**
 * Adds a sample to each of some buckets of a packed sketch. The work is that of its filled buckets and the samples: the
 * sketches of five minutes have few of the thousand buckets.
 * @param packed one packed sketch; `null` for an empty one
 * @param added the buckets; they are sorted
 * @param upTo the two buckets for `atMost`
 * @throws RangeError for bytes not in the format of `packSketch`, or of another scale
 */
export function addToPacked(
  scale: Scale,
  packed: Uint8Array | null,
  added: number[],
  upTo: readonly [number, number],
): CountedSketch {
  before.length = 0;
  if (packed !== null) readFilled(packed, scale, before);
  if (added.length > 1) added.sort(ascending);
  merge(added);
  let samples = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < after.length; i += 1) {
    const bucket = after.buckets[i] as number;
    const count = after.counts[i] as number;
    samples += count;
    if (bucket <= upTo[0]) first += count;
    if (bucket <= upTo[1]) second += count;
  }
  const sketch = packBuckets(scale, after.buckets, after.counts, after.length);
  return { samples, atMost: [first, second], sketch };
}

const ascending = (a: number, b: number): number => a - b;

/** Merges `before` and sorted buckets of a sample each into `after`. */
function merge(added: readonly number[]): void {
  let from = 0;
  let length = 0;
  for (let i = 0; i < added.length; ) {
    const bucket = added[i] as number;
    let count = 0;
    for (; added[i] === bucket; i += 1) count += 1;
    for (; from < before.length && (before.buckets[from] as number) < bucket; from += 1) {
      after.buckets[length] = before.buckets[from] as number;
      after.counts[length++] = before.counts[from] as number;
    }
    if (from < before.length && before.buckets[from] === bucket) count += before.counts[from++] as number;
    after.buckets[length] = bucket;
    after.counts[length++] = count;
  }
  for (; from < before.length; from += 1) {
    after.buckets[length] = before.buckets[from] as number;
    after.counts[length++] = before.counts[from] as number;
  }
  after.length = length;
}

function readFilled(bytes: Uint8Array, scale: Scale, into: Filled): void {
  const { width, from, end } = packedBody(bytes, 0, scale);
  if (end !== bytes.length) throw new RangeError("There are several packed sketches.");
  const isNarrow = width === 4;
  const skip = skipOf(width);
  const more = 1 << (width - 1);
  const stop = isNarrow ? 2 * end : end;
  // In bytes of two cells the lower half comes first.
  const cellAt = (at: number): number =>
    isNarrow ? ((bytes[at >> 1] as number) >> ((at & 1) << 2)) & 15 : (bytes[at] as number);
  let bucket = 0;
  let length = 0;
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
      if (bucket >= scale.edges.length) throw pastTheEnd();
      into.buckets[length] = bucket;
      into.counts[length++] = count;
    }
    bucket += 1;
  }
  into.length = length;
}
