import {
  buildQuery,
  type CockpitQuery,
  DEFAULT_QUERY,
  defaultSort,
  PERCENTILES,
  QUERY_DEVICES,
} from "../../query/cockpit-query";
import type { ReleasesResult } from "../../query/releases/releases-result";
import { NAVIGATION_CLASSES } from "../../vitals/navigation";
import { MINUTE, RANGES, type RangeName, type TimeWindow } from "../../vitals/time";
import { fromLocal, toLocal } from "../../vitals/time-zone";
import { formatCount, isoInstant, windowZone } from "../format/format";
import { DEVICE_LABELS, NAVIGATION_LABELS, percentileLabel, RANGE_LABELS } from "../format/labels";
import { type Compared, PATHS, type PageName, pageHref, permalinkHref, rangeHref } from "../format/links";

export type OptionModel = { value: string; text: string };
export type SelectModel = {
  name: string;
  label: string;
  value: string;
  /** The value that needn't stand in the URL. */
  ordinary?: string;
  options: OptionModel[];
};

/**
 * The field of an absolute time. What is sent unchanged must mean the same instant, so a time that the clocks of the zone
 * show twice is written with its offset, which no picker of browsers can.
 */
export type TimeFieldModel = { type: "datetime-local" | "text"; value: string };

/** The filter bar: one GET form, and links beside it. */
export type FilterFormModel = {
  action: string;
  ranges: Array<{ text: string; title: string; href: string; current: boolean }>;
  selects: SelectModel[];
  /** Absolute times; empty where a range is seen. */
  times: { from: TimeFieldModel; to: TimeFieldModel; zone: string; set: boolean; clearHref: string };
  /** What the form carries along unchanged. */
  hidden: Array<{ name: string; value: string }>;
  permalink: string | null;
  /** All filters back to their defaults; `null` where they are. */
  resetHref: string | null;
};

const RANGE_NAMES = Object.keys(RANGES) as RangeName[];

/** More would be a list that nobody reads; the page of releases has all of them. */
const MOST_RELEASES = 15;

/** Parameters that have a field of their own; the page of a table begins anew. */
const FIELDS: ReadonlySet<string> = new Set([
  "range",
  "release",
  "compare",
  "device",
  "navigation",
  "percentile",
  "from",
  "to",
  "page",
]);

/** How a parameter's value is written in the URL, the default too. */
const written = (query: CockpitQuery, name: "release" | "compare"): string =>
  buildQuery(query).get(name) ?? (name === "release" ? "all" : "");

/** ISO 8601 without a zone, and without the seconds where they are 0: `2026-11-22T13:00`. */
const clockText = (local: number): string =>
  new Date(local)
    .toISOString()
    .replace(/Z$/, "")
    .replace(/\.000$/, "")
    .replace(/:00$/, "");

/** `+05:30`; `null` where an offset is not whole minutes, as before there were time zones. */
function offsetText(offset: number): string | null {
  if (offset % MINUTE !== 0) return null;
  const minutes = Math.abs(offset) / MINUTE;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, "0"));
  return `${offset < 0 ? "-" : "+"}${hours}:${rest}`;
}

/** Years that browsers accept in a field and that ISO 8601 writes with four digits. */
const hasPlainYear = (local: number): boolean => /^(?!0000)\d{4}-/.test(new Date(local).toISOString());

/** An instant by the clocks of the query's zone. */
function timeField(time: number | null, tz: string): TimeFieldModel {
  if (time === null) return { type: "datetime-local", value: "" };
  const local = toLocal(time, tz);
  if (!hasPlainYear(local)) return { type: "text", value: isoInstant(time) };
  if (fromLocal(local, tz) === time) return { type: "datetime-local", value: clockText(local) };
  const offset = offsetText(local - time);
  return { type: "text", value: offset === null ? isoInstant(time) : clockText(local) + offset };
}

/**
 * What the form of a page holds. Releases and window are `null` where they could not be read; `compared` are the
 * builds that are compared, which the permalink names.
 */
