import { exploreUrl } from "./explore";
import type { GrafanaConfig } from "./grafana-config";
import { grafanaUrl, rangeParameters, type UrlParameter } from "./grafana-url";
import type { GrafanaView } from "./grafana-view";
import { failingSpans, latencyByVersion, slowSpans } from "./traceql";

/** Traces that a search gives at most, and spans of each. */
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

/** Explore on the server's slow answers in a view: slower than `threshold` ms. */
export const slowTracesUrl = (config: GrafanaConfig, view: GrafanaView, threshold: number): string =>
  exploreUrl(config, tempo(config), search(slowSpans(config, view, threshold)), view.range);

/** Explore on the server's failed answers in a view. */
export const failingTracesUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  exploreUrl(config, tempo(config), search(failingSpans(config, view)), view.range);

/** Explore on the server's latency over time, by version. */
export const latencyByVersionUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  exploreUrl(
    config,
    tempo(config),
    { queryType: "traceql", query: latencyByVersion(config, view), metricsQueryType: "range", filters: [] },
    view.range,
  );

/** Scenes cuts filters at these. */
const escapeFilterPart = (text: string): string =>
  text.replaceAll("|", "__gfp__").replaceAll(",", "__gfc__").replaceAll("#", "__gfh__");

/** As Drilldown sees it: blanks alone are a number to it. */
const isNumeric = (text: string): boolean => text !== "" && !Number.isNaN(Number(text.trim()));

/**
 * A value that Drilldown writes into TraceQL as this string. What looks like a number it writes without quotes, unless
 * they are given.
 * @returns `null` for the few that it can't be made to say: `true`, `false`, numbers that have quotes themselves, and
 * what looks like an escape of Scenes
 */
function drilldownValue(text: string): string | null {
  if (text === "true" || text === "false" || /__gf[pch]__/.test(text)) return null;
  if (/^["'].*["']$/s.test(text) && isNumeric(text.slice(1, -1))) return null;
  return isNumeric(text) ? `"${text}"` : text;
}

/**
 * Traces Drilldown, whose list has the slowest first.
 * @returns `null` where Grafana is too old for it, or where it can't say the view
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
