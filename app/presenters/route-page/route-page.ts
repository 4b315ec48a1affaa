import type { GrafanaConfig } from "../../grafana/grafana-config";
import type { AttributionSummary } from "../../query/attribution/attribution-result";
import type { CockpitQuery, IgnoredParam } from "../../query/cockpit-query";
import type { ChangeBreakdown, Comparison, ComparisonResult } from "../../query/comparison/comparison-result";
import type { ReleasesResult } from "../../query/releases/releases-result";
import type { RouteSplits } from "../../query/view/route-splits-result";
import { pageViewsOf, type ViewResult } from "../../query/view/view-result";
import type { ViewSources } from "../../vitals/sources";
import { type BannerModel, comparisonBanner } from "../comparison/banner";
import { titleOfChange } from "../comparison/delta-badge";
import { comparisonOf, releaseInView } from "../comparison/release-in-view";
import { valueText } from "../format/format";
import { figureName } from "../format/labels";
import { cockpitHref, csvHref, jsonHref, routePageHref } from "../format/links";
import { metricFigures } from "../format/metric-figures";
import { type FilterFormModel, filterForm } from "../page/filter-form";
import { type GrafanaMenuModel, grafanaMenu } from "../page/grafana-menu";
import { figureOf, type MetricCardModel, metricCards } from "../page/metric-card";
import { type PageHeaderModel, pageHeader } from "../page/page-header";
import { cutTimesNotices, ignoredNotices, type ViewSummaryModel, viewSummary } from "../page/view-summary";
import { bothPanels, mapPanel, type Panel } from "../panel";
import { type SourcesModel, sourcesModel } from "../sources/sources";
import { chartWindow } from "../trend/chart-trend";
import { releaseStarts } from "../trend/release-markers";
import { type TrendChartModel, trendChart } from "../trend/trend-chart";
import { type AttributionModel, attributionModel } from "./attribution";
import { type ChangeBreakdownModel, changeBreakdownModel } from "./change-breakdown";
import { type CorrelationModel, grafanaCorrelation } from "./grafana-correlation";
import {
  type PercentilesModel,
  percentilesModel,
  type SplitsModel,
  splitsModel,
  type TrafficModel,
  trafficModel,
} from "./tables";

/** The page of one route, decided to the last word. */
export type RoutePageModel = {
  documentTitle: string;
  header: PageHeaderModel;
  grafana: GrafanaMenuModel | null;
  /** Up to 2,048 characters; `null` where the address names none. */
  route: string | null;
  /** Whether it is too long to stand in large type. */
  long: boolean;
  list: { text: string; href: string };
  ignored: string[];
  filters: FilterFormModel;
  /** What to do where the view has no data of this route; every panel is then left out. */
  unknown: { text: string; links: Array<{ text: string; href: string }> } | null;
  view: Panel<{
    summary: ViewSummaryModel;
    sources: SourcesModel | null;
    cards: MetricCardModel[];
    trend: TrendChartModel;
    percentiles: PercentilesModel;
  }>;
  /** What the releases in view are to each other on this route; `null` where nothing is compared. */
  comparison: Panel<BannerModel> | null;
  /** What moved within the route; `null` where nothing is compared. */
  breakdown: Panel<ChangeBreakdownModel> | null;
  traffic: Panel<TrafficModel | null>;
  splits: Panel<SplitsModel>;
  attribution: Panel<AttributionModel>;
  /** To the traces behind it; `null` where there is no way. */
  correlation: CorrelationModel | null;
  downloads: Array<{ text: string; href: string }>;
};

export type RoutePageInput = {
  query: CockpitQuery;
  ignored: readonly IgnoredParam[];
  view: Panel<ViewResult>;
  /** Page views of all routes under the same filters. */
  site: Panel<number>;
  splits: Panel<RouteSplits>;
  attribution: Panel<AttributionSummary>;
  releases: Panel<ReleasesResult>;
  /** Of the route; `null` where the query compares nothing. */
  comparison: Panel<ComparisonResult> | null;
  breakdown: Panel<ChangeBreakdown> | null;
  /** Absent: nothing of Grafana is shown. */
  grafana?: GrafanaConfig | null;
  /** The largest sources of the view, where this process knows any. */
  sources?: ViewSources | null;
  /** Routes of the site in any view. */
  knownRoutes?: readonly string[];
  now: number;
};

/** Characters of a route that fit on a line or two of a heading. */
const LONGEST_HEADING = 120;

