import type { GrafanaConfig } from "../grafana/grafana-config";
import { type ObservabilityConfig, observabilityConfig } from "../observability/observability-config";
import { env } from "../platform/env.server";
import { singleton } from "../platform/singleton.server";

/** This process's configuration of what surrounds it. */
export const observability = (): ObservabilityConfig =>
  singleton("observability-config", () => observabilityConfig(env()));

/** Where Grafana is; `null`: nothing of it is shown. */
export const grafana = (): GrafanaConfig | null => observability().grafana;
