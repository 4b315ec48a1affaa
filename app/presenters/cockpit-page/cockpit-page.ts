import type { GrafanaConfig } from "../../grafana/grafana-config";
import { type CockpitQuery, DEFAULT_QUERY, defaultSort, type IgnoredParam } from "../../query/cockpit-query";
import type { Comparison, ComparisonResult } from "../../query/comparison/comparison-result";
import type { ReleasesResult } from "../../query/releases/releases-result";
import { pageViewsOf, type RouteResult, type ViewResult } from "../../query/view/view-result";
import { OWN_BUILD_PREFIX } from "../../vitals/measurement";
import type { ViewSources } from "../../vitals/sources";
import { type BannerModel, comparisonBanner } from "../comparison/banner";
import { titleOfChange } from "../comparison/delta-badge";
import { comparisonOf, releaseInView } from "../comparison/release-in-view";
import { valueText } from "../format/format";
import { DEVICE_PHRASES, figureName, RANGE_LABELS } from "../format/labels";
import { type CsvTable, cockpitHref, csvHref, jsonHref } from "../format/links";
import { metricFigures } from "../format/metric-figures";
import { type FilterFormModel, filterForm } from "../page/filter-form";
import { type GrafanaMenuModel, grafanaMenu } from "../page/grafana-menu";
import { figureOf, type MetricCardModel, metricCards } from "../page/metric-card";
import { type PageHeaderModel, pageHeader } from "../page/page-header";
import {
  cutTimesNotices,
  ignoredNotices,
  pageNotices,
  type ViewSummaryModel,
  viewSummary,
} from "../page/view-summary";
import { mapPanel, type Panel } from "../panel";
import { type SourcesModel, sourcesModel } from "../sources/sources";
import { chartWindow } from "../trend/chart-trend";
import { releaseStarts } from "../trend/release-markers";
import { type TrendChartModel, trendChart } from "../trend/trend-chart";
import { CONNECT_ID, type ConnectModel, connectExamples } from "./connect";
import { roomBesideRoutes } from "./page-size";
import { type RouteTablePage, routeTablePage } from "./route-table";
import { routeTraces } from "./route-traces";

/** The main page, decided to the last word. */
export type CockpitPageModel = {
  /** Of the document: the state in a line. */
  documentTitle: string;
  header: PageHeaderModel;
  grafana: GrafanaMenuModel | null;
  /** How to connect a site, where none was ever measured; where nothing at all was, the rest is left out. */
  connect: ConnectModel | null;
  ignored: string[];
  filters: FilterFormModel;
  view: Panel<{
    summary: ViewSummaryModel;
    sources: SourcesModel | null;
    cards: MetricCardModel[];
    trend: TrendChartModel;
    hint: HintModel | null;
  }>;
  /** What the releases in view are to each other; `null` where nothing is compared. */
  comparison: Panel<BannerModel> | null;
  routes: Panel<RouteTablePage>;
  downloads: Array<{ text: string; href: string }>;
};

/** What to do about a view without data. */
export type HintModel = { text: string; links: Array<{ text: string; href: string }> };

export type CockpitInput = {
  query: CockpitQuery;
  ignored: readonly IgnoredParam[];
  view: Panel<ViewResult>;
  routes: Panel<RouteResult[]>;
  releases: Panel<ReleasesResult>;
  /** `null` where the query compares nothing; else the view and the routes are those of its current release. */
  comparison: Panel<ComparisonResult> | null;
  /** Where this server is reached. */
  origin: string;
  /** Path of the browser script below it. */
  scriptPath: string;
  /** Path of the endpoint that the browser script posts to, below it. */
  beaconPath: string;
  /** Absent: nothing of Grafana is shown. */
  grafana?: GrafanaConfig | null;
  /** The largest sources of the view, where this process knows any. */
  sources?: ViewSources | null;
  /** Routes of the site in any view. */
  knownRoutes?: readonly string[];
  now: number;
};

const TABLES: ReadonlyArray<{ text: string; table: CsvTable }> = [
  { text: "Vitals as CSV", table: "metrics" },
  { text: "Trend as CSV", table: "trend" },
  { text: "Routes as CSV", table: "routes" },
  { text: "Releases as CSV", table: "releases" },
];

/** Everything that the main page says. */
export function cockpitPage({
  query,
  ignored,
  view,
  routes,
  releases,
  comparison,
  origin,
  scriptPath,
  beaconPath,
  grafana = null,
  sources = null,
  knownRoutes = [],
  now,
}: CockpitInput): CockpitPageModel {
  const known = releases.ok ? releases.value : null;
  const compared = comparisonOf(comparison);
  const release = releaseInView(query, comparison);
  const withoutSite = installWithoutSite(query, known, view);
  const filters = filterForm(query, known, view.ok ? view.value : null, "cockpit", compared);
  const carried = filters.hidden.filter(({ name }) => name !== "q");
  const table = mapPanel(routes, (value) =>
    routeTablePage(value, query, [...filterFields(query), ...carried], {
      changes: compared?.routes ?? null,
      traces: routeTraces(grafana, { ...query, release }, knownRoutes, now),
    }),
  );
  return {
    documentTitle: documentTitle(query, view, compared),
    header: pageHeader(query, releases, "cockpit", now, release),
    grafana: grafanaMenu(grafana, { ...query, release }, view, now, null, knownRoutes),
    connect:
      withoutSite === null ? null : connectExamples(origin, { scriptPath, beaconPath }, withoutSite.measured),
    ignored: [
      ...ignoredNotices(ignored),
      ...cutTimesNotices(query, view.ok ? view.value.window : null, now),
      ...(table.ok ? pageNotices(query.page, table.value.page) : []),
    ],
    filters,
    view: mapPanel(view, (value) => ({
      summary: viewSummary(query, { ...value, pageViews: pageViewsOf(value.total) }, "cockpit", now, release),
      sources: sourcesModel(sources, value, query, now),
      cards: metricCards(value, query, "cockpit", compared),
      trend: trendChart(
        value,
        known === null ? [] : releaseStarts(known, chartWindow(value, compared)),
        query,
        now,
        "cockpit",
        compared,
        roomBesideRoutes(table.ok ? table.value : null),
      ),
      hint: hintOf(value, query, known) ?? (withoutSite === null ? null : OWN_PAGES_ONLY),
    })),
    comparison:
      comparison === null
        ? null
        : mapPanel(comparison, (result) => comparisonBanner(result, query, known, "cockpit", now)),
    routes: table,
    downloads: [
      { text: "This view as JSON", href: jsonHref(query) },
      ...TABLES.map(({ text, table }) => ({ text, href: csvHref(query, table) })),
    ],
  };
}

