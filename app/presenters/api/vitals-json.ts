import { buildQuery, type CockpitQuery, type IgnoredParam } from "../../query/cockpit-query";
import type { Comparison, ComparisonResult } from "../../query/comparison/comparison-result";
import type { RouteResult, ViewResult } from "../../query/view/view-result";
import { byMetric, type Metric } from "../../vitals/metrics";
import type { Release } from "../../vitals/release";
import type { ViewSources } from "../../vitals/sources";
import type { TimeWindow } from "../../vitals/time";
import { baselineStepJson, changesJson, comparisonJson, previousJson } from "../comparison/comparison-json";
import { trafficJson } from "../comparison/traffic-notes";
import { type MetricFigures, metricFigures } from "../format/metric-figures";
import { cutTimes } from "../page/view-summary";
import { sourcesJson } from "../sources/sources";
import { routeTable } from "../tables/route-ranking";
import { chartTrend } from "../trend/chart-trend";

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** A query as it was understood, with the names and values of the URL. */
const queryJson = (query: CockpitQuery) => ({
  ...query,
  from: iso(query.from),
  to: iso(query.to),
  release: query.release ?? "all",
  compare: buildQuery(query).get("compare"),
});

const metricsJson = (figuresOf: (metric: Metric) => MetricFigures) => byMetric(figuresOf);

/** The steps of the page's chart, also those without data. */
const trendJson = (query: CockpitQuery, view: ViewResult, compared: Comparison | null) =>
  chartTrend(view, query, compared).steps.map(({ from, to, current, baseline }) => ({
    from: iso(from),
    to: iso(to),
    metrics: { [query.metric]: metricFigures(query.metric, current) },
    baseline: baselineStepJson(query.metric, baseline),
  }));

/** What could be read and yet not be used as it is: a page that does not exist, times in the future or of deleted data. */
function adjustedParams(query: CockpitQuery, page: number, window: TimeWindow, now: number): IgnoredParam[] {
  const cut = cutTimes(query, window, now).map(({ param, used }) => ({
    param,
    value: param === "range" ? query.range : new Date(query[param] ?? now).toISOString(),
    used: new Date(used).toISOString(),
  }));
  if (query.page === "all" || query.page === page) return cut;
  return [...cut, { param: "page", value: String(query.page), used: String(page) }];
}

/** The JSON twin of the page: everything that it says, for programs. */
export function vitalsJson(input: {
  query: CockpitQuery;
  ignored: IgnoredParam[];
  view: ViewResult;
  /** The largest sources of the view; `null` where this process knows none. */
  sources?: ViewSources | null;
  routes: readonly RouteResult[];
  releases: Release[];
  /** `null` where the query compares nothing; else the view and the routes are those of its current release. */
  comparison: ComparisonResult | null;
  now: number;
}) {
  const { query, view, routes, releases, comparison } = input;
  const compared = comparison?.status === "compared" ? comparison : null;
  const table = routeTable(routes, query, compared?.routes);
  const ignored = [...input.ignored, ...adjustedParams(query, table.page, view.window, input.now)];
  return {
    query: queryJson(query),
    ignored,
    current: {
      release: query.release ?? comparison?.current ?? "all",
      window: { from: iso(view.window.from), to: iso(view.window.to) },
      pageViewsByNavigation: view.pageViewsByNavigation,
      prefetchedPageViews: view.prefetchedPageViews,
      metrics: metricsJson((metric) => metricFigures(metric, view.total[metric])),
    },
    sources: sourcesJson(input.sources ?? null, view.total),
    previous: compared === null ? null : previousJson(compared),
    delta: compared === null ? null : changesJson(compared.changes),
    comparison: comparison === null ? null : comparisonJson(comparison),
    traffic: compared === null ? null : trafficJson(compared, query.navigation),
    trend: trendJson(query, view, compared),
    routes: table.rows.map(({ route, n, impact, metrics, changes }) => ({
      route,
      n,
      impact,
      metrics,
      delta: compared === null || changes === null ? null : changesJson(changes),
    })),
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
