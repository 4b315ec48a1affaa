import type { Scale } from "./scale";

/**
 * A place on a scale between the edges of a bucket: all buckets below `bucket` lie under it, and the share
 * `fraction` of that bucket. Comparing two releases needs it: read off bucket by bucket, a change could only be a
 * multiple of 1 %.
 */
export type ScalePoint = { bucket: number; fraction: number };

/** Counts per bucket, weighted or not, and their sum. Outside of the buckets `from` to `to` (not included) there are none. */
export type WeightedHistogram = { counts: Float64Array; mass: number; from: number; to: number };

/** The place below which the share `q` of the mass lies; the scale's start where there is no mass. */
export const pointAt = (histogram: WeightedHistogram, q: number): ScalePoint => ascendingPoints(histogram)(q);

/** The same places for one share after the other in ascending order, in one pass over the buckets. */
export function ascendingPoints({ counts, mass, from, to }: WeightedHistogram): (q: number) => ScalePoint {
  const reached = { bucket: from, below: 0, last: 0 };
  return (q) => {
    const rank = q * mass;
    // Locals: each sum that a closure kept would be an object of its own.
    let { bucket, below, last } = reached;
    for (; bucket < to; bucket += 1) {
      const count = counts[bucket] as number;
      if (count <= 0) continue;
      if (below + count >= rank) break;
      below += count;
      last = bucket;
    }
    reached.bucket = bucket;
    reached.below = below;
    reached.last = last;
    if (bucket >= to) return { bucket: last, fraction: 1 };
    return { bucket, fraction: Math.max(0, (rank - below) / (counts[bucket] as number)) };
  };
}

/** The value at a place: samples are spread evenly over the logarithms of their bucket; bucket 0 is exactly 0. */
export function valueAt({ edges }: Scale, { bucket, fraction }: ScalePoint): number {
  if (bucket === 0) return 0;
  const low = edges[bucket - 1] as number;
  const high = edges[bucket] as number;
  // The first bucket begins at 0, which has no logarithm.
  return low === 0 ? high * fraction : low * (high / low) ** fraction;
}