/** Everything that the page of a route says. */
export function routePage(input: RoutePageInput): RoutePageModel {
  const { query, ignored, view, site, splits, attribution, releases, comparison, breakdown, now } = input;
  const { grafana = null, sources = null, knownRoutes = [] } = input;
  const route = query.route ?? "";
  const known = releases.ok ? releases.value : null;
  const compared = comparisonOf(comparison);
  const release = releaseInView(query, comparison);
  const finalHeaders = attribution.ok ? attribution.value.causes.LCP.finalHeadersP75 : null;
  return {
    documentTitle: documentTitle(query, view, compared),
    header: pageHeader(query, releases, "route", now, release),
    grafana: grafanaMenu(grafana, { ...query, release }, view, now, finalHeaders, knownRoutes),
    route: query.route,
    long: route.length > LONGEST_HEADING,
    list: { text: "All routes", href: cockpitHref(query, { route: null }) },
    ignored: [...ignoredNotices(ignored), ...cutTimesNotices(query, view.ok ? view.value.window : null, now)],
    filters: filterForm(query, known, view.ok ? view.value : null, "route", compared),
    unknown: unknownRoute(query, view),
    view: mapPanel(view, (value) => ({
      summary: viewSummary(query, { ...value, pageViews: pageViewsOf(value.total) }, "route", now, release),
      sources: sourcesModel(sources, value, query, now),
      cards: metricCards(value, query, "route", compared),
      trend: trendChart(
        value,
        known === null ? [] : releaseStarts(known, chartWindow(value, compared)),
        query,
        now,
        "route",
        compared,
      ),
      percentiles: percentilesModel(value, query, route),
    })),
    comparison:
      comparison === null
        ? null
        : mapPanel(comparison, (result) => comparisonBanner(result, query, known, "route", now)),
    breakdown:
      breakdown === null || compared === null
        ? null
        : mapPanel(breakdown, (value) => changeBreakdownModel(value, compared, query, route)),
    traffic: mapPanel(bothPanels(view, site), ([own, all]) => trafficModel(own.total, all)),
    splits: mapPanel(splits, (value) => splitsModel(value, query, route)),
    attribution: mapPanel(bothPanels(attribution, view), ([value, { window }]) =>
      attributionModel(value, window, query, now),
    ),
    correlation: view.ok
      ? grafanaCorrelation(
          grafana,
          { ...query, release },
          view.value,
          attribution,
          compared,
          now,
          knownRoutes,
        )
      : null,
    downloads: [
      { text: "This route as JSON", href: jsonHref(query) },
      { text: "Vitals as CSV", href: csvHref(query, "metrics") },
      { text: "Trend as CSV", href: csvHref(query, "trend") },
    ],
  };
}

/** What a tab and a list of bookmarks have room for. */
const shortened = (route: string): string =>
  route.length <= 80 ? route : `${route.slice(0, 79).toWellFormed()}…`;

function documentTitle(query: CockpitQuery, view: Panel<ViewResult>, compared: Comparison | null): string {
  const place = query.route === null ? "No route" : shortened(query.route);
  if (!view.ok) return `Error · ${place} · Performance`;
  const { n, percentiles } = metricFigures(query.metric, view.value.total[query.metric]);
  const value = percentiles[query.percentile];
  const { ratingLabel, absent } = figureOf(query.metric, n, value);
  const state =
    value === null
      ? `${query.metric}: ${absent}`
      : `${figureName(query)} ${valueText(query.metric, value)}, ${ratingLabel}`;
  return `${place} · ${state}${titleOfChange(query.metric, compared)} · Performance`;
}

function unknownRoute(query: CockpitQuery, view: Panel<ViewResult>): RoutePageModel["unknown"] {
  const list = { text: "All routes in this view", href: cockpitHref(query, { route: null }) };
  if (query.route === null) {
    return { text: "The address names no route. Choose one from the list.", links: [list] };
  }
  if (!view.ok || pageViewsOf(view.value.total) > 0) return null;
  const own = (text: string, changes: Partial<CockpitQuery>) => ({
    text,
    href: routePageHref(query, query.route ?? "", changes),
  });
  const filtered = query.release !== null || query.device !== "all" || query.navigation !== "all";
  const shorter = query.range !== "90d" || query.from !== null || query.to !== null;
  return {
    text: "There is no data for this route in this view. It may have been renamed or misspelt, or nobody opened it.",
    links: [
      list,
      ...(filtered
        ? [
            own("This route, all releases, devices and navigations", {
              release: null,
              device: "all",
              navigation: "all",
            }),
          ]
        : []),
      ...(shorter ? [own("This route, last 90 days", { range: "90d", from: null, to: null })] : []),
    ],
  };
}
