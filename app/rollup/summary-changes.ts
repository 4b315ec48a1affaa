import { addToPacked } from "../stats/sketch/packed-changes";
import { mergePacked, packSketch } from "../stats/sketch/packed-sketch";
import { bucketOf, scaleOf } from "../stats/sketch/scale";
import { addToBucket, clearSketch, countAtMost, createSketch, type Sketch } from "../stats/sketch/sketch";
import { METRICS, type Metric, THRESHOLDS } from "../vitals/metrics";

/** The buckets to add a sample to, one after the other, and those to remove one from. */
export type BucketChanges = { added: readonly number[]; removed: readonly number[] };

export type SummaryFigures = {
  samples: number;
  good: number;
  needsImprovement: number;
  poor: number;
  sketch: Uint8Array;
};

type Summary = SummaryFigures & { metric: Metric };

export function figuresOf(metric: Metric, sketch: Sketch): SummaryFigures {
  const { good, needsImprovement } = THRESHOLDS[metric];
  const goodSamples = countAtMost(sketch, good);
  const acceptable = countAtMost(sketch, needsImprovement);
  return {
    samples: sketch.n,
    good: goodSamples,
    needsImprovement: acceptable - goodSamples,
    poor: sketch.n - acceptable,
    sketch: packSketch(sketch),
  };
}

/** The buckets that end at the thresholds. */
const RATED = Object.fromEntries(
  METRICS.map((metric) => {
    const { good, needsImprovement } = THRESHOLDS[metric];
    return [metric, [bucketOf(scaleOf(metric), good), bucketOf(scaleOf(metric), needsImprovement)]];
  }),
) as unknown as Readonly<Record<Metric, readonly [number, number]>>;

/** Reused by each of the thousands of summaries that a batch changes. */
const added: number[] = [];

/** Makes the figures those of the sketch after the changes, where they remove nothing. */
function addTo(summary: Summary, changes: readonly BucketChanges[]): void {
  const { metric, sketch } = summary;
  added.length = 0;
  for (const change of changes) for (const bucket of change.added) added.push(bucket);
  const counted = addToPacked(scaleOf(metric), sketch.length === 0 ? null : sketch, added, RATED[metric]);
  const [good, acceptable] = counted.atMost;
  summary.samples = counted.samples;
  summary.good = good;
  summary.needsImprovement = acceptable - good;
  summary.poor = counted.samples - acceptable;
  summary.sketch = counted.sketch;
}

/** One reused sketch per metric, because a batch changes thousands of summaries. */
const scratch = Object.fromEntries(
  METRICS.map((metric) => [metric, createSketch(scaleOf(metric))]),
) as Readonly<Record<Metric, Sketch>>;

/** The figures of several packed sketches together. */
export function mergedFigures(metric: Metric, sketches: Uint8Array): SummaryFigures {
  const sketch = scratch[metric];
  clearSketch(sketch);
  mergePacked(sketch, sketches);
  return figuresOf(metric, sketch);
}

/**
 * Changes the figures of a summary. It may not hold a folded value that a change removes: when that was folded, the period
 * was older than a retention that is longer now.
 * @param summary its sketch before, empty bytes for a new one
 * @returns how many values to remove the summary did not hold
 */
export function applyChanges(summary: Summary, changes: readonly BucketChanges[]): number {
  if (changes.every(({ removed }) => removed.length === 0)) {
    addTo(summary, changes);
    return 0;
  }
  const sketch = scratch[summary.metric];
  clearSketch(sketch);
  mergePacked(sketch, summary.sketch);
  let missing = 0;
  for (const { removed } of changes) {
    for (const bucket of removed) {
      if (sketch.counts[bucket] === 0) missing += 1;
      else addToBucket(sketch, bucket, -1);
    }
  }
  for (const { added } of changes) {
    for (const bucket of added) addToBucket(sketch, bucket, 1);
  }
  Object.assign(summary, figuresOf(summary.metric, sketch));
  return missing;
}
