import { noneFilled, readFilled } from "./filled-buckets";
import { MAX_BUCKETS, packBuckets } from "./pack-buckets";
import { packedBody } from "./packed-sketch";
import type { Scale } from "./scale";

/** A packed sketch, and how many of its samples there are in all, and in the buckets up to each of two. */
export type CountedSketch = { samples: number; atMost: readonly [number, number]; sketch: Uint8Array };

// Reused, because a fold changes thousands of sketches.
const before = noneFilled(MAX_BUCKETS);
const after = noneFilled(MAX_BUCKETS);

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
  if (packed !== null) {
    const body = packedBody(packed, 0, scale);
    if (body.end !== packed.length) throw new RangeError("There are several packed sketches.");
    readFilled(packed, body, scale, before);
  }
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
