import type { GrafanaConfig } from "./grafana-config";
import type { GrafanaView } from "./grafana-view";
import { literal } from "./query-text";
import { answersRequest, routeCondition, searchesNotations } from "./route-condition";

/** The server's spans of a view. @param more conditions besides */
function spans(
  config: GrafanaConfig,
  { release, route, known }: GrafanaView,
  more: readonly string[],
): string {
  const { serviceName, attributes } = config;
  const equals = (attribute: string, value: string | null): string[] =>
    value === null ? [] : [`${attribute} = ${literal(value)}`];
  const all = [
    answersRequest(config),
    ...equals(attributes.service, serviceName),
    ...equals(attributes.version, release),
    ...(route === null ? [] : [routeCondition(config, { route, known })]),
    ...more,
  ];
  return `{ ${all.join(" && ")} }`;
}

/** Next.js has attributes of older semantic conventions only. */
const OLDER_COLUMNS = ["span.http.status_code", "span.http.target"];

/** The stage of a search that selects its columns besides the duration: route, status and path, in both namings. */
export function columns(config: Pick<GrafanaConfig, "attributes">): string {
  const { route, status, path } = config.attributes;
  const all = [route, status, path, ...(searchesNotations(config) ? OLDER_COLUMNS : [])];
  return `select(${[...new Set(all)].join(", ")})`;
}

/** A search with its columns. Without the hint, which must stand at the end, a limit leaves out newer traces at random. */
const search = (config: GrafanaConfig, selection: string): string =>
  `${selection} | ${columns(config)}${config.tempo.searchesMostRecent ? " with (most_recent=true)" : ""}`;

/**
 * Answers of the server that lasted longer than `threshold` ms. TraceQL can't sort by duration: the threshold is what makes
 * them slow ones.
 */
export const slowSpans = (config: GrafanaConfig, view: GrafanaView, threshold: number): string =>
  search(config, spans(config, view, [`duration > ${Math.round(threshold)}ms`]));

/** Answers of the server that failed. */
export const failingSpans = (config: GrafanaConfig, view: GrafanaView): string =>
  search(config, spans(config, view, ["status = error"]));

/**
 * The average duration of answers over time, a line for each version. TraceQL's quantiles count in powers of two: a p95 of
 * spans between 400 and 419 ms is 0.52 s, so that they can't compare versions.
 */
export const latencyByVersion = (config: GrafanaConfig, view: GrafanaView): string =>
  `${spans(config, { ...view, release: null }, [])} | avg_over_time(duration) by (${config.attributes.version})`;
