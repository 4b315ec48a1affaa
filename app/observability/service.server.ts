import { env, mode } from "../platform/env.server";
import { cockpitVersion } from "../platform/version.server";

/** The resource that telemetry describes. */
export type Service = {
  name: string;
  version: string;
  environment: string;
  /** OTEL_RESOURCE_ATTRIBUTES. */
  attributes: Readonly<Record<string, string>>;
};

/** Server and pages use the same names, so that their spans belong to one service. */
export function service(): Service {
  const { OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES } = env();
  const attributes = OTEL_RESOURCE_ATTRIBUTES ?? {};
  return {
    name: OTEL_SERVICE_NAME ?? attributes["service.name"] ?? "vitals-cockpit",
    version: attributes["service.version"] ?? cockpitVersion(),
    environment: attributes["deployment.environment.name"] ?? attributes["deployment.environment"] ?? mode(),
    attributes,
  };
}
