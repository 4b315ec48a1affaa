import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, type Sketch } from "../../stats/sketch/sketch";
import { byMetric, METRICS, type Metric } from "../../vitals/metrics";
import type { NavigationClass } from "../../vitals/navigation";
import type { TimeWindow } from "../../vitals/time";

/** One sketch per metric, empty where there is no data. */
export type MetricSketches = Record<Metric, Sketch>;

/** One step of a trend; `from` and `to` in ms, cut to the window. */
export type TrendPoint = TimeWindow & { metrics: MetricSketches };

/** What the summaries say of a view as a whole; page views are the largest n among the metrics. */
export type ViewResult = {
  window: TimeWindow;
  /** Length of a trend's step, in ms. */
  step: number;
  /** Every step of the window, oldest first, with and without data. */
  trend: TrendPoint[];
  total: MetricSketches;
  /** Page views by navigation class, whichever class the query asks for. */
  pageViewsByNavigation: Record<NavigationClass, number>;
  /** Page views among those of `load` whose document speculation rules had prefetched. */
  prefetchedPageViews: number;
  /** Page views by build version, whichever release the query asks for. */
  pageViewsByBuild: Map<string, number>;
};

/** What the summaries say of one route. */
export type RouteResult = { route: string; metrics: MetricSketches };

export const emptySketches = (): MetricSketches => byMetric((metric) => createSketch(scaleOf(metric)));

/** Page views of a view, route or release: the largest n among its metrics. */
export const pageViewsOf = (sketches: MetricSketches): number =>
  Math.max(...METRICS.map((metric) => sketches[metric].n));
