import { isDevice } from "../vitals/devices";
import { isMetric, type Metric } from "../vitals/metrics";
import { NAVIGATION_CLASSES, type NavigationClass } from "../vitals/navigation";
import { isCleanText } from "../vitals/text";
import { isRangeName, parseInstant, type RangeName } from "../vitals/time";
import { fromLocal } from "../vitals/time-zone";

export const PERCENTILES = [50, 75, 90, 95, 99] as const;
export type Percentile = (typeof PERCENTILES)[number];

export const QUERY_DEVICES = ["all", "mobile", "tablet", "desktop", "bot"] as const;
export type QueryDevice = (typeof QUERY_DEVICES)[number];

export type QueryNavigation = NavigationClass | "all";

/** Times of the chart while comparing: the compared hours of both releases, or the range of the view. */
export const SPANS = ["compared", "range"] as const;
export type Span = (typeof SPANS)[number];

/** The table of the chart's numbers: where the page stays small with it, or in any case. */
export const NUMBERS = ["short", "all"] as const;
export type Numbers = (typeof NUMBERS)[number];

/** Sort keys of the route table; `regression` only with a comparison. */
export const SORTS = ["impact", "regression", "views", "route", "INP", "LCP", "CLS", "FCP", "TTFB"] as const;
export type Sort = (typeof SORTS)[number];

/** The baseline of a comparison: the previous release, or any build. */
export type Compare = { with: "previous" } | { with: "build"; buildVersion: string };

export const COMPARE_PREVIOUS: Compare = { with: "previous" };

/**
 * The query of a URL, the only state of the pages. `parseQuery` reads it, `buildQuery` writes it, and reading a written
 * query returns an equal one.
 */
export type CockpitQuery = {
  range: RangeName;
  /** Absolute times in ms since the epoch; they override `range`. */
  from: number | null;
  to: number | null;
  /** A build version; `null` means all, and in a comparison the current release. */
  release: string | null;
  /** `null`: no comparison. */
  compare: Compare | null;
  device: QueryDevice;
  navigation: QueryNavigation;
  metric: Metric;
  percentile: Percentile;
  /** Has an effect only in a comparison. */
  span: Span;
  numbers: Numbers;
  /** A route; `null` means all. */
  route: string | null;
  tz: string;
  sort: Sort;
  order: "asc" | "desc";
  /** Page of the route table, from 1, or the whole table. */
  page: number | "all";
  /** Search text: a part of a route. */
  q: string;
};

export const DEFAULT_QUERY: CockpitQuery = {
  range: "24h",
  from: null,
  to: null,
  release: null,
  compare: null,
  device: "all",
  navigation: "load",
  metric: "LCP",
  percentile: 75,
  span: "compared",
  numbers: "short",
  route: null,
  tz: "UTC",
  sort: "impact",
  order: "desc",
  page: 1,
  q: "",
};

/** An invalid parameter, and the text of the value used instead. */
export type IgnoredParam = { param: string; value: string; used: string };

const MAX_TEXT = 2048;
const MAX_PAGE = 100_000;

const oneOf =
  <T extends string>(values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((value) => value === text);

/**
 * Parses an instant, or a date or time without a zone, as datetime-local fields send it, in `tz`. An unencoded `+` in a
 * URL becomes a space; in ISO 8601 it occurs only before an offset.
 */
function instant(text: string, tz: string): number | undefined {
  const written = text.replace(/ (?=\d\d:\d\d$)/, "+");
  const hasZone = /T.*(?:Z|[+-]\d\d:\d\d)$/.test(written);
  if (hasZone) return parseInstant(written) ?? undefined;
  const local = parseInstant(written.includes("T") ? `${written}Z` : written);
  if (local === null) return undefined;
  const utc = fromLocal(local, tz);
  // Rejects years at the ends of the calendar, which ISO 8601 writes with more than four digits.
  return parseInstant(new Date(utc).toISOString()) ?? undefined;
}

function parseTimeZone(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone === undefined
      ? undefined
      : text;
  } catch {
    return undefined;
  }
}

/** A name that can be stored: PostgreSQL, too, compares no others. */
const label = (text: string): string | undefined =>
  text.length > 0 && text.length <= MAX_TEXT && isCleanText(text) ? text : undefined;

/** Values of `release` with another meaning; a build of such a name is written with a leading `=`. */
const isReservedRelease = (name: string): boolean =>
  name === "all" || name === "previous" || name === "true" || name.startsWith("=");

