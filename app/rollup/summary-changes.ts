import { mergePacked, packSketch } from "../stats/sketch/packed-sketch";
import { bucketOf, scaleOf } from "../stats/sketch/scale";
import { addToBucket, clearSketch, countAtMost, createSketch, type Sketch } from "../stats/sketch/sketch";
import { METRICS, type Metric, THRESHOLDS } from "../vitals/metrics";

/** Buckets to which the reports of a group add a sample each, and those from which they take one. */
export type BucketChanges = { into: number[]; outOf: number[] };

/**
 * What the reports of a group change: a folded value goes out, and the new one in. The store writes each report as
 * `value:folded` (its value now, and the one that the summaries hold for it, empty where they hold none), with
 * blanks between them.
 */
export function parseChanges(metric: Metric, reports: string): BucketChanges {
  const scale = scaleOf(metric);
  const changes: BucketChanges = { into: [], outOf: [] };
  for (const report of reports.split(" ")) {
    const colon = report.indexOf(":");
    changes.into.push(bucketOf(scale, Number(report.slice(0, colon))));
    const folded = report.slice(colon + 1);
    if (folded !== "") changes.outOf.push(bucketOf(scale, Number(folded)));
  }
  return changes;
}

/** A summary's figures, and its packed sketch. */
export type SummaryFigures = {
  samples: number;
  good: number;
  needsImprovement: number;
  poor: number;
  sketch: Uint8Array;
};

/** The figures of a sketch, by the metric's thresholds. */
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

/** A sketch to work in for each metric: a batch changes thousands of summaries, one after the other. */
const work = Object.fromEntries(METRICS.map((metric) => [metric, createSketch(scaleOf(metric))])) as Readonly<
  Record<Metric, Sketch>
>;

/**
 * A summary after a batch. A folded value that it does not hold is not taken out: when that was folded, the
 * summary's unit was older than its retention, which is longer now.
 * @param before its packed sketch, `null` where there was none
 * @returns its figures, and how many folded values were not there to be taken out
 */
export function applyChanges(
  metric: Metric,
  before: Uint8Array | null,
  changes: readonly BucketChanges[],
): { figures: SummaryFigures; missing: number } {
  const sketch = work[metric];
  clearSketch(sketch);
  if (before !== null) mergePacked(sketch, before);
  let missing = 0;
  for (const { outOf } of changes) {
    for (const bucket of outOf) {
      if (sketch.counts[bucket] === 0) missing += 1;
      else addToBucket(sketch, bucket, -1);
    }
  }
  for (const { into } of changes) {
    for (const bucket of into) addToBucket(sketch, bucket, 1);
  }
  return { figures: figuresOf(metric, sketch), missing };
}
