/** What is known of a Grafana, as links need it; a part that is `null` has no links. */
export type GrafanaConfig = {
  /** Without a slash at its end. */
  baseUrl: string;
  orgId: string | null;
  /** Data sources, by uid. */
  tracesUid: string;
  logsUid: string | null;
  profilesUid: string | null;
  frontendDashboardUid: string;
  workerDashboardUid: string;
  /** The app's number in Frontend Observability. */
  frontendAppId: string | null;
  /** `service.name` of the site's server and of the worker; `null`: of all services. */
  serviceName: string | null;
  workerServiceName: string | null;
  exploreFormat: "panes" | "left";
  attributes: SpanAttributes;
};

/** What spans call these things, as TraceQL spells it (`span.http.route`). */
export type SpanAttributes = {
  service: string;
  version: string;
  route: string;
  status: string;
  path: string;
};
