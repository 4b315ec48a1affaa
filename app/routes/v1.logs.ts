import { otlpLogsEndpoint } from "../runtime/otlp.server";

/** OpenTelemetry log records over HTTP (OTLP), under the path that exporters append to their endpoint. */
export const { action, loader } = otlpLogsEndpoint;
