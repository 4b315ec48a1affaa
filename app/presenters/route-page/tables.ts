import { type CockpitQuery, PERCENTILES } from "../../query/cockpit-query";
import type { MetricDistributions } from "../../query/view/distribution";
import type { RouteSplits } from "../../query/view/route-splits-result";
import { type MetricSketches, pageViewsOf, type ViewResult } from "../../query/view/view-result";
import { DEVICES } from "../../vitals/devices";
import { METRICS, type Metric } from "../../vitals/metrics";
import { NAVIGATION_CLASSES } from "../../vitals/navigation";
import { formatCount, formatPageViews, formatShare } from "../format/format";
import { DEVICE_LABELS, METRIC_NAMES, NAVIGATION_LABELS, percentileLabel } from "../format/labels";
import { routePageHref } from "../format/links";
import { metricFigures } from "../format/metric-figures";
import { enginesText } from "../page/engines";
import { type FigureModel, figureOf } from "../page/metric-card";

/** All percentiles of all metrics. */
export type PercentilesModel = {
  columns: Array<{ text: string; chosen: boolean }>;
  rows: Array<{
    metric: Metric;
    name: string;
    /** The same page with this metric chosen. */
    href: string;
    chosen: boolean;
    n: string;
    /** The browser engines that `n` comes from. */
    engines: string;
    figures: FigureModel[];
  }>;
};

export function percentilesModel(view: ViewResult, query: CockpitQuery, route: string): PercentilesModel {
  return {
    columns: PERCENTILES.map((p) => ({ text: percentileLabel(p), chosen: p === query.percentile })),
    rows: METRICS.map((metric) => {
      const { n, percentiles } = metricFigures(metric, view.total[metric]);
      return {
        metric,
        name: METRIC_NAMES[metric],
        href: routePageHref(query, route, { metric }),
        chosen: metric === query.metric,
        n: formatCount(n),
        engines: enginesText(metric),
        figures: PERCENTILES.map((p) => figureOf(metric, n, percentiles[p])),
      };
    }),
  };
}

/** The route's part of the site's page views; `share` is 0 to 1. */
export type TrafficModel = { share: number; text: string };

/** `null` where the site has no page views in this view. */
export function trafficModel(route: MetricSketches, sitePageViews: number): TrafficModel | null {
  if (sitePageViews === 0) return null;
  const share = pageViewsOf(route) / sitePageViews;
  return {
    share: Math.round(share * 10_000) / 10_000,
    text: `${formatShare(share)} of the site's ${formatPageViews(sitePageViews)} under the same filters`,
  };
}

/** What the route is like for one device or navigation class. */
export type SplitRow = {
  text: string;
  /** The same page filtered to it. */
  href: string;
  current: boolean;
  views: string;
  figures: Array<FigureModel & { metric: Metric; n: string }>;
};

export type SplitModel = {
  /** What the rows are. */
  title: string;
  metrics: Array<{ metric: Metric; name: string; chosen: boolean }>;
  percentile: string;
  rows: SplitRow[];
  note: string | null;
};

export type SplitsModel = { devices: SplitModel; navigations: SplitModel };

export function splitsModel(splits: RouteSplits, query: CockpitQuery, route: string): SplitsModel {
  // The chosen metric first, as in the table of routes: narrow screens show it beside the name.
  const order = [query.metric, ...METRICS.filter((metric) => metric !== query.metric)];
  const base = {
    metrics: order.map((metric) => ({
      metric,
      name: METRIC_NAMES[metric],
      chosen: metric === query.metric,
    })),
    percentile: percentileLabel(query.percentile),
  };
  const row = (text: string, metrics: MetricDistributions, changes: Partial<CockpitQuery>): SplitRow => ({
    text,
    href: routePageHref(query, route, changes),
    current: Object.entries(changes).every(([name, value]) => query[name as keyof CockpitQuery] === value),
    views: formatCount(pageViewsOf(metrics)),
    figures: order.map((metric) => {
      const { n, percentiles } = metricFigures(metric, metrics[metric]);
      return { ...figureOf(metric, n, percentiles[query.percentile]), metric, n: formatCount(n) };
    }),
  });
  const devices = DEVICES.filter(
    (device) => device !== "bot" || query.device === "bot" || pageViewsOf(splits.devices.bot) > 0,
  );
  return {
    devices: {
      ...base,
      title: "Device",
      rows: devices.map((device) => row(DEVICE_LABELS[device], splits.devices[device], { device })),
      note:
        devices.includes("bot") && query.device !== "bot" ? "Bots are left out of all other figures." : null,
    },
    navigations: {
      ...base,
      title: "Navigation",
      rows: NAVIGATION_CLASSES.map((navigation) =>
        row(NAVIGATION_LABELS[navigation], splits.navigations[navigation], { navigation }),
      ),
      note: null,
    },
  };
}
