import { z } from "zod";
import { httpUrl, otlpBase, resourceAttributes, text } from "./env-values";

/** Export of the server's own spans; the names are OpenTelemetry's. */
export const OTEL_VARIABLES = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    default: null,
    description:
      "An OTLP collector for the server's spans; `/v1/traces` is appended. Unset: the server creates no spans.",
    schema: otlpBase,
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    default: null,
    description: "The full URL for spans. It overrides `OTEL_EXPORTER_OTLP_ENDPOINT`.",
    schema: httpUrl,
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    default: "http/json",
    description: "Export protocol: `http/json` or `http/protobuf`.",
    schema: z.enum(["http/json", "http/protobuf"], { error: "must be http/json or http/protobuf" }),
  },
  OTEL_SERVICE_NAME: {
    default: null,
    description: "Service name on the spans. Unset: `vitals-cockpit`.",
    schema: text,
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    default: null,
    description:
      "Further resource attributes of the spans, such as `deployment.environment.name=production,service.namespace=shop`.",
    schema: resourceAttributes,
  },
} as const;
