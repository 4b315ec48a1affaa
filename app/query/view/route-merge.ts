import { mergeEachPacked } from "../../stats/sketch/packed-sketch";
import { copySketch, type Sketch } from "../../stats/sketch/sketch";
import type { SummaryGroup } from "../../storage/summary-periods.server";
import type { Metric } from "../../vitals/metrics";
import { emptySketches, type MetricSketches } from "./view-result";

/** Sketches by route. */
export type RouteSketches = ReadonlyMap<string, MetricSketches>;

const NONE: RouteSketches = new Map();

/**
 * Adds groups to the sketches of `base`, which stay as they are: a sketch is copied before the first addition to it, and shared
 * where there is none.
 */
export function mergeByRoute(groups: readonly SummaryGroup[], base: RouteSketches = NONE): RouteSketches {
  const merged = new Map(base);
  const sketchOf = (route: string, metric: Metric): Sketch => {
    const before = base.get(route);
    let metrics = merged.get(route);
    if (metrics === undefined || metrics === before) {
      metrics = before === undefined ? emptySketches() : { ...before };
      merged.set(route, metrics);
    }
    if (metrics[metric] === before?.[metric]) metrics[metric] = copySketch(metrics[metric]);
    return metrics[metric];
  };
  for (const { metric, routes, sketches } of groups) {
    mergeEachPacked(sketches, (i) => sketchOf(routes[i] ?? "", metric));
  }
  return merged;
}
