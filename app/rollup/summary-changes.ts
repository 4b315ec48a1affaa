import { mergePacked, packSketch } from "../stats/sketch/packed-sketch";
import { scaleOf } from "../stats/sketch/scale";
import { addToBucket, clearSketch, countAtMost, createSketch, type Sketch } from "../stats/sketch/sketch";
import { METRICS, type Metric, THRESHOLDS } from "../vitals/metrics";

/** The bucket to add a sample to, and the one to remove one from (`null` when the summaries hold no earlier value). */
export type BucketChange = { added: number; removed: number | null };

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
  changes: ReadonlyArray<readonly BucketChange[]>,
): { figures: SummaryFigures; missing: number } {
  const sketch = scratch[metric];
  clearSketch(sketch);
  if (before !== null) mergePacked(sketch, before);
  let missing = 0;
  for (const part of changes) {
    for (const { removed } of part) {
      if (removed === null) continue;
      if (sketch.counts[removed] === 0) missing += 1;
      else addToBucket(sketch, removed, -1);
    }
  }
  for (const part of changes) {
    for (const { added } of part) addToBucket(sketch, added, 1);
  }
  return { figures: figuresOf(metric, sketch), missing };
}
