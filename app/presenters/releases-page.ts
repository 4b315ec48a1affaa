import { type CockpitQuery, DEFAULT_QUERY, type IgnoredParam } from "../query/cockpit-query";
import type { ComparisonResult } from "../query/comparison-result";
import type { ReleasesResult } from "../query/releases-result";
import { OTHER, UNKNOWN_BUILD } from "../vitals/measurement";
import { METRICS, type Metric } from "../vitals/metrics";
import { ceilTo, DAY, floorTo, HOUR, RANGES } from "../vitals/time";
import { formatAge, formatCount, formatInstant, isoInstant } from "./format";
import { cockpitHref, releasesCsvHref, releasesHref, releasesJsonHref } from "./links";
import { type FigureModel, figureOf } from "./metric-card";
import { bothPanels, mapPanel, type Panel } from "./panel";
import {
  RELEASES_PER_PAGE as PER_PAGE,
  type ReleaseFigures,
  type ReleasePage,
  type ReleaseRow,
  releasePage,
} from "./release-table";
import { type ReleaseVerdictModel, releaseVerdict } from "./release-verdict";
import { type ReleasesFilters, releasesFilters } from "./releases-filters";
import { type HeaderModel, type InstantModel, viewHeader } from "./view-header";
import { ignoredWords, pageWords } from "./view-words";
import { DEVICE_PHRASES, METRIC_NAMES, NAVIGATION_PHRASES } from "./words";

export type ReleaseRowModel = {
  name: string;
  /** The cockpit filtered to this release, over a time in which it was seen. */
  href: string;
  /** `current`, `previous`, `established` or `not established`, and what that means. */
  standing: { text: string; title: string; strong: boolean };
  firstSeen: InstantModel | null;
  lastSeen: InstantModel | null;
  announced: InstantModel | null;
  /** Where the announcement leads, and the host that it leads to; only http and https. */
  link: { href: string; text: string } | null;
  views: string;
  figures: Array<FigureModel & { metric: Metric; n: string }>;
  /** What it is to the release before it; `null` where that could not be read. */
  verdict: ReleaseVerdictModel | null;
  /** Too little was seen of it to call it a release: greyed. */
  thin: boolean;
};

export type ReleasesTableModel = {
  /** `withN`: the samples stand beside the figure. */
  columns: Array<{ key: string; text: string; title: string | null; number: boolean; withN: boolean }>;
  rows: ReleaseRowModel[];
  /** `214 releases` */
  count: string;
  paging: { text: string; previous: string | null; next: string | null } | null;
  notes: string[];
  /** Why the verdicts are missing, or `null`. */
  failure: string | null;
  /** Why there are no rows, or `null`. */
  empty: string | null;
};

/** Everything that the page of releases says. */
export type ReleasesPageModel = {
  documentTitle: string;
  header: HeaderModel;
  ignored: string[];
  filters: ReleasesFilters;
  /** What the figures are of. */
  words: string[];
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
  /** How long daily summaries are kept, and hourly ones, which say who is established; in ms. */
  kept: { daily: number; hourly: number };
  now: number;
};

/** The page of releases. Of the URL only device, navigation, zone and page count for it; the rest is carried on. */
export function releasesPage({
  query,
  ignored,
  releases,
  figures,
  verdicts,
  kept,
  now,
}: ReleasesPageInput): ReleasesPageModel {
  return {
    documentTitle: "Releases · Vitals Cockpit",
    header: viewHeader(query, releases, "releases", now),
    ignored: [
      ...ignoredWords(ignored),
      ...(releases.ok && query.page !== "all"
        ? pageWords(query.page, releasePage(releases.value, query.page).page)
        : []),
    ],
    filters: releasesFilters(query),
    words: [
      DEVICE_PHRASES[query.device],
      NAVIGATION_PHRASES[query.navigation],
      `everything that is kept (up to ${formatCount(kept.daily / DAY)} days)`,
    ],
    table: mapPanel(bothPanels(releases, figures), ([all, found]) =>
      tableOf(query, releasePage(all, query.page), found, verdicts, { now, known: now - kept.hourly }),
    ),
    downloads: [
      { text: "Releases as JSON", href: releasesJsonHref(query) },
      { text: "Releases as CSV", href: releasesCsvHref(query) },
    ],
  };
}

const COLUMNS: ReleasesTableModel["columns"] = [
  { key: "release", text: "Release", title: null, number: false, withN: false },
  { key: "standing", text: "Standing", title: null, number: false, withN: false },
  {
    key: "before",
    text: "Against",
    title: "The release before it, which its changes are against",
    number: false,
    withN: false,
  },
  { key: "views", text: "Views", title: "Page views", number: true, withN: false },
  ...METRICS.map((metric) => ({
    key: metric,
    text: `${metric} p75`,
    title: METRIC_NAMES[metric],
    number: true,
    withN: true,
  })),
  { key: "first", text: "First seen", title: null, number: false, withN: false },
  { key: "last", text: "Last seen", title: null, number: false, withN: false },
  {
    key: "announced",
    text: "Announced",
    title: "When its deploy was announced",
    number: false,
    withN: false,
  },
];

