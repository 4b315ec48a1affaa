import { endOfPacked } from "../../stats/sketch/decoded-sketches";
import { mergeEachPacked, mergePackedAt } from "../../stats/sketch/packed-sketch";
import { scaleOf } from "../../stats/sketch/scale";
import { clearSketch, createSketch, type Sketch, setSketch } from "../../stats/sketch/sketch";
import type { SummaryGroup } from "../../storage/summary-periods.server";
import { byMetric, type Metric } from "../../vitals/metrics";
import { type Distribution, distributionOf, type MetricDistributions, NO_SAMPLES } from "./distribution";
import { emptySketches, type MetricSketches } from "./view-result";

/** Sketches by route. */
export type RouteSketches = ReadonlyMap<string, MetricSketches>;

/** Merges groups by route. */
export function mergeByRoute(groups: readonly SummaryGroup[]): RouteSketches {
  const merged = new Map<string, MetricSketches>();
  const sketchesOf = (route: string): MetricSketches => {
    const known = merged.get(route);
    if (known !== undefined) return known;
    const sketches = emptySketches();
    merged.set(route, sketches);
    return sketches;
  };
  for (const { metric, routes, sketches } of groups) {
    mergeEachPacked(sketches, (i) => sketchesOf(routes[i] ?? "")[metric]);
  }
  return merged;
}

const remembered = new WeakMap<Sketch, Distribution>();

/** The distribution of a sketch that nothing changes any more, computed once. */
function rememberedOf(metric: Metric, sketch: Sketch): Distribution {
  const known = remembered.get(sketch);
  if (known !== undefined) return known;
  const distribution = distributionOf(metric, sketch);
  remembered.set(sketch, distribution);
  return distribution;
}

/** Where packed sketches begin. */
type Places = Array<{ bytes: Uint8Array; at: number }>;

/**
 * The distributions of routes: those of `base` and of groups that are added to it. They are added in one sketch for each
 * metric, which is used again for every route, because a new one for each route and request would keep the garbage
 * collector busy.
 * @param base stays as it is, and nothing may change it afterwards
 */
export function distributionsByRoute(
  groups: readonly SummaryGroup[],
  base: RouteSketches,
): Map<string, MetricDistributions> {
  const added = new Map<string, Partial<Record<Metric, Places>>>();
  for (const { metric, routes, sketches: bytes } of groups) {
    let at = 0;
    for (const route of routes) {
      const places = added.get(route) ?? {};
      added.set(route, places);
      places[metric] ??= [];
      places[metric].push({ bytes, at });
      at = endOfPacked(bytes, at, scaleOf(metric));
    }
  }
  const sums = byMetric((metric) => createSketch(scaleOf(metric)));
  const of = (route: string, metric: Metric): Distribution => {
    const before = base.get(route)?.[metric];
    const places = added.get(route)?.[metric];
    if (places === undefined) return before === undefined ? NO_SAMPLES[metric] : rememberedOf(metric, before);
    const sum = sums[metric];
    if (before === undefined) clearSketch(sum);
    else setSketch(sum, before);
    for (const { bytes, at } of places) mergePackedAt(sum, bytes, at);
    return distributionOf(metric, sum);
  };
  const routes = [...new Set([...base.keys(), ...added.keys()])];
  return new Map(routes.map((route) => [route, byMetric((metric) => of(route, metric))]));
}
