import { exploreUrl } from "./explore";
import type { GrafanaConfig } from "./grafana-config";
import { grafanaUrl, rangeParameters, type UrlParameter } from "./grafana-url";
import type { GrafanaView } from "./grafana-view";
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

/** Explore on server spans of a view that last longer than `threshold` ms. */
export const slowTracesUrl = (config: GrafanaConfig, view: GrafanaView, threshold: number): string =>
  exploreUrl(config, tempo(config), search(slowSpans(config, view, threshold)), view.range);

/** Explore on failed server spans of a view. */
export const failingTracesUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  exploreUrl(config, tempo(config), search(failingSpans(config, view)), view.range);

export const latencyByVersionUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  exploreUrl(
    config,
    tempo(config),
    { queryType: "traceql", query: latencyByVersion(config, view), metricsQueryType: "range", filters: [] },
    view.range,
  );

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

/**
 * Traces Drilldown, which sorts by duration.
 * @returns `null` when Grafana is too old for it, or no filter can express the view
 */
export function drilldownUrl(config: GrafanaConfig, { range, release, route }: GrafanaView): string | null {
  if (config.exploreFormat === "left") return null;
  const { service, version, route: routeAttribute } = config.attributes;
  const filters: UrlParameter[] = [];
  for (const [attribute, text] of [
    [service, config.serviceName],
    [version, release],
    [routeAttribute, route],
  ] as const) {
    if (text === null) continue;
    const value = drilldownValue(text);
    if (value === null) return null;
    filters.push(["var-filters", [attribute, "=", value].map(escapeFilterPart).join("|")]);
  }
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
