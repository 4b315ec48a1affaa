import type { GrafanaConfig } from "../../grafana/grafana-config";
import type { CockpitQuery, IgnoredParam } from "../../query/cockpit-query";
import type { ComparisonResult } from "../../query/comparison/comparison-result";
import type { ReleasesResult } from "../../query/releases/releases-result";
import { OTHER, UNKNOWN_BUILD } from "../../vitals/measurement";
import { METRICS } from "../../vitals/metrics";
import type { ViewSources } from "../../vitals/sources";
import { DAY } from "../../vitals/time";
import { formatCount } from "../format/format";
import { DEVICE_PHRASES, METRIC_NAMES, NAVIGATION_PHRASES } from "../format/labels";
import { releasesCsvHref, releasesHref, releasesJsonHref, releasesSvgHref } from "../format/links";
import { type GrafanaMenuModel, grafanaMenu } from "../page/grafana-menu";
import { type PageHeaderModel, pageHeader } from "../page/page-header";
import { ignoredNotices, pageNotices } from "../page/view-summary";
import { bothPanels, mapPanel, type Panel } from "../panel";
import { releaseSourcesModel, type SourcesModel } from "../sources/sources";
import {
  RELEASES_PER_PAGE as PER_PAGE,
  type ReleaseFigures,
  type ReleasePage,
  releasePage,
} from "../tables/release-table";
import { samplesLength } from "../tables/samples-length";
import { type ReleasesFilters, releasesFilters } from "./filters";
import { type ReleaseChartModel, releaseCharts } from "./release-charts";
import { type ReleaseRowModel, releaseRowModel, type Times } from "./release-row";

export type ReleasesTableModel = {
  /** `parts`: the columns of a metric are its figure with its samples, and its change. */
  columns: Array<{ key: string; text: string; title: string | null; number: boolean; parts: boolean }>;
  rows: ReleaseRowModel[];
  /** Characters of the largest number of samples in `rows`. */
  samplesLength: number;
  /** `214 releases` */
  count: string;
  paging: { text: string; previous: string | null; next: string | null } | null;
  /** Beside the legend of the marks. */
  legend: string;
  notes: string[];
  /** Why the verdicts are missing, or `null`. */
  failure: string | null;
  /** Why there are no rows, or `null`. */
  empty: string | null;
};

/** Everything that the page of releases says. */
export type ReleasesPageModel = {
  documentTitle: string;
  header: PageHeaderModel;
  grafana: GrafanaMenuModel | null;
  ignored: string[];
  filters: ReleasesFilters;
  /** The filters and times of the figures. */
  summary: string[];
  sources: SourcesModel | null;
  /** The p75 of each release in the table, by metric. */
  charts: ReleaseChartModel[];
  table: Panel<ReleasesTableModel>;
  downloads: Array<{ text: string; href: string }>;
};

export type ReleasesPageInput = {
  query: CockpitQuery;
  ignored: readonly IgnoredParam[];
  releases: Panel<ReleasesResult>;
  /** Of the builds on the page that is asked for. */
  figures: Panel<ReadonlyMap<string, ReleaseFigures>>;
  /** Each of them against the one before it. */
  verdicts: Panel<ReadonlyMap<string, ComparisonResult>>;
  /** The largest sources of these builds, where this process knows any. */
  sources?: ReadonlyMap<string, ViewSources | null> | null;
  /** Retention of daily summaries and of hourly ones, which decide who is established; in ms. */
  retention: { daily: number; hourly: number };
  /** Absent: nothing of Grafana is shown. */
  grafana?: GrafanaConfig | null;
  /** Routes of the site in any view. */
  knownRoutes?: readonly string[];
  now: number;
};