/** `parse` returns `undefined` for an invalid text; `tz` is the query's. `write` defaults to `String`. */
const PARAMS: {
  readonly [K in keyof CockpitQuery]: {
    parse: (text: string, tz: string) => CockpitQuery[K] | undefined;
    write?: (value: CockpitQuery[K]) => string;
  };
} = {
  range: { parse: (text) => (isRangeName(text) ? text : undefined) },
  from: { parse: instant, write: (time) => (time === null ? "" : new Date(time).toISOString()) },
  to: { parse: instant, write: (time) => (time === null ? "" : new Date(time).toISOString()) },
  release: {
    parse: (text) => (text === "all" ? null : label(text.replace(/^=/, ""))),
    write: (name) => {
      if (name === null) return "all";
      return isReservedRelease(name) ? `=${name}` : name;
    },
  },
  compare: {
    parse: (text) => {
      if (text === "previous" || text === "true") return COMPARE_PREVIOUS;
      if (text === "all") return undefined;
      const buildVersion = label(text.replace(/^=/, ""));
      return buildVersion === undefined ? undefined : { with: "build", buildVersion };
    },
    write: (compare) => {
      if (compare === null) return "";
      return compare.with === "previous" ? "previous" : (PARAMS.release.write?.(compare.buildVersion) ?? "");
    },
  },
  device: { parse: (text) => (text === "all" || isDevice(text) ? text : undefined) },
  navigation: { parse: oneOf([...NAVIGATION_CLASSES, "all"]) },
  metric: { parse: (text) => (isMetric(text) ? text : undefined) },
  percentile: { parse: (text) => PERCENTILES.find((p) => String(p) === text) },
  span: { parse: oneOf(SPANS) },
  numbers: { parse: oneOf(NUMBERS) },
  route: { parse: label, write: (route) => route ?? "" },
  tz: { parse: parseTimeZone },
  sort: { parse: oneOf(SORTS) },
  order: { parse: oneOf(["asc", "desc"]) },
  page: {
    parse: (text) => {
      if (text === "all") return text;
      const page = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
      return page !== undefined && page <= MAX_PAGE ? page : undefined;
    },
  },
  q: { parse: (text) => (text.length <= 200 ? text : undefined) },
};

/** The sort key of a URL without one: regressions first in a comparison. */
export const defaultSort = ({ compare }: Pick<CockpitQuery, "compare">): Sort =>
  compare === null ? DEFAULT_QUERY.sort : "regression";

const NAMES = Object.keys(PARAMS) as Array<keyof CockpitQuery>;

function write<K extends keyof CockpitQuery>(name: K, value: CockpitQuery[K]): string {
  const { write: own } = PARAMS[name];
  return own === undefined ? String(value) : own(value);
}

/**
 * Reads a query from URL parameters. An invalid parameter falls back to its default and is listed in `ignored` (values
 * truncated to 100 characters). Empty parameters, as forms send them, count as absent; unknown ones are skipped; the first
 * of repeated ones counts.
 */
export function parseQuery(params: URLSearchParams): { query: CockpitQuery; ignored: IgnoredParam[] } {
  const query: CockpitQuery = { ...DEFAULT_QUERY };
  const ignored: IgnoredParam[] = [];
  const ignore = (name: keyof CockpitQuery, value: string): void => {
    ignored.push({ param: name, value: value.slice(0, 100).toWellFormed(), used: write(name, query[name]) });
  };
  const read = <K extends keyof CockpitQuery>(name: K): void => {
    const [first, ...more] = params.getAll(name).filter((text) => text !== "");
    if (first === undefined) return;
    const value = PARAMS[name].parse(first, query.tz);
    if (value === undefined) ignore(name, first);
    else query[name] = value;
    for (const text of more) ignore(name, text);
  };
  // Parsed first: `from` and `to` without a zone are read in this time zone.
  read("tz");
  for (const name of NAMES) {
    // The default depends on `compare`, which precedes `sort` in NAMES.
    if (name === "sort") query.sort = defaultSort(query);
    if (name !== "tz") read(name);
  }
  if (query.sort === "regression" && query.compare === null) {
    query.sort = DEFAULT_QUERY.sort;
    ignore("sort", "regression");
  }
  if (query.from !== null && query.to !== null && query.from >= query.to) {
    query.from = null;
    query.to = null;
    for (const name of ["from", "to"] as const) {
      const [text = ""] = params.getAll(name).filter((value) => value !== "");
      ignored.push({ param: name, value: text.slice(0, 100).toWellFormed(), used: query.range });
    }
  }
  return { query, ignored };
}

/** Writes a query as URL parameters, in a fixed order, without defaults. */
export function buildQuery(query: CockpitQuery): URLSearchParams {
  const params = new URLSearchParams();
  const add = <K extends keyof CockpitQuery>(name: K): void => {
    // Most values are defaults, and a page has over a hundred links.
    if (name !== "sort" && query[name] === DEFAULT_QUERY[name]) return;
    const text = write(name, query[name]);
    const defaultText = name === "sort" ? defaultSort(query) : write(name, DEFAULT_QUERY[name]);
    if (text !== defaultText) params.set(name, text);
  };
  for (const name of NAMES) add(name);
  return params;
}
