import { MINUTE } from "../vitals/time";
import { exploreUrl } from "./explore";
import type { GrafanaConfig } from "./grafana-config";
import { grafanaUrl, rangeParameters, type UrlParameter } from "./grafana-url";
import type { GrafanaView } from "./grafana-view";
import { searchesNotations } from "./route-condition";
import { routePattern } from "./route-patterns";
import { exploredRange, metricsRange, searchRange } from "./searched-range";
import type { KnownRoute } from "./siblings";
import { failingSpans, latencyByVersion, slowSpans } from "./traceql";

/** Most traces of a search, and spans of each. */
const LIMIT = 50;
const SPANS_PER_TRACE = 3;

const tempo = (config: GrafanaConfig) => ({ type: "tempo", uid: config.tracesUid });

const search = (query: string) => ({
  queryType: "traceql",
  query,
  limit: LIMIT,
  spss: SPANS_PER_TRACE,
  tableType: "spans",
  filters: [],
});

/** Explore on a search, in the part of the view that Tempo searches. */
const searchUrl = (config: GrafanaConfig, view: GrafanaView, query: string): string =>
  exploreUrl(config, tempo(config), search(query), searchRange(view, config.tempo).range);

/** Explore on server spans of a view that last longer than `threshold` ms. */
export const slowTracesUrl = (config: GrafanaConfig, view: GrafanaView, threshold: number): string =>
  searchUrl(config, view, slowSpans(config, view, threshold));

/** Explore on failed server spans of a view. */
export const failingTracesUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  searchUrl(config, view, failingSpans(config, view));

/** Explore on the average duration of a view's server spans by version. */
export function latencyByVersionUrl(config: GrafanaConfig, view: GrafanaView): string {
  const { range, step } = metricsRange(view, config.tempo);
  const query = {
    queryType: "traceql",
    query: latencyByVersion(config, view),
    metricsQueryType: "range",
    // Without a step, Tempo chooses one by the range, and may refuse the range for it.
    step: `${step / MINUTE}m`,
    filters: [],
  };
  return exploreUrl(config, tempo(config), query, range);
}

/** Grafana's Scenes library separates the parts of a filter by these characters, and escapes them so. */
const escapeFilterPart = (text: string): string =>
  text.replaceAll("|", "__gfp__").replaceAll(",", "__gfc__").replaceAll("#", "__gfh__");

/** The rule of Traces Drilldown, to which blanks alone are a number. */
const isNumeric = (text: string): boolean => text !== "" && !Number.isNaN(Number(text.trim()));

/**
 * A filter value that Drilldown turns into this string in TraceQL. It writes numbers without quotes, unless the value has
 * them.
 * @returns `null` for strings without such a value: `true`, `false`, quoted numbers, and escapes of Scenes
 */
function drilldownValue(text: string): string | null {
  if (text === "true" || text === "false" || /__gf[pch]__/.test(text)) return null;
  if (/^["'].*["']$/s.test(text) && isNumeric(text.slice(1, -1))) return null;
  return isNumeric(text) ? `"${text}"` : text;
}

/** The filter for a route. Filters are joined by `and`, so none can search by path as well. */
const routeFilter = (config: GrafanaConfig, route: KnownRoute): readonly [string, string] =>
  searchesNotations(config) ? ["=~", routePattern(route, config.routeBase)] : ["=", route.text];

/**
 * Traces Drilldown, which sorts by duration. It finds a route by the spans' route only. Its graphs are TraceQL metrics, so
 * its range stays within their limit too.
 * @returns `null` when Grafana is too old for it, or no filter can express the view
 */
export function drilldownUrl(config: GrafanaConfig, view: GrafanaView): string | null {
  if (config.exploreFormat === "left") return null;
  const { service, version, route: routeAttribute } = config.attributes;
  const filters: UrlParameter[] = [];
  for (const [attribute, operator, text] of [
    [service, "=", config.serviceName],
    [version, "=", view.release],
    [routeAttribute, ...(view.route === null ? (["=", null] as const) : routeFilter(config, view.route))],
  ] as const) {
    if (text === null) continue;
    const value = drilldownValue(text);
    if (value === null) return null;
    filters.push(["var-filters", [attribute, operator, value].map(escapeFilterPart).join("|")]);
  }
  const { range } = exploredRange(view, config.tempo);
  return grafanaUrl(config, "/a/grafana-exploretraces-app/explore", [
    ...rangeParameters(range),
    ["timezone", "browser"],
    ["var-ds", config.tracesUid],
    ["var-primarySignal", "kind=server"],
    ...filters,
    ["var-metric", "duration"],
    ["actionView", "traceList"],
  ]);
}
