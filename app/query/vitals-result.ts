import { scaleOf } from "../stats/scale";
import { createSketch, type Sketch } from "../stats/sketch";
import { METRICS, type Metric } from "../vitals/metrics";
import type { NavigationClass } from "../vitals/navigation";
import type { TimeWindow } from "../vitals/time";

/** One sketch per metric, empty where there is no data. */
export type MetricSketches = Record<Metric, Sketch>;

/** What the summaries say in answer to a query; page views are the largest n among the metrics. */
export type VitalsResult = {
  window: TimeWindow;
  total: MetricSketches;
  routes: Array<{ route: string; metrics: MetricSketches }>;
  /** Page views by navigation class, whichever class the query asks for. */
  pageViewsByNavigation: Record<NavigationClass, number>;
  /** Page views by build version, whichever release the query asks for. */
  pageViewsByBuild: Map<string, number>;
};

export const emptySketches = (): MetricSketches =>
  Object.fromEntries(METRICS.map((metric) => [metric, createSketch(scaleOf(metric))])) as MetricSketches;

/** Page views of a view, route or release: the largest n among its metrics. */
export const pageViewsOf = (sketches: MetricSketches): number =>
  Math.max(...METRICS.map((metric) => sketches[metric].n));
