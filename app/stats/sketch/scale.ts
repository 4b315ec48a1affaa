import { type Metric, THRESHOLDS, type Unit, unitOf } from "../../vitals/metrics";

/**
 * The mapping of values to buckets. Bucket 0 holds exactly zero; bucket i > 0 holds
 * `edges[i - 1] < value <= edges[i]`, with `edges[0] = 0`.
 *
 * Edges are spaced geometrically between fixed anchors. Every threshold is an anchor, so that "value <= threshold" is a sum
 * over whole buckets.
 */
export type Scale = {
  readonly unit: Unit;
  /** Part of the packed form; other edges need another code. */
  readonly code: number;
  readonly edges: Float64Array;
  /** The estimate for the values of each bucket. */
  readonly representatives: Float64Array;
};

/**
 * Widest bucket, as upper edge / lower edge, whose representative is within 0.5 % of everything in it:
 * (1 + a) / (1 - a), from DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019, section 2.1).
 */
const MAX_RATIO = (1 + 0.005) / (1 - 0.005);

function createScale(unit: Unit, code: number, anchors: number[]): Scale {
  const [first = Number.NaN] = anchors;
  const edges = [0, first];
  for (let a = 1; a < anchors.length; a += 1) {
    const low = anchors[a - 1] as number;
    const high = anchors[a] as number;
    const buckets = Math.ceil(Math.log(high / low) / Math.log(MAX_RATIO));
    for (let i = 1; i < buckets; i += 1) {
      edges.push(low * (high / low) ** (i / buckets));
    }
    edges.push(high);
  }
  const representatives = edges.map((high, i) => {
    const low = edges[i - 1] ?? 0;
    // 2·low·high/(low+high) has the same relative error at both ends of the bucket. The bucket above 0 has no bound on
    // the relative error; its upper edge is the smallest value with one.
    return low === 0 ? high : (2 * low * high) / (low + high);
  });
  representatives[0] = 0;
  return {
    unit,
    code,
    edges: Float64Array.from(edges),
    representatives: Float64Array.from(representatives),
  };
}

const thresholdsOf = (unit: Unit): number[] =>
  Object.entries(THRESHOLDS)
    .filter(([metric]) => unitOf(metric as Metric) === unit)
    .flatMap(([, { good, needsImprovement }]) => [good, needsImprovement]);

const anchorsOf = (unit: Unit, smallest: number, largest: number): number[] =>
  [...new Set([smallest, ...thresholdsOf(unit), largest])].sort((a, b) => a - b);

/** 0.1 ms to 10 minutes; smaller values above 0 share one bucket. */
export const MILLISECONDS = createScale("ms", 1, anchorsOf("ms", 0.1, 600_000));

/** CLS: 0.0001 to 100; smaller values above 0 share one bucket. */
export const SCORE = createScale("score", 2, anchorsOf("score", 0.0001, 100));

export const scaleOf = (metric: Metric): Scale => (unitOf(metric) === "score" ? SCORE : MILLISECONDS);

export function scaleOfCode(code: number): Scale {
  if (code === MILLISECONDS.code) return MILLISECONDS;
  if (code === SCORE.code) return SCORE;
  throw new RangeError(`No sketch scale has the code ${code}.`);
}

/**
 * The bucket of a value >= 0.
 * @throws RangeError for NaN, a negative value, or one above the scale's end
 */
export function bucketOf(scale: Scale, value: number): number {
  const { edges } = scale;
  let low = 0;
  let high = edges.length - 1;
  if (!(value >= 0 && value <= (edges[high] as number))) {
    throw new RangeError(`${value} is outside the ${scale.unit} scale (0 to ${edges[high]}).`);
  }
  // A binary search for the first edge >= value: comparisons are exact on an edge, logarithms are not.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
