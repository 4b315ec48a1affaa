import type { CockpitQuery, IgnoredParam } from "../query/cockpit-query";
import type { RouteResult, ViewResult } from "../query/vitals-result";
import { METRICS, type Metric } from "../vitals/metrics";
import type { Release } from "../vitals/release";
import { HOUR } from "../vitals/time";
import { type MetricFigures, metricFigures } from "./metric-figures";
import { routeTable } from "./route-table";

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** A query as it was understood, with the names and values of the URL. */
const queryJson = (query: CockpitQuery) => ({
  ...query,
  from: iso(query.from),
  to: iso(query.to),
  release: query.release ?? "all",
});

const metricsJson = (figuresOf: (metric: Metric) => MetricFigures) =>
  Object.fromEntries(METRICS.map((metric) => [metric, figuresOf(metric)])) as Record<Metric, MetricFigures>;

/** The steps of the chosen metric's trend, those without data too. */
const trendJson = ({ metric }: CockpitQuery, { trend }: ViewResult) =>
  trend.map(({ from, to, metrics }) => ({
    from: iso(from),
    to: iso(to),
    metrics: { [metric]: metricFigures(metric, metrics[metric]) },
  }));

/** What could be read and yet not be used as it is: a page that there is not, times that have not come yet. */
function adjustedParams(query: CockpitQuery, page: number, now: number): IgnoredParam[] {
  const future = (["from", "to"] as const).flatMap((param) => {
    const time = query[param];
    // A permalink ends with its last whole hour, which need not be over.
    const latest = param === "to" ? now + HOUR : now;
    return time !== null && time > latest
      ? [{ param, value: new Date(time).toISOString(), used: new Date(now).toISOString() }]
      : [];
  });
  if (query.page === "all" || query.page === page) return future;
  return [...future, { param: "page", value: String(query.page), used: String(page) }];
}

/** The JSON twin of the page: everything that it says, for programs. */
export function vitalsJson(input: {
  query: CockpitQuery;
  ignored: IgnoredParam[];
  view: ViewResult;
  routes: readonly RouteResult[];
  releases: Release[];
  now: number;
}) {
  const { query, view, routes, releases } = input;
  const table = routeTable(routes, query);
  const ignored = [...input.ignored, ...adjustedParams(query, table.page, input.now)];
  return {
    query: queryJson(query),
    ignored,
    current: {
      release: query.release ?? "all",
      window: { from: iso(view.window.from), to: iso(view.window.to) },
      pageViewsByNavigation: view.pageViewsByNavigation,
      metrics: metricsJson((metric) => metricFigures(metric, view.total[metric])),
    },
    previous: null,
    delta: null,
    comparison: null,
    trend: trendJson(query, view),
    routes: table.rows.map(({ route, n, impact, metrics }) => ({ route, n, impact, metrics, delta: null })),
    paging: { page: table.page, pages: table.pages, routes: table.total },
    releases: releases.map(({ buildVersion, firstSeenAt, lastSeenAt, announcedAt, link }) => ({
      buildVersion,
      firstSeen: iso(firstSeenAt),
      lastSeen: iso(lastSeenAt),
      announced: iso(announcedAt),
      link,
      n: view.pageViewsByBuild.get(buildVersion) ?? 0,
    })),
  };
}
