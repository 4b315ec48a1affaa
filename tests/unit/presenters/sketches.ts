import {
  type MetricDistributions,
  distributionsOf as ofSketches,
} from "../../../app/query/view/distribution";
import { emptySketches, type MetricSketches } from "../../../app/query/view/view-result";
import { scaleOf } from "../../../app/stats/sketch/scale";
import { addValue, createSketch, type Sketch } from "../../../app/stats/sketch/sketch";
import { METRICS, type Metric } from "../../../app/vitals/metrics";

/** A sketch of values; `[value, times]` stands for a value that comes several times. */
export function sketchOf(metric: Metric, values: ReadonlyArray<number | [number, number]>): Sketch {
  const sketch = createSketch(scaleOf(metric));
  for (const entry of values) {
    const [value, times] = typeof entry === "number" ? [entry, 1] : entry;
    addValue(sketch, value, times);
  }
  return sketch;
}

type Values = Partial<Record<Metric, ReadonlyArray<number | [number, number]>>>;

/** Sketches of all metrics, empty where nothing is said. */
export function sketchesOf(values: Values): MetricSketches {
  const sketches = emptySketches();
  for (const metric of METRICS) sketches[metric] = sketchOf(metric, values[metric] ?? []);
  return sketches;
}

/** The distributions of all metrics, as a route has them. */
export const distributionsOf = (values: Values): MetricDistributions => ofSketches(sketchesOf(values));
