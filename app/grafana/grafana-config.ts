import type { RouteParts } from "../vitals/route-text/route-parts";
import type { Tempo } from "./tempo";

/** Settings of Grafana; a signal whose uid is `null` has no links. */
export type GrafanaConfig = {
  /** Without a trailing slash. */
  baseUrl: string;
  orgId: string | null;
  /** Data sources, by uid. */
  tracesUid: string;
  logsUid: string | null;
  profilesUid: string | null;
  frontendDashboardUid: string;
  workerDashboardUid: string;
  releasesDashboardUid: string;
  /** Id of the app in Frontend Observability. */
  frontendAppId: string | null;
  /** `service.name` of the site's server and of the worker; `null` selects all services. */
  serviceName: string | null;
  workerServiceName: string | null;
  exploreFormat: "panes" | "left";
  attributes: SpanAttributes;
  /** Path in front of all routes of the site; empty for none. */
  routeBase: RouteParts;
  tempo: Tempo;
};

/** Attributes in TraceQL's notation, such as `span.http.route`. */
export type SpanAttributes = {
  service: string;
  version: string;
  route: string;
  status: string;
  path: string;
};
