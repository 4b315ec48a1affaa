import type { GrafanaConfig } from "../grafana/grafana-config";
import { type ObservabilityConfig, observabilityConfig } from "../observability/observability-config";
import { env } from "../platform/env.server";
import { singleton } from "../platform/singleton.server";

export const observability = (): ObservabilityConfig =>
  singleton("observability-config", () => observabilityConfig(env()));

/** `null`: pages have no links to Grafana. */
export const grafana = (): GrafanaConfig | null => observability().grafana;
