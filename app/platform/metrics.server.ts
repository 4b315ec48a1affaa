import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from "prom-client";
import { singleton } from "./singleton.server";

/** This process's own figures, for /metrics. Names and units follow the OpenMetrics conventions. */
export const metrics = () => singleton("metrics", createMetrics);

const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

function createMetrics() {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  return {
    registry,
    beacons: new Counter({
      name: "vitals_beacons",
      help: "Beacons, by the status they were answered with.",
      labelNames: ["status"] as const,
      registers,
    }),
    faroBeacons: new Counter({
      name: "vitals_faro_beacons",
      help: "Bodies of Grafana Faro's SDK, by the status they were answered with.",
      labelNames: ["status"] as const,
      registers,
    }),
    faroIgnored: new Counter({
      name: "vitals_faro_items_ignored",
      help: "Items of Faro bodies other than Web Vitals, by kind.",
      labelNames: ["kind"] as const,
      registers,
    }),
    faroForwards: new Counter({
      name: "vitals_faro_forwards",
      help: "Faro bodies for FARO_FORWARD_URL, by what became of them: sent, failed, or dropped because too many waited.",
      labelNames: ["outcome"] as const,
      registers,
    }),
    otlpRequests: new Counter({
      name: "vitals_otlp_requests",
      help: "OTLP requests with log records, by the status they were answered with.",
      labelNames: ["status"] as const,
      registers,
    }),
    otlpRecordsIgnored: new Counter({
      name: "vitals_otlp_records_ignored",
      help: "OTLP log records that are no Web Vitals, by event.",
      labelNames: ["event"] as const,
      registers,
    }),
    measurements: new Counter({
      name: "vitals_measurements",
      help: "Measurements that were stored.",
      registers,
    }),
    dropped: new Counter({
      name: "vitals_measurements_dropped",
      help: "Measurements that were not kept, by reason.",
      labelNames: ["reason"] as const,
      registers,
    }),
    ignored: new Counter({
      name: "vitals_measurements_ignored",
      help: "Measurements of metrics that are no Web Vitals any more (FID), by reason.",
      labelNames: ["reason"] as const,
      registers,
    }),
    commitSeconds: new Histogram({
      name: "vitals_commit_duration_seconds",
      help: "How long it took to make a batch of beacons durable.",
      buckets: DURATIONS,
      registers,
    }),
    commitFailures: new Counter({
      name: "vitals_commit_failures",
      help: "Batches that could not be stored.",
      registers,
    }),
    folded: new Counter({
      name: "vitals_measurements_folded",
      help: "Measurements that the fold took into the summaries.",
      registers,
    }),
    foldMissing: new Counter({
      name: "vitals_fold_values_missing",
      help: "Earlier values that a summary no longer held when they were replaced, counted in each summary.",
      registers,
    }),
    foldSeconds: new Histogram({
      name: "vitals_fold_duration_seconds",
      help: "How long it took to fold a batch.",
      buckets: DURATIONS,
      registers,
    }),
    foldFailures: new Counter({
      name: "vitals_fold_failures",
      help: "Failed folds; each is retried.",
      registers,
    }),
    retained: new Counter({
      name: "vitals_rows_expired",
      help: "Rows deleted because they were older than their retention.",
      registers,
    }),
    releaseAnnotations: new Counter({
      name: "vitals_release_annotations",
      help: "Release annotations added to Grafana.",
      registers,
    }),
    releaseAnnotationFailures: new Counter({
      name: "vitals_release_annotation_failures",
      help: "Failed attempts to add a release annotation to Grafana; each is retried.",
      registers,
    }),
    requestSeconds: new Histogram({
      name: "vitals_http_request_duration_seconds",
      help: "How long requests took, by method and status.",
      labelNames: ["method", "status"] as const,
      buckets: DURATIONS,
      registers,
    }),
    spanExportFailures: new Counter({
      name: "vitals_span_export_failures",
      help: "Batches of spans that the OTLP endpoint did not take.",
      registers,
    }),
    /** Gauges are read when they are asked for. */
    gauge: (name: string, help: string, read: () => number): Gauge =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      }),
  };
}
