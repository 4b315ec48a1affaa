import type { CockpitQuery } from "../query/cockpit-query";
import { resolveWindow } from "../query/window";
import { OTHER, UNKNOWN_BUILD, UNKNOWN_ROUTE } from "../vitals/measurement";
import { parseRoute } from "../vitals/route-text/parse-route";
import { RANGES, type TimeWindow } from "../vitals/time";
import type { KnownRoute } from "./siblings";

/** In the notation of Grafana's URLs: `now-24h`, or ms since the epoch. */
export type GrafanaRange = { from: string; to: string };

/** The part of a cockpit view that a link to Grafana passes on. */
export type GrafanaView = {
  range: GrafanaRange;
  /** The same in ms. `ongoing`: the range has a named length, and ends now. */
  times: TimeWindow & { ongoing: boolean };
  now: number;
  /** `null`: all. */
  release: string | null;
  route: KnownRoute | null;
  /** Routes of the site that a search must not mistake for this one. */
  known: readonly KnownRoute[];
};

/** Names of the cockpit for unnamed builds and routes; spans don't have them. */
const PLACEHOLDERS: readonly string[] = [OTHER, UNKNOWN_ROUTE, UNKNOWN_BUILD];

/** Whether spans can have this route. */
export const isNamedRoute = (route: string): boolean => !PLACEHOLDERS.includes(route);

const withoutPlaceholder = (name: string | null): string | null =>
  name === null || PLACEHOLDERS.includes(name) ? null : name;

/** A route as links search for it. */
export const searchedRoute = (text: string): KnownRoute => ({ text, parts: parseRoute(text) });

/**
 * A named range stays relative, as on the page; the times of a permalink are absolute.
 * @param now ms since the epoch
 * @param known routes of the site
 */
export function grafanaView(
  query: CockpitQuery,
  now: number,
  known: readonly KnownRoute[] = [],
): GrafanaView {
  const route = withoutPlaceholder(query.route);
  return {
    ...rangeOf(query, now),
    now,
    release: withoutPlaceholder(query.release),
    route: route === null ? null : searchedRoute(route),
    known: known.filter(({ text }) => isNamedRoute(text)),
  };
}

function rangeOf(query: CockpitQuery, now: number): Pick<GrafanaView, "range" | "times"> {
  if (query.from === null && query.to === null) {
    return {
      range: { from: `now-${query.range}`, to: "now" },
      times: { from: now - RANGES[query.range], to: now, ongoing: true },
    };
  }
  const { from, to } = resolveWindow(query, now);
  return {
    range: { from: instant(from), to: query.to === null ? "now" : instant(to) },
    times: { from, to, ongoing: false },
  };
}

/**
 * Grafana reads a number of 13 digits as ms, and others possibly as a date (`20261122`), so times before September 2001
 * are ISO 8601.
 */
export const instant = (time: number): string =>
  /^\d{13}$/.test(String(time)) ? String(time) : new Date(time).toISOString();
