import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, mergeInto, type Sketch } from "../../stats/sketch/sketch";
import { byMetric, METRICS, type Metric } from "../../vitals/metrics";
import type { NavigationClass } from "../../vitals/navigation";
import type { TimeWindow } from "../../vitals/time";
import type { Distribution, MetricDistributions } from "./distribution";

/** One sketch per metric, empty where there is no data. */
export type MetricSketches = Record<Metric, Sketch>;

/** One step of a trend; `from` and `to` in ms, clipped to the window. */
export type TrendPoint = TimeWindow & { metrics: MetricSketches };

/** A view as a whole; page views are the largest n among the metrics. */
export type ViewResult = {
  window: TimeWindow;
  step: number;
  /** Every step of the window, with and without data, in ascending order. */
  trend: TrendPoint[];
  total: MetricSketches;
  /** See `waitedTtfbOf`. */
  waitedTtfb?: Sketch;
  /** Page views by navigation class, for all classes. */
  pageViewsByNavigation: Record<NavigationClass, number>;
  /** Page views of the class `load` whose document was prefetched by speculation rules. */
  prefetchedPageViews: number;
  /** Page views by build version, for all releases. */
  pageViewsByBuild: Map<string, number>;
};

/** `waitedTtfb`: as `waitedTtfbOf` says of a view. */
export type RouteResult = { route: string; metrics: MetricDistributions; waitedTtfb?: Distribution };

/**
 * TTFB of the loads that waited for the server: neither prefetched nor prerendered, restored or soft. An absent sketch means
 * that all did.
 */
export const waitedTtfbOf = ({ waitedTtfb, total }: ViewResult): Sketch => waitedTtfb ?? total.TTFB;

export const emptySketches = (): MetricSketches => byMetric((metric) => createSketch(scaleOf(metric)));

/** Adds the sketches of all metrics to `into`. */
export function addSketches(into: MetricSketches, from: MetricSketches): void {
  for (const metric of METRICS) mergeInto(into[metric], from[metric]);
}

/** Page views of a view, route or release: the largest n among its metrics. */
export const pageViewsOf = (samples: Record<Metric, { n: number }>): number =>
  Math.max(...METRICS.map((metric) => samples[metric].n));
