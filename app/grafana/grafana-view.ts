import type { CockpitQuery } from "../query/cockpit-query";
import { resolveWindow } from "../query/window";
import { OTHER, UNKNOWN_BUILD, UNKNOWN_ROUTE } from "../vitals/measurement";

/** Times as Grafana's URLs have them: `now-24h`, or ms since the epoch. */
export type GrafanaRange = { from: string; to: string };

/** What a link out shows of the view that it stands in. */
export type GrafanaView = {
  range: GrafanaRange;
  /** A build version and a route as spans name them; `null`: all. */
  release: string | null;
  route: string | null;
};

/** What stands for builds or routes that have no name of their own; no span is called so. */
const PLACEHOLDERS: readonly string[] = [OTHER, UNKNOWN_ROUTE, UNKNOWN_BUILD];

/** Whether spans can be found by the name of this route. */
export const isNamedRoute = (route: string): boolean => !PLACEHOLDERS.includes(route);

const withoutPlaceholder = (name: string | null): string | null =>
  name === null || PLACEHOLDERS.includes(name) ? null : name;

/** The view of a query: a range stays relative, so that the link goes on with the page; a permalink's times stay. */
export function grafanaView(query: CockpitQuery, now: number): GrafanaView {
  return {
    range: rangeOf(query, now),
    release: withoutPlaceholder(query.release),
    route: withoutPlaceholder(query.route),
  };
}

function rangeOf(query: CockpitQuery, now: number): GrafanaRange {
  if (query.from === null && query.to === null) return { from: `now-${query.range}`, to: "now" };
  const { from, to } = resolveWindow(query, now);
  return { from: instant(from), to: query.to === null ? "now" : instant(to) };
}

/**
 * Grafana takes a number of 13 digits for ms; shorter and longer ones may be dates to it (`20261122`), so times before
 * September 2001 are written out.
 */
const instant = (time: number): string =>
  /^\d{13}$/.test(String(time)) ? String(time) : new Date(time).toISOString();
