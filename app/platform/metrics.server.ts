import {
  Counter,
  Gauge,
  Histogram,
  type LabelValues,
  type OpenMetricsContentType,
  Registry,
} from "prom-client";
import { singleton } from "./singleton.server";

/** Metrics of this process, for /metrics. Names and units follow the OpenMetrics conventions. */
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
      help: "Beacons, by HTTP status of the response.",
      labelNames: ["status"] as const,
      registers,
    }),
    beaconTokens: new Counter({
      name: "vitals_beacon_tokens",
      help: "Beacons by the result of checking their token, with BEACON_KEY.",
      labelNames: ["result"] as const,
      registers,
    }),
    faroBeacons: new Counter({
      name: "vitals_faro_beacons",
      help: "Bodies of Grafana Faro's SDK, by HTTP status of the response.",
      labelNames: ["status"] as const,
      registers,
    }),
    faroIgnored: new Counter({
      name: "vitals_faro_items_ignored",
      help: "Items of Faro bodies other than Web Vitals, by kind.",
      labelNames: ["kind"] as const,
      registers,
    }),
    cspReports: new Counter({
      name: "vitals_csp_reports",
      help: "Reports of browsers on what the content security policy blocked, by directive.",
      labelNames: ["directive"] as const,
      registers,
    }),
    faroForwards: new Counter({
      name: "vitals_faro_forwards",
      help: "Faro bodies for FARO_FORWARD_URL, by outcome: sent, failed, or dropped because the queue was full.",
      labelNames: ["outcome"] as const,
      registers,
    }),
    otlpRequests: new Counter({
      name: "vitals_otlp_requests",
      help: "OTLP requests with log records, by HTTP status of the response.",
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
      help: "Stored measurements.",
      registers,
    }),
    dropped: new Counter({
      name: "vitals_measurements_dropped",
      help: "Dropped measurements, by reason.",
      labelNames: ["reason"] as const,
      registers,
    }),
    ignored: new Counter({
      name: "vitals_measurements_ignored",
      help: "Ignored measurements of retired Web Vitals (FID), by reason.",
      labelNames: ["reason"] as const,
      registers,
    }),
    dominatedHours: new Counter({
      name: "vitals_dominated_hours",
      help: "Hours of a build in which one source sent an unusual share of the values.",
      registers,
    }),
    commitSeconds: new Histogram({
      name: "vitals_commit_duration_seconds",
      help: "Duration of the commit of a batch of beacons.",
      buckets: DURATIONS,
      registers,
    }),
    commitFailures: new Counter({
      name: "vitals_commit_failures",
      help: "Batches whose commit failed.",
      registers,
    }),
    folded: new Counter({
      name: "vitals_measurements_folded",
      help: "Measurements folded into the summaries.",
      registers,
    }),
    foldMissing: new Counter({
      name: "vitals_fold_values_missing",
      help: "Replaced values that a summary no longer contained, counted in each summary.",
      registers,
    }),
    foldSeconds: new Histogram({
      name: "vitals_fold_duration_seconds",
      help: "Duration of the fold of a batch.",
      buckets: DURATIONS,
      registers,
    }),
    foldFailures: new Counter({
      name: "vitals_fold_failures",
      help: "Failed folds, which are retried.",
      registers,
    }),
    retained: new Counter({
      name: "vitals_rows_expired",
      help: "Rows deleted by retention.",
      registers,
    }),
    releaseAnnotations: new Counter({
      name: "vitals_release_annotations",
      help: "Releases annotated in Grafana.",
      registers,
    }),
    releaseAnnotationFailures: new Counter({
      name: "vitals_release_annotation_failures",
      help: "Failed attempts to annotate a release in Grafana, which are retried.",
      registers,
    }),
    notifications: new Counter({
      name: "vitals_notifications",
      help: "Notifications for NOTIFY_WEBHOOK_URL, by outcome: sent, failed (and retried), or dropped after three days.",
      labelNames: ["outcome"] as const,
      registers,
    }),
    requestSeconds: new Histogram({
      name: "vitals_http_request_duration_seconds",
      help: "Duration of requests, by method and status.",
      labelNames: ["method", "status"] as const,
      buckets: DURATIONS,
      registers,
    }),
    spanExportFailures: new Counter({
      name: "vitals_span_export_failures",
      help: "Batches of spans whose export failed.",
      registers,
    }),
    /** Adds a gauge whose value `read` returns at each scrape. */
    gauge: (name: string, help: string, read: () => number): Gauge =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      }),
    /**
     * Adds a gauge whose series `read` returns at each scrape; a series that it no longer returns is gone.
     * @param read must not reject: that would fail the whole scrape
     */
    gaugeWithLabels: <Label extends string>(
      name: string,
      help: string,
      labelNames: readonly Label[],
      read: () => Promise<ReadonlyArray<{ labels: Record<Label, string>; value: number }>>,
    ): Gauge<Label> =>
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        async collect() {
          const series = await read();
          this.reset();
          for (const { labels, value } of series) this.set(labels as LabelValues<Label>, value);
        },
      }),
  };
}
