import type { DashboardConfig } from "../grafana/dashboards/dashboard";
import type { GrafanaConfig } from "../grafana/grafana-config";
import { tempo as tempoOfVersion } from "../grafana/tempo";
import type { Environment } from "../platform/env.server";
import { parseRoute } from "../vitals/route-text/parse-route";
import type { WebhookConfig } from "./notifications/webhook.server";
import type { TempoConfig } from "./tempo/tempo-client.server";

/** Where to post release annotations, with the token of a service account. */
export type ReleaseAnnotationConfig = { grafana: GrafanaConfig; token: string };

export type ObservabilityConfig = {
  /** `null`: pages have no links to Grafana. */
  grafana: GrafanaConfig | null;
  /** Settings of generated dashboards, which need no `GRAFANA_BASE_URL`. */
  dashboards: DashboardConfig;
  /** `null`: releases are not annotated. */
  releaseAnnotations: ReleaseAnnotationConfig | null;
  /** `null`: no notifications are sent. */
  notifications: NotificationConfig | null;
  /** `null`: the links to traces are not checked. */
  checkedTempo: TempoConfig | null;
};

/** `address`: the start of links, which is the cockpit's public URL, or its base path without one. */
export type NotificationConfig = { webhook: WebhookConfig; address: string };

/** The cockpit's public address, without a slash at its end. */
function addressOf({ PUBLIC_URL, BASE_PATH }: Environment): string {
  const basePath = BASE_PATH ?? "";
  if (PUBLIC_URL === null) return basePath;
  return PUBLIC_URL.endsWith(basePath) ? PUBLIC_URL : PUBLIC_URL + basePath;
}

/** Demo data must not send notifications. */
const notificationConfig = (env: Environment): NotificationConfig | null =>
  env.NOTIFY_WEBHOOK_URL === null || env.DEMO
    ? null
    : { webhook: { url: env.NOTIFY_WEBHOOK_URL, format: env.NOTIFY_FORMAT }, address: addressOf(env) };

const tempoConfig = (env: Environment): TempoConfig | null =>
  env.GRAFANA_TEMPO_URL === null
    ? null
    : {
        url: env.GRAFANA_TEMPO_URL,
        tenant: env.GRAFANA_TEMPO_TENANT,
        user: env.GRAFANA_TEMPO_USER,
        token: env.GRAFANA_TEMPO_TOKEN,
      };

/** Grafana Cloud names the trace data source of every stack so; `tempo` is usual elsewhere. */
const defaultTracesUid = (baseUrl: string | null): string =>
  baseUrl !== null && /(?:^|\.)grafana\.net$/.test(new URL(baseUrl).hostname)
    ? "grafanacloud-traces"
    : "tempo";

export function observabilityConfig(env: Environment): ObservabilityConfig {
  const baseUrl = env.GRAFANA_BASE_URL;
  const dashboards: DashboardConfig = {
    tracesUid: env.GRAFANA_TRACES_DATASOURCE_UID ?? defaultTracesUid(baseUrl),
    logsUid: env.GRAFANA_LOGS_DATASOURCE_UID,
    frontendDashboardUid: env.GRAFANA_FRONTEND_DASHBOARD_UID,
    workerDashboardUid: env.GRAFANA_WORKER_DASHBOARD_UID,
    releasesDashboardUid: env.GRAFANA_RELEASES_DASHBOARD_UID,
    serviceName: env.GRAFANA_SERVICE_NAME,
    workerServiceName: env.GRAFANA_WORKER_SERVICE_NAME,
    attributes: {
      service: env.GRAFANA_SERVICE_ATTRIBUTE,
      version: env.GRAFANA_VERSION_ATTRIBUTE,
      route: env.GRAFANA_ROUTE_ATTRIBUTE,
      status: env.GRAFANA_STATUS_ATTRIBUTE,
      path: env.GRAFANA_PATH_ATTRIBUTE,
    },
    routeBase: parseRoute(env.GRAFANA_ROUTE_BASE_PATH ?? "") ?? [],
    tempo: tempoOfVersion(env.GRAFANA_TEMPO_VERSION, {
      search: env.GRAFANA_TEMPO_SEARCH_LIMIT,
      metrics: env.GRAFANA_TEMPO_METRICS_LIMIT,
      endCutoff: env.GRAFANA_TEMPO_END_CUTOFF,
    }),
  };
  const notifications = notificationConfig(env);
  const checkedTempo = tempoConfig(env);
  if (baseUrl === null)
    return { grafana: null, dashboards, releaseAnnotations: null, notifications, checkedTempo };
  const grafana: GrafanaConfig = {
    ...dashboards,
    baseUrl,
    orgId: env.GRAFANA_ORG_ID,
    profilesUid: env.GRAFANA_PROFILES_DATASOURCE_UID,
    frontendAppId: env.GRAFANA_FRONTEND_APP_ID,
    exploreFormat: env.GRAFANA_EXPLORE_FORMAT,
  };
  const token = env.GRAFANA_SERVICE_ACCOUNT_TOKEN;
  // Demo data must not post annotations.
  const releaseAnnotations = token === null || env.DEMO ? null : { grafana, token };
  return { grafana, dashboards, releaseAnnotations, notifications, checkedTempo };
}