/** What the search form carries along of the filter bar's own fields. */
function filterFields(query: CockpitQuery): Array<{ name: string; value: string }> {
  const { range, from, to, release, compare, device, navigation, percentile } = query;
  const sort = defaultSort(query);
  const filtered = {
    ...{ ...DEFAULT_QUERY, range, from, to, release, compare, device, navigation, percentile, sort },
  };
  const params = new URL(cockpitHref(filtered), "http://cockpit.invalid").searchParams;
  return [...params].map(([name, value]) => ({ name, value }));
}

/** What is said above the figures of an install that has measured nothing but itself. */
const OWN_PAGES_ONLY: HintModel = {
  text: "So far these are the cockpit's own pages alone.",
  links: [{ text: "Connect a site", href: `#${CONNECT_ID}` }],
};

/**
 * Whether an install has no site yet (else `null`), and has measured something all the same: the pages of an
 * empty cockpit are measured by it. A release in the query counts like every other.
 */
function installWithoutSite(
  { release }: CockpitQuery,
  releases: ReleasesResult | null,
  view: Panel<ViewResult>,
): { measured: boolean } | null {
  if (release !== null || releases === null || !view.ok) return null;
  const builds = releases.releases;
  if (builds.length === 0) return pageViewsOf(view.value.total) === 0 ? { measured: false } : null;
  return builds.every(({ buildVersion }) => buildVersion.startsWith(OWN_BUILD_PREFIX))
    ? { measured: true }
    : null;
}

/**
 * `LCP p75 3.02 s, needs improvement · 2.4.1 · Last 24 hours · Performance`; while comparing
 * `LCP p75 3.02 s, needs improvement, +15% ↑ slower · 2.4.1 against 2.4.0 · …`.
 */
function documentTitle(query: CockpitQuery, view: Panel<ViewResult>, compared: Comparison | null): string {
  const range = query.from === null && query.to === null ? RANGE_LABELS[query.range] : "Chosen times";
  const parts = [
    ...(query.route === null ? [] : [query.route]),
    ...releaseWords(query, compared),
    range,
    "Performance",
  ];
  if (!view.ok) return ["Error", ...parts].join(" · ");
  const figures = metricFigures(query.metric, view.value.total[query.metric]);
  const value = figures.percentiles[query.percentile];
  const { ratingLabel, absent } = figureOf(query.metric, figures.n, value);
  const state =
    value === null
      ? `${query.metric}: ${absent}`
      : `${figureName(query)} ${valueText(query.metric, value)}, ${ratingLabel}`;
  return [`${state}${titleOfChange(query.metric, compared)}`, ...parts].join(" · ");
}

/** The release in view, and the one that it is compared with. */
function releaseWords({ release }: CockpitQuery, compared: Comparison | null): string[] {
  if (compared !== null) return [`${compared.current} against ${compared.baseline}`];
  return release === null ? [] : [release];
}

/** Where a view has no data at all, what can be asked for instead. */
function hintOf(view: ViewResult, query: CockpitQuery, releases: ReleasesResult | null): HintModel | null {
  if (pageViewsOf(view.total) > 0) return null;
  const links: HintModel["links"] = [];
  if (query.release !== null)
    links.push({ text: "All releases", href: cockpitHref(query, { release: null }) });
  if (query.device !== "all")
    links.push({ text: "All devices", href: cockpitHref(query, { device: "all" }) });
  // The other choices leave bots out.
  if (query.device !== "bot")
    links.push({ text: DEVICE_PHRASES.bot, href: cockpitHref(query, { device: "bot" }) });
  if (query.navigation !== "all")
    links.push({ text: "All navigations", href: cockpitHref(query, { navigation: "all" }) });
  if (query.route !== null) links.push({ text: "All routes", href: cockpitHref(query, { route: null }) });
  if (query.range !== "90d" || query.from !== null || query.to !== null) {
    links.push({ text: "Last 90 days", href: cockpitHref(query, { range: "90d", from: null, to: null }) });
  }
  const unknown =
    query.release !== null &&
    releases !== null &&
    !releases.releases.some(({ buildVersion }) => buildVersion === query.release);
  return {
    text: `${unknown ? `No release “${query.release}” is known. ` : ""}No page view matches these filters. Widen them:`,
    links,
  };
}
