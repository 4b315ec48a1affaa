import { mergePacked, packSketch } from "../stats/packed-sketch";
import { bucketOf, scaleOf } from "../stats/scale";
import { addToBucket, countAtMost, createSketch, type Sketch } from "../stats/sketch";
import { type Metric, THRESHOLDS } from "../vitals/metrics";

/** How many samples a batch adds to (or takes out of) each bucket of one summary. */
export type BucketChanges = Map<number, number>;

/** One report of the batch: its value now, and the value that the summaries hold for it, if they do. */
export type Report = { value: number; folded: number | null };

/** The reports of a group as the store writes them: `value:folded` with blanks between, `folded` may be empty. */
export function parseReports(text: string): Report[] {
  return text.split(" ").map((report) => {
    const [value, folded] = report.split(":");
    return { value: Number(value), folded: folded === undefined || folded === "" ? null : Number(folded) };
  });
}

/** Takes the earlier value out and puts the new one in. */
export function addReports(changes: BucketChanges, metric: Metric, reports: readonly Report[]): void {
  const scale = scaleOf(metric);
  const add = (bucket: number, samples: number): void => {
    changes.set(bucket, (changes.get(bucket) ?? 0) + samples);
  };
  for (const { value, folded } of reports) {
    if (folded !== null) add(bucketOf(scale, folded), -1);
    add(bucketOf(scale, value), 1);
  }
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

/**
 * A summary after a batch.
 * @param before its packed sketch, `null` where there was none
 * @throws RangeError when more is taken out than was in: the summaries would have drifted from the raw rows
 */
export function applyChanges(
  metric: Metric,
  before: Uint8Array | null,
  changes: BucketChanges,
): SummaryFigures {
  const sketch = createSketch(scaleOf(metric));
  if (before !== null) mergePacked(sketch, before);
  for (const [bucket, samples] of changes) addToBucket(sketch, bucket, samples);
  return figuresOf(metric, sketch);
}
