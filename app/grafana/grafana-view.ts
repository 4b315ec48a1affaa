import type { CockpitQuery } from "../query/cockpit-query";
import { resolveWindow } from "../query/window";
import { OTHER, UNKNOWN_BUILD, UNKNOWN_ROUTE } from "../vitals/measurement";

/** In the notation of Grafana's URLs: `now-24h`, or ms since the epoch. */
export type GrafanaRange = { from: string; to: string };

/** The part of a cockpit view that a link to Grafana passes on. */
export type GrafanaView = {
  range: GrafanaRange;
  /** `null`: all. */
  release: string | null;
  route: string | null;
};

/** Names of the cockpit for unnamed builds and routes; spans don't have them. */
const PLACEHOLDERS: readonly string[] = [OTHER, UNKNOWN_ROUTE, UNKNOWN_BUILD];

/** Whether spans can have this route. */
export const isNamedRoute = (route: string): boolean => !PLACEHOLDERS.includes(route);

const withoutPlaceholder = (name: string | null): string | null =>
  name === null || PLACEHOLDERS.includes(name) ? null : name;

/** A named range stays relative, as on the page; the times of a permalink are absolute. */
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
 * Grafana reads a number of 13 digits as ms, and others possibly as a date (`20261122`), so times before September 2001
 * are ISO 8601.
 */
const instant = (time: number): string =>
  /^\d{13}$/.test(String(time)) ? String(time) : new Date(time).toISOString();
