import type { GrafanaConfig } from "./grafana-config";
import { grafanaUrl, pathSegment, rangeParameters, type UrlParameter } from "./grafana-url";
import type { GrafanaView } from "./grafana-view";
import { otherPathsPattern, pathPattern, routePattern } from "./route-patterns";

/** In a dashboard, a pattern stands between backquotes. */
const variablePattern = (regex: string): string => regex.replaceAll("`", ".");

/**
 * A dashboard with the view's time range and variables; `null` keeps a default. `route` is the text that pages report, for
 * dashboards of the operator; the patterns are regular expressions, for all notations of it.
 */
function dashboardUrl(
  config: GrafanaConfig,
  uid: string,
  service: string | null,
  { range, release, route, known }: GrafanaView,
): string {
  const { routeBase } = config;
  const variable = (name: string, value: string | null): UrlParameter[] =>
    value === null ? [] : [[`var-${name}`, value]];
  const pattern = (name: string, regex: string | null): UrlParameter[] =>
    variable(name, regex && variablePattern(regex));
  return grafanaUrl(config, `/d/${pathSegment(uid)}`, [
    ...rangeParameters(range),
    ["timezone", "browser"],
    ...variable("service", service),
    ...variable("version", release),
    ...(route === null
      ? []
      : [
          ...variable("route", route.text),
          ...pattern("route_pattern", routePattern(route, routeBase)),
          ...pattern("path_pattern", pathPattern(route, routeBase)),
          ...pattern("other_paths", otherPathsPattern(route, known, routeBase)),
        ]),
  ]);
}

export const frontendDashboardUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  dashboardUrl(config, config.frontendDashboardUid, config.serviceName, view);

/** Its figures are those of the site, so it has no service and no route. */
export const releasesDashboardUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  dashboardUrl(config, config.releasesDashboardUid, null, { ...view, route: null });

export const workerDashboardUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  dashboardUrl(config, config.workerDashboardUid, config.workerServiceName, view);