export function filterForm(
  query: CockpitQuery,
  releases: ReleasesResult | null,
  view: { window: TimeWindow; pageViewsByBuild: ReadonlyMap<string, number> } | null,
  page: PageName,
  compared: Compared | null = null,
): FilterFormModel {
  const set = query.from !== null || query.to !== null;
  const hidden = [...buildQuery(query)].filter(([name]) => !FIELDS.has(name));
  const { route, metric, tz, sort, order, q } = query;
  const unsorted = sort === defaultSort(query);
  const reset = pageHref(page, {
    ...{ ...DEFAULT_QUERY, route, metric, tz, order, q },
    sort: unsorted ? DEFAULT_QUERY.sort : sort,
  });
  return {
    action: PATHS[page],
    ranges: RANGE_NAMES.map((range) => ({
      text: range,
      title: RANGE_LABELS[range],
      href: rangeHref(page, query, range),
      current: !set && query.range === range,
    })),
    selects: [
      rangeSelect(query),
      releaseSelect(query, releases, view?.pageViewsByBuild ?? new Map()),
      compareSelect(query, releases, compared),
      select("device", "Device", query.device, QUERY_DEVICES, (device) => DEVICE_LABELS[device]),
      select(
        "navigation",
        "Navigation",
        query.navigation,
        [...NAVIGATION_CLASSES, "all"] as const,
        (navigation) => NAVIGATION_LABELS[navigation],
      ),
      select("percentile", "Percentile", query.percentile, PERCENTILES, percentileLabel),
    ],
    times: {
      from: timeField(query.from, query.tz),
      to: timeField(query.to, query.tz),
      zone: view === null ? query.tz : windowZone(view.window, query.tz),
      set,
      clearHref: rangeHref(page, query, query.range),
    },
    hidden: hidden.map(([name, value]) => ({ name, value })),
    permalink: view === null ? null : permalinkHref(query, view.window, page, compared),
    resetHref: reset === pageHref(page, query) ? null : reset,
  };
}

function select<T extends string | number>(
  name: "range" | "device" | "navigation" | "percentile",
  label: string,
  value: T,
  values: readonly T[],
  textOf: (value: T) => string,
): SelectModel {
  const options = values.map((one) => ({ value: String(one), text: textOf(one) }));
  return { name, label, value: String(value), ordinary: String(DEFAULT_QUERY[name]), options };
}

/** A `from` of its own overrides the range: then none of the ranges is what is seen. */
function rangeSelect(query: CockpitQuery): SelectModel {
  const all = select("range", "Range", query.range, RANGE_NAMES, (range) => RANGE_LABELS[range]);
  if (query.from === null) return all;
  return { ...all, value: "", options: [{ value: "", text: "From, to" }, ...all.options] };
}

/** Established releases, the newest first, and the one that is chosen, whatever it is. */
function offered(releases: ReleasesResult | null, chosen: string | null): string[] {
  const established = (releases?.releases ?? [])
    .filter(({ buildVersion }) => releases?.timeline.established.has(buildVersion))
    .sort((a, b) => (b.announcedAt ?? b.firstSeenAt ?? 0) - (a.announcedAt ?? a.firstSeenAt ?? 0))
    .map(({ buildVersion }) => buildVersion)
    .slice(0, MOST_RELEASES);
  return chosen === null || established.includes(chosen) ? established : [chosen, ...established];
}

/** What the release in view can be compared with: any but itself. */
function compareSelect(
  query: CockpitQuery,
  releases: ReleasesResult | null,
  compared: Compared | null,
): SelectModel {
  const { compare } = query;
  const chosen = compare?.with === "build" ? compare.buildVersion : null;
  const current = compared?.current ?? query.release;
  const previous = compared === null || compare?.with === "build" ? " release" : ` (${compared.baseline})`;
  return {
    name: "compare",
    label: "Compare",
    value: written(query, "compare"),
    ordinary: "",
    options: [
      { value: "", text: "Off" },
      { value: "previous", text: `Previous${previous}` },
      ...offered(releases, chosen)
        .filter((buildVersion) => buildVersion === chosen || buildVersion !== current)
        .map((buildVersion) => ({
          value: written({ ...query, compare: { with: "build", buildVersion } }, "compare"),
          text: buildVersion,
        })),
    ],
  };
}

/** The releases whose figures can be seen. */
function releaseSelect(
  query: CockpitQuery,
  releases: ReleasesResult | null,
  pageViews: ReadonlyMap<string, number>,
): SelectModel {
  const names = offered(releases, query.release);
  return {
    name: "release",
    label: "Release",
    value: written(query, "release"),
    ordinary: written(DEFAULT_QUERY, "release"),
    options: [
      { value: "all", text: query.compare === null ? "All releases" : "Current release" },
      ...names.map((release) => ({
        value: written({ ...query, release }, "release"),
        text: `${release} (${formatCount(pageViews.get(release) ?? 0)})`,
      })),
    ],
  };
}