/** In ms since the epoch; who was last seen before `known` may have been established or not. */
type Times = { now: number; known: number };

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
  return {
    columns: COLUMNS,
    rows: rows.map((row) =>
      rowOf(row, figures.get(row.buildVersion), changes?.get(row.buildVersion), query, times),
    ),
    count: `${formatCount(total)} ${total === 1 ? "release" : "releases"}`,
    paging:
      pages === 1
        ? null
        : {
            text: `${formatCount(first)} to ${formatCount(first + rows.length - 1)} of ${formatCount(total)}`,
            previous: page === 1 ? null : releasesHref(query, { page: page - 1 }),
            next: page === pages ? null : releasesHref(query, { page: page + 1 }),
          },
    notes: [
      "Each figure is the 75th percentile of all that a release measured, with its samples. Releases that ran at different times or for other visitors are not comparable by these alone: the changes under them are of the p75 of matched hours, with their 95 % interval and the page views of both.",
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

function rowOf(
  row: ReleaseRow,
  figures: ReleaseFigures | undefined,
  result: ComparisonResult | undefined,
  query: CockpitQuery,
  { now, known }: Times,
): ReleaseRowModel {
  const forgotten = !row.established && row.lastSeenAt !== null && row.lastSeenAt < known;
  const instant = (time: number | null): InstantModel | null =>
    time === null
      ? null
      : {
          text: time > now ? formatInstant(time, query.tz, now) : `${formatAge(now - time)} ago`,
          exact: formatInstant(time, query.tz, now),
          iso: isoInstant(time),
        };
  return {
    name: row.buildVersion,
    href: cockpitHref(query, { route: null, q: "", release: row.buildVersion, ...timesOf(row, query, now) }),
    standing: standingOf(row, forgotten),
    firstSeen: instant(row.firstSeenAt),
    lastSeen: instant(row.lastSeenAt),
    announced: instant(row.announcedAt),
    link: linkOf(row.link),
    views: formatCount(figures?.n ?? 0),
    figures: METRICS.map((metric) => {
      const { n, percentiles } = figures?.metrics[metric] ?? { n: 0, percentiles: { 75: null } };
      return { ...figureOf(metric, n, percentiles[75]), metric, n: formatCount(n) };
    }),
    verdict: result === undefined ? null : releaseVerdict(result, query, livedOf(row, now)),
    thin: !row.established && !forgotten,
  };
}

/** The times of the view, or, where the release was not seen in them, those in which it was. */
function timesOf(
  { firstSeenAt, lastSeenAt }: ReleaseRow,
  query: CockpitQuery,
  now: number,
): Partial<CockpitQuery> {
  if (firstSeenAt === null || lastSeenAt === null) return {};
  const to = query.to ?? now;
  const from = query.from ?? to - RANGES[query.range];
  if (lastSeenAt >= from && firstSeenAt < to) return {};
  return livedOf({ firstSeenAt, lastSeenAt }, now);
}

/** The whole hours in which a release was seen. */
function livedOf(
  { firstSeenAt, lastSeenAt }: Pick<ReleaseRow, "firstSeenAt" | "lastSeenAt">,
  now: number,
): Pick<CockpitQuery, "from" | "to" | "range"> {
  const last = lastSeenAt ?? now;
  return {
    from: floorTo(firstSeenAt ?? last, HOUR),
    to: ceilTo(last + 1, HOUR),
    range: DEFAULT_QUERY.range,
  };
}

const STANDINGS = {
  current: { text: "current", title: "It has most of the traffic now", strong: true },
  previous: { text: "previous", title: "The current release replaced it", strong: true },
  established: {
    text: "established",
    title: "It was announced, or had 30 page views and 1 % of an hour's traffic",
    strong: false,
  },
  forgotten: {
    text: "not known",
    title: "It was last seen before the hourly summaries begin, by which this is decided",
    strong: false,
  },
  stray: {
    text: "not established",
    title: "It was not announced, and had under 30 page views or 1 % of every hour's traffic",
    strong: false,
  },
} as const;

function standingOf({ standing, established }: ReleaseRow, forgotten: boolean): ReleaseRowModel["standing"] {
  if (standing !== null) return STANDINGS[standing];
  if (established) return STANDINGS.established;
  return forgotten ? STANDINGS.forgotten : STANDINGS.stray;
}

/** An announcement's link, if it is one that a browser may follow from here. */
function linkOf(link: string | null): ReleaseRowModel["link"] {
  if (link === null || !URL.canParse(link)) return null;
  const { protocol, host, href } = new URL(link);
  return protocol === "https:" || protocol === "http:" ? { href, text: host } : null;
}
