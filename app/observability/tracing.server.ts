import { monotonic } from "../platform/clock.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { singleton } from "../platform/singleton.server";
import { service } from "./service.server";
import { type SpanOptions, startSpans } from "./spans.server";

export type Tracing = {
  /** The `traceparent` of the current request's span; `null` without one. */
  traceparent(): string | null;
  /** Exports the remaining spans, within `SHUTDOWN_TIMEOUT`. */
  close(): Promise<void>;
};

/** How long the shutdown waits for the collector, in ms. */
const SHUTDOWN_TIMEOUT = 2_000;

const slot = () => singleton("tracing", (): { tracing: Tracing | null } => ({ tracing: null }));

/** This process's tracing; `null` when it is off. */
export const tracing = (): Tracing | null => slot().tracing;

/**
 * Starts to record and export spans when an OTLP endpoint is configured. It loads OpenTelemetry only then, which costs
 * 0.1 s and 20 MB.
 * @param server the patterns of the server's routes, and what to do before its first request
 */
export async function startTracing(
  server: Pick<SpanOptions, "routeOf" | "onRequest">,
): Promise<Tracing | null> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL } =
    env();
  const endpoint = OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === null) return null;
  const [api, core, resources, sdk, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/core"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/sdk-trace-base"),
    OTEL_EXPORTER_OTLP_PROTOCOL === "http/json"
      ? import("@opentelemetry/exporter-trace-otlp-http")
      : import("@opentelemetry/exporter-trace-otlp-proto"),
  ]);
  const warn = createRateLimitedLog(monotonic, (err, batches) =>
    log().warn({ err, batches }, "spans could not be sent to the OTLP endpoint"),
  );
  core.setGlobalErrorHandler((error) => {
    metrics().spanExportFailures.inc();
    warn(error);
  });
  const { name, version, environment, attributes } = service();
  const provider = new sdk.BasicTracerProvider({
    resource: resources.defaultResource().merge(
      resources.resourceFromAttributes({
        ...attributes,
        "service.name": name,
        "service.version": version,
        "deployment.environment.name": environment,
      }),
    ),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const { current } = startSpans({
    api,
    tracer: provider.getTracer("vitals-cockpit", version),
    propagator: new core.W3CTraceContextPropagator(),
    ...server,
  });
  log().info({ endpoint: new URL(endpoint).origin }, "sending spans");
  slot().tracing = {
    traceparent() {
      const span = current()?.spanContext();
      if (span === undefined) return null;
      return `00-${span.traceId}-${span.spanId}-0${span.traceFlags & api.TraceFlags.SAMPLED}`;
    },
    close: () => withTimeout(provider.shutdown()),
  };
  return tracing();
}

async function withTimeout(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, SHUTDOWN_TIMEOUT);
  });
  await Promise.race([work.catch(() => {}), timeout]);
  clearTimeout(timer);
}
