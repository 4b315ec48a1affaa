import { env, mode } from "../platform/env.server";
import { cockpitVersion } from "../platform/version.server";

/** What telemetry says of where it comes from. */
export type Service = {
  name: string;
  version: string;
  environment: string;
  /** Everything else that the operator has it say, by OpenTelemetry's names. */
  attributes: Readonly<Record<string, string>>;
};

/** Server and pages name themselves alike, so that their spans meet. */
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