/** The page of releases. Of the URL only device, navigation, zone and page count for it; the rest is carried on. */
export function releasesPage({
  query,
  ignored,
  releases,
  figures,
  verdicts,
  sources = null,
  retention,
  grafana = null,
  knownRoutes = [],
  now,
}: ReleasesPageInput): ReleasesPageModel {
  return {
    documentTitle: "Releases · Vitals Cockpit",
    header: pageHeader(query, releases, "releases", now),
    grafana: grafanaMenu(grafana, query, null, now, null, knownRoutes),
    ignored: [
      ...ignoredNotices(ignored),
      ...(releases.ok && query.page !== "all"
        ? pageNotices(query.page, releasePage(releases.value, query.page).page)
        : []),
    ],
    filters: releasesFilters(query),
    summary: [
      DEVICE_PHRASES[query.device],
      NAVIGATION_PHRASES[query.navigation],
      `all retained data (up to ${formatCount(retention.daily / DAY)} days)`,
    ],
    sources: sources === null ? null : releaseSourcesModel(sources, query, now),
    charts:
      releases.ok && figures.ok
        ? releaseCharts(releasePage(releases.value, query.page).rows, figures.value)
        : [],
    table: mapPanel(bothPanels(releases, figures), ([all, found]) =>
      tableOf(query, releasePage(all, query.page), found, verdicts, { now, known: now - retention.hourly }),
    ),
    downloads: [
      { text: "Releases as JSON", href: releasesJsonHref(query) },
      { text: "Releases as CSV", href: releasesCsvHref(query) },
      { text: "Charts as SVG", href: releasesSvgHref(query) },
    ],
  };
}

const COLUMNS: ReleasesTableModel["columns"] = [
  { key: "release", text: "Release", title: null, number: false, parts: false },
  { key: "first", text: "First seen", title: null, number: false, parts: false },
  {
    key: "standing",
    text: "Standing",
    title: "Its position in the timeline of releases",
    number: false,
    parts: false,
  },
  {
    key: "before",
    text: "Against",
    title: "The release before it, the baseline of its changes",
    number: false,
    parts: false,
  },
  ...METRICS.map((metric) => ({
    key: metric,
    text: metric,
    title: METRIC_NAMES[metric],
    number: true,
    parts: true,
  })),
];

function tableOf(
  query: CockpitQuery,
  { rows, page, pages, total }: ReleasePage,
  figures: ReadonlyMap<string, ReleaseFigures>,
  verdicts: Panel<ReadonlyMap<string, ComparisonResult>>,
  times: Times,
): ReleasesTableModel {
  const changes = verdicts.ok ? verdicts.value : null;
  const names = new Set(rows.map(({ buildVersion }) => buildVersion));
  const first = total === 0 ? 0 : rows.length < total && query.page !== "all" ? (page - 1) * PER_PAGE + 1 : 1;
  const models = rows.map((row) =>
    releaseRowModel(row, figures.get(row.buildVersion), changes?.get(row.buildVersion), query, times),
  );
  return {
    columns: COLUMNS,
    rows: models,
    samplesLength: samplesLength(models),
    count: `${formatCount(total)} ${total === 1 ? "release" : "releases"}`,
    paging:
      pages === 1
        ? null
        : {
            text: `${formatCount(first)} to ${formatCount(first + rows.length - 1)} of ${formatCount(total)}`,
            previous: page === 1 ? null : releasesHref(query, { page: page - 1 }),
            next: page === pages ? null : releasesHref(query, { page: page + 1 }),
          },
    legend: "Follow a mark to its comparison, with intervals and samples.",
    notes: [
      "Each p75 is of all measurements of a release. Releases that ran at different times or for other visitors are not comparable by it: the changes are, because they match hours, devices and routes.",
      ...(names.has(UNKNOWN_BUILD)
        ? [`${UNKNOWN_BUILD}: page views whose script names no build version.`]
        : []),
      ...(names.has(OTHER) ? [`${OTHER}: builds beyond the limit of new ones in a day.`] : []),
    ],
    failure: verdicts.ok ? null : verdicts.message,
    empty:
      total === 0
        ? "No release was seen yet. The first measurement of a site brings its build version here."
        : null,
  };
}
