import { mergePacked, packSketch } from "../stats/sketch/packed-sketch";
import { bucketOf, scaleOf } from "../stats/sketch/scale";
import { addToBucket, clearSketch, countAtMost, createSketch, type Sketch } from "../stats/sketch/sketch";
import { METRICS, type Metric, THRESHOLDS } from "../vitals/metrics";

/** Buckets to add a sample to, and to remove one from; a bucket appears once per sample. */
export type BucketChanges = { added: number[]; removed: number[] };

/**
 * The changes of a group: each report adds its value, and removes the value that the summaries hold for it.
 * @param reports `value:folded_value` of each report, separated by blanks; the latter is empty when the summaries hold none
 */
export function parseChanges(metric: Metric, reports: string): BucketChanges {
  const scale = scaleOf(metric);
  const changes: BucketChanges = { added: [], removed: [] };
  for (const report of reports.split(" ")) {
    const colon = report.indexOf(":");
    changes.added.push(bucketOf(scale, Number(report.slice(0, colon))));
    const folded = report.slice(colon + 1);
    if (folded !== "") changes.removed.push(bucketOf(scale, Number(folded)));
  }
  return changes;
}

export type SummaryFigures = {
  samples: number;
  good: number;
  needsImprovement: number;
  poor: number;
  sketch: Uint8Array;
};

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

/** One reused sketch per metric, because a batch changes thousands of summaries. */
const scratch = Object.fromEntries(
  METRICS.map((metric) => [metric, createSketch(scaleOf(metric))]),
) as Readonly<Record<Metric, Sketch>>;

/**
 * A summary after a batch. It may not hold a folded value that a change removes: when that was folded, the period was
 * older than a retention that is longer now.
 * @param before the packed sketch, `null` for a new summary
 * @returns the figures, and how many values to remove the summary did not hold
 */
export function applyChanges(
  metric: Metric,
  before: Uint8Array | null,
  changes: readonly BucketChanges[],
): { figures: SummaryFigures; missing: number } {
  const sketch = scratch[metric];
  clearSketch(sketch);
  if (before !== null) mergePacked(sketch, before);
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
  return { figures: figuresOf(metric, sketch), missing };
}
