import { type CockpitQuery, DEFAULT_QUERY } from "../../query/cockpit-query";
import type { ComparisonResult } from "../../query/comparison/comparison-result";
import { METRICS, type Metric } from "../../vitals/metrics";
import { ceilTo, floorTo, HOUR, RANGES } from "../../vitals/time";
import { formatAge, formatCount, formatInstant, isoInstant } from "../format/format";
import { cockpitHref } from "../format/links";
import { type FigureModel, figureOf } from "../page/metric-card";
import type { InstantModel } from "../page/page-header";
import type { ReleaseFigures, ReleaseRow } from "../tables/release-table";
import { type ReleaseVerdictModel, releaseVerdict } from "./release-verdict";

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

/** In ms since the epoch; who was last seen before `known` may have been established or not. */
export type Times = { now: number; known: number };

/** One release, ready to print. */
export function releaseRowModel(
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
    title: "It was announced, or had 30 page views, 1 % of an hour's traffic, several senders and two hours",
    strong: false,
  },
  forgotten: {
    text: "not known",
    title: "It was last seen before the hourly summaries begin, by which this is decided",
    strong: false,
  },
  stray: {
    text: "not established",
    title:
      "It was not announced, and had under 30 page views, under 1 % of every hour's traffic, few senders, or one hour",
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
