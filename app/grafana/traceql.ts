import type { GrafanaConfig } from "./grafana-config";
import type { GrafanaView } from "./grafana-view";
import { literal } from "./query-text";

/** The server's spans of a view, without what they must have besides. */
function conditions(
  { serviceName, attributes }: GrafanaConfig,
  { release, route }: GrafanaView,
  more: readonly string[],
): string {
  const equals = (attribute: string, value: string | null): string[] =>
    value === null ? [] : [`${attribute} = ${literal(value)}`];
  const all = [
    "kind = server",
    ...equals(attributes.service, serviceName),
    ...equals(attributes.version, release),
    ...equals(attributes.route, route),
    ...more,
  ];
  return `{ ${all.join(" && ")} }`;
}

/** What is shown of each span beside its duration. */
const columns = ({ attributes: { route, status, path } }: GrafanaConfig): string =>
  `| select(${route}, ${status}, ${path})`;

/**
 * Answers of the server that took longer than `threshold` ms. TraceQL can't sort: it gives the first that it finds, so
 * the threshold is what makes them slow ones.
 */
export const slowSpans = (config: GrafanaConfig, view: GrafanaView, threshold: number): string =>
  `${conditions(config, view, [`duration > ${Math.round(threshold)}ms`])} ${columns(config)}`;

/** Answers of the server that failed. */
export const failingSpans = (config: GrafanaConfig, view: GrafanaView): string =>
  `${conditions(config, view, ["status = error"])} ${columns(config)}`;

/** The 95th percentile of the answers' durations over time, a line for each version, whichever is looked at. */
export const latencyByVersion = (config: GrafanaConfig, view: GrafanaView): string =>
  `${conditions(config, { ...view, release: null }, [])} | quantile_over_time(duration, 0.95) by (${config.attributes.version})`;
