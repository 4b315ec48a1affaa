import type { GrafanaConfig } from "../../grafana/grafana-config";
import { grafanaView, isNamedRoute, searchedRoute } from "../../grafana/grafana-view";
import { knownRoutes } from "../../grafana/siblings";
import { slowThreshold } from "../../grafana/slow-threshold";
import { slowTracesUrl } from "../../grafana/trace-links";
import type { CockpitQuery } from "../../query/cockpit-query";
import { searchedPart, searchNotes } from "../page/grafana-limits";

/** The links of the table of routes. */
export type RouteTraces = {
  /** The slow traces of a route, by its p75 of TTFB in ms; `null` for a placeholder, which no span has. */
  hrefOf: (route: string, p75: number | null) => string | null;
  /** Head of their column, with the part of the view that they have. */
  head: string;
  /** What the links lack of the view, in sentences. */
  notes: string[];
};

/**
 * What the table of routes links to.
 * @param routes of the site, known to the cockpit
 * @returns `null` without a Grafana
 */
export function routeTraces(
  config: GrafanaConfig | null,
  query: CockpitQuery,
  routes: readonly string[],
  now: number,
): RouteTraces | null {
  if (config === null) return null;
  const view = grafanaView(query, now, knownRoutes(routes));
  const part = searchedPart(config, view);
  return {
    hrefOf: (route, p75) =>
      isNamedRoute(route)
        ? slowTracesUrl(config, { ...view, route: searchedRoute(route) }, slowThreshold(p75))
        : null,
    head: part === null ? "Traces" : `Traces, ${part}`,
    notes: searchNotes(config, view),
  };
}
