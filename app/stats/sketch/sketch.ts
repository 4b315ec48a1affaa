import { bucketOf, type Scale } from "./scale";

/**
 * A mergeable histogram of one metric: counts per bucket of a `Scale`. Quantiles are within 0.5 % of the
 * exact ones, counts below a threshold are exact, and merging is addition, so order never matters.
 */
export type Sketch = {
  readonly scale: Scale;
  /** Samples per bucket. */
  readonly counts: Float64Array;
  n: number;
};

export function createSketch(scale: Scale): Sketch {
  return { scale, counts: new Float64Array(scale.edges.length), n: 0 };
}

export function clearSketch(sketch: Sketch): void {
  sketch.counts.fill(0);
  sketch.n = 0;
}

/**
 * Adds `times` samples of `value`; a negative number removes samples.
 * @throws RangeError for a value outside the scale
 */
export function addValue(sketch: Sketch, value: number, times = 1): void {
  addToBucket(sketch, bucketOf(sketch.scale, value), times);
}

export function addToBucket(sketch: Sketch, bucket: number, times: number): void {
  sketch.counts[bucket] = (sketch.counts[bucket] as number) + times;
  sketch.n += times;
}

function assertSameScale(into: Sketch, from: Sketch): void {
  if (into.scale !== from.scale) {
    throw new TypeError(`A ${from.scale.unit} sketch can't be merged into a ${into.scale.unit} one.`);
  }
}

/**
 * Adds `from`, each of its counts times `weight`, to `into`.
 * @throws TypeError when their scales differ
 */
export function mergeInto(into: Sketch, from: Sketch, weight = 1): void {
  assertSameScale(into, from);
  for (let i = 0; i < from.counts.length; i += 1) {
    const count = from.counts[i] as number;
    if (count !== 0) into.counts[i] = (into.counts[i] as number) + weight * count;
  }
  into.n += weight * from.n;
}

/**
 * Quantiles by nearest rank (the smallest value with at least q·n samples at or below it), each within 0.5 %;
 * all `null` for an empty sketch.
 * @param qs shares, 0 to 1, ascending
 */
export function quantiles({ counts, n, scale }: Sketch, qs: readonly number[]): Array<number | null> {
  if (n <= 0) return qs.map(() => null);
  const values: number[] = [];
  const last = counts.length - 1;
  let seen = 0;
  let bucket = -1;
  let before = 0;
  // Loops and no callbacks: a page reads hundreds of sketches.
  for (const q of qs) {
    if (!(q >= before && q <= 1)) throw new RangeError(`${q} is not a share, 0 to 1, in ascending order.`);
    before = q;
    // A rounding error of weighted counts must not move the rank to the next sample.
    const rank = q * n - 1e-9 * n;
    while (seen <= 0 || (seen < rank && bucket < last)) {
      bucket += 1;
      seen += counts[bucket] as number;
    }
    values.push(scale.representatives[bucket] as number);
  }
  return values;
}

/** One quantile; see `quantiles`. */
export const quantile = (sketch: Sketch, q: number): number | null => quantiles(sketch, [q])[0] ?? null;

/** How many samples are at or below `edge`; exact where `edge` is a bucket's edge, as thresholds are. */
export const countAtMost = (sketch: Sketch, edge: number): number => countsAtMost(sketch, [edge])[0] ?? 0;

/** How many samples are at or below each of `edges`, in ascending order; see `countAtMost`. */
export function countsAtMost({ counts, scale }: Sketch, edges: readonly number[]): number[] {
  const seenAt: number[] = [];
  let seen = 0;
  let next = 0;
  for (const edge of edges) {
    const last = bucketOf(scale, edge);
    for (; next <= last; next += 1) seen += counts[next] as number;
    seenAt.push(seen);
  }
  return seenAt;
}

/**
 * Makes `into` the same as `from`.
 * @throws TypeError when their scales differ
 */
export function setSketch(into: Sketch, from: Sketch): void {
  assertSameScale(into, from);
  into.counts.set(from.counts);
  into.n = from.n;
}

export const copySketch = ({ scale, counts, n }: Sketch): Sketch => ({ scale, counts: counts.slice(), n });
