import type { GrafanaConfig } from "../../grafana/grafana-config";
import { grafanaView, isNamedRoute } from "../../grafana/grafana-view";
import { slowThreshold } from "../../grafana/slow-threshold";
import { slowTracesUrl } from "../../grafana/trace-links";
import type { CockpitQuery } from "../../query/cockpit-query";

/** The link to the slow traces of a route, by its p75 of TTFB in ms; `null` for what no span is called. */
export type RouteTraces = (route: string, p75: number | null) => string | null;

/** What the table of routes links to; `null` without a Grafana. */
export function routeTraces(
  config: GrafanaConfig | null,
  query: CockpitQuery,
  now: number,
): RouteTraces | null {
  if (config === null) return null;
  const view = grafanaView(query, now);
  return (route, p75) =>
    isNamedRoute(route) ? slowTracesUrl(config, { ...view, route }, slowThreshold(p75)) : null;
}
