import { exploreUrl } from "./explore";
import type { GrafanaConfig } from "./grafana-config";
import { grafanaUrl, pathSegment, rangeParameters } from "./grafana-url";
import type { GrafanaRange, GrafanaView } from "./grafana-view";
import { escapeRegex, literal, orAbsent } from "./query-text";
import { routePattern } from "./route-patterns";
import { spanExclusion } from "./route-text";
import { belowBase } from "./siblings";

/**
 * Logs and profiles have these labels only when the operator adds them. So the filters exclude other values, and include
 * an absent label.
 */
const LABELS = { release: "service_version", route: "http_route" } as const;
const SERVICE = "service_name";
/**
 * Matchers of LogQL's label filters and of Pyroscope's selectors, which read an absent label as an empty text: `=~` matches
 * it by an empty alternative, and `!~` always.
 */
function matchers({ routeBase }: GrafanaConfig, { release, route, known }: GrafanaView): string[] {
  const all = release === null ? [] : [`${LABELS.release}=~${orAbsent(escapeRegex(release))}`];
  if (route === null) return all;
  const { parts } = belowBase(route, routeBase);
  const others = known.map((one) => belowBase(one, routeBase).parts).filter((one) => one !== null);
  const exclusion = parts === null ? null : spanExclusion(parts, others, routeBase);
  return [
    ...all,
    `${LABELS.route}=~${orAbsent(routePattern(route, routeBase))}`,
    ...(exclusion === null ? [] : [`${LABELS.route}!~${literal(exclusion)}`]),
  ];
}

const CPU = "process_cpu:cpu:nanoseconds:cpu:nanoseconds";

/**
 * Explore on the service's logs.
 * @returns `null` without a data source for logs
 */
export function logsUrl(config: GrafanaConfig, view: GrafanaView): string | null {
  if (config.logsUid === null) return null;
  // Loki rejects a selector that matches an empty label.
  const service = config.serviceName === null ? '=~".+"' : `=${literal(config.serviceName)}`;
  const filters = matchers(config, view).map((matcher) => ` | ${matcher}`);
  const expr = `{${SERVICE}${service}}${filters.join("")}`;
  return exploreUrl(config, { type: "loki", uid: config.logsUid }, { expr, queryType: "range" }, view.range);
}

/**
 * Explore on the service's CPU profiles, as a flame graph.
 * @returns `null` without a data source for profiles
 */
export function profilesUrl(config: GrafanaConfig, view: GrafanaView): string | null {
  if (config.profilesUid === null) return null;
  const service = config.serviceName === null ? [] : [`${SERVICE}=${literal(config.serviceName)}`];
  return exploreUrl(
    config,
    { type: "grafana-pyroscope-datasource", uid: config.profilesUid },
    {
      queryType: "profile",
      profileTypeId: CPU,
      labelSelector: `{${[...service, ...matchers(config, view)].join(", ")}}`,
      groupBy: [],
    },
    view.range,
  );
}

/**
 * The CPU profiles of a service in Profiles Drilldown, Grafana's app for continuous profiles.
 * @returns `null` without a data source for profiles, and for a Grafana that is older than the app
 */
export function profilesDrilldownUrl(
  config: GrafanaConfig,
  service: string,
  range: GrafanaRange,
): string | null {
  if (config.profilesUid === null || config.exploreFormat === "left") return null;
  return grafanaUrl(config, "/a/grafana-pyroscope-app/explore", [
    ["explorationType", "flame-graph"],
    ["var-serviceName", service],
    ["var-profileMetricId", CPU],
    ["var-dataSource", config.profilesUid],
    ...rangeParameters(range),
  ]);
}

/**
 * The sessions of Frontend Observability, an app of Grafana Cloud that documents no filters in its URLs.
 * @returns `null` without an app id
 */
export function sessionsUrl(config: GrafanaConfig, { range }: GrafanaView): string | null {
  if (config.frontendAppId === null) return null;
  const path = `/a/grafana-kowalski-app/apps/${pathSegment(config.frontendAppId)}/sessions`;
  return grafanaUrl(config, path, rangeParameters(range));
}
