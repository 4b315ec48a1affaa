import type { GrafanaConfig } from "./grafana-config";
import { grafanaUrl, pathSegment, rangeParameters, type UrlParameter } from "./grafana-url";
import type { GrafanaView } from "./grafana-view";

/** A dashboard with the view's time range and the variables `service`, `version` and `route`; `null` keeps a default. */
function dashboardUrl(
  config: GrafanaConfig,
  uid: string,
  service: string | null,
  { range, release, route }: GrafanaView,
): string {
  const variable = (name: string, value: string | null): UrlParameter[] =>
    value === null ? [] : [[`var-${name}`, value]];
  return grafanaUrl(config, `/d/${pathSegment(uid)}`, [
    ...rangeParameters(range),
    ["timezone", "browser"],
    ...variable("service", service),
    ...variable("version", release),
    ...variable("route", route),
  ]);
}

export const frontendDashboardUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  dashboardUrl(config, config.frontendDashboardUid, config.serviceName, view);

/** Its figures are those of the site, so it has no service and no route. */
export const releasesDashboardUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  dashboardUrl(config, config.releasesDashboardUid, null, { ...view, route: null });

export const workerDashboardUrl = (config: GrafanaConfig, view: GrafanaView): string =>
  dashboardUrl(config, config.workerDashboardUid, config.workerServiceName, view);
