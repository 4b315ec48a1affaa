import { THRESHOLDS } from "../../vitals/metrics";
import {
  type Dashboard,
  type DashboardConfig,
  dashboard,
  dataSourceVariable,
  filterVariable,
  matching,
  type Panel,
  pattern,
  routeVariables,
} from "./dashboard";
import { traceTable } from "./trace-search";

/** OpenTelemetry's names as Prometheus writes them, from its semantic conventions for HTTP servers and Node. */
const REQUESTS = "http_server_request_duration_seconds";

/** A job is `namespace/name`, or the name alone. */
const SERVICE = `job=~\`(.+/)?\${service:regex}\``;
/** The route of a link, in any notation, and the one that is chosen from the list. */
const ROUTE = `http_route=~${pattern("route_pattern")}, http_route=~${matching("http_route")}`;

/** Versions are no label of a metric, but of `target_info`; while an instance changes its own there are two. */
const OF_VERSION = `* on (job, instance) group_left (service_version) topk by (job, instance) (1, target_info{${SERVICE}, service_version=~${matching("version")}})`;

const rate = (metric: string, labels: readonly string[]): string =>
  `rate(${metric}{${[SERVICE, ...labels].join(", ")}}[$__rate_interval]) ${OF_VERSION}`;

const requests = (...labels: string[]): string => rate(`${REQUESTS}_count`, [ROUTE, ...labels]);

const quantile = (q: number, by: string): string =>
  `histogram_quantile(${q}, sum by (le${by === "" ? "" : `, ${by}`}) (${rate(`${REQUESTS}_bucket`, [ROUTE])}))`;

const series = (expr: string, legendFormat: string) => ({
  datasource: "prometheus" as const,
  expr,
  legendFormat,
  range: true,
});

const overTime = (title: string, unit: Panel["unit"], ...targets: Panel["targets"]): Panel => ({
  title,
  type: "timeseries",
  width: 8,
  height: 8,
  targets,
  ...(unit === undefined ? {} : { unit }),
});

const bars = (title: string, unit: NonNullable<Panel["unit"]>, expr: string): Panel => ({
  title,
  type: "bargauge",
  width: 12,
  height: 10,
  unit,
  targets: [{ datasource: "prometheus", expr, legendFormat: "{{http_route}}", instant: true, range: false }],
});

const runtime = (metric: string): string => `${metric}{${SERVICE}} ${OF_VERSION}`;
const INSTANCE = "{{service_version}} {{instance}}";

/** What a worker says of itself through OpenTelemetry's metrics: requests, errors, latency, and Node's own. */
export function workerDashboard(config: DashboardConfig): Dashboard {
  const target = { datasource: "prometheus" as const };
  return dashboard({
    uid: config.workerDashboardUid,
    title: "Worker Overview",
    description:
      "Requests, errors, latency and runtime of a Node server, from OpenTelemetry's metrics in Prometheus or Mimir and its traces in Tempo.",
    variables: [
      dataSourceVariable("prometheus", "Metrics", null),
      dataSourceVariable("tempo", "Traces", config.tracesUid),
      filterVariable("service", "Service", config.workerServiceName, {
        ...target,
        query: "label_values(target_info, job)",
        regex: "/(?:.*\\/)?(.+)/",
      }),
      filterVariable("version", "Version", null, {
        ...target,
        query: `label_values(target_info{${SERVICE}}, service_version)`,
      }),
      ...routeVariables(),
      filterVariable("http_route", "Route of metrics (Route pattern: All)", null, {
        ...target,
        query: `label_values(${REQUESTS}_count{${SERVICE}}, http_route)`,
      }),
    ],
    rows: [
      {
        title: "Requests",
        panels: [
          overTime(
            "Requests by status",
            "reqps",
            series(`sum by (http_response_status_code) (${requests()})`, "{{http_response_status_code}}"),
          ),
          overTime(
            "Share that failed, by version",
            "percentunit",
            series(
              `sum by (service_version) (${requests('http_response_status_code=~"5.."')}) / sum by (service_version) (${requests()})`,
              "{{service_version}}",
            ),
          ),
          overTime("Latency", "s", ...[0.5, 0.95, 0.99].map((q) => series(quantile(q, ""), `p${q * 100}`))),
          overTime("p95 by version", "s", series(quantile(0.95, "service_version"), "{{service_version}}")),
          overTime(
            "Requests by version",
            "reqps",
            series(`sum by (service_version) (${requests()})`, "{{service_version}}"),
          ),
          overTime(
            "Requests under way",
            "short",
            series(
              `sum by (service_version) (${runtime("http_server_active_requests")})`,
              "{{service_version}}",
            ),
          ),
        ],
      },
      {
        title: "Routes",
        panels: [
          bars("Slowest, p95", "s", `topk(15, ${quantile(0.95, "http_route")})`),
          bars("Busiest", "reqps", `topk(15, sum by (http_route) (${requests()}))`),
        ],
      },
      {
        title: "Node",
        panels: [
          overTime(
            "Event loop delay, p99",
            "s",
            series(runtime("nodejs_eventloop_delay_p99_seconds"), INSTANCE),
          ),
          overTime(
            "Event loop utilisation",
            "percentunit",
            series(runtime("nodejs_eventloop_utilization_ratio"), INSTANCE),
          ),
          overTime(
            "Heap used",
            "bytes",
            series(
              `sum by (service_version, instance) (v8js_memory_heap_used_bytes{${SERVICE}} ${OF_VERSION})`,
              INSTANCE,
            ),
          ),
          overTime(
            "Time spent collecting garbage",
            "percentunit",
            series(
              `sum by (service_version, instance) (${rate("v8js_gc_duration_seconds_sum", [])})`,
              INSTANCE,
            ),
          ),
          overTime(
            "CPU",
            "percentunit",
            series(
              `sum by (service_version, instance) (${rate("process_cpu_time_seconds_total", [])})`,
              INSTANCE,
            ),
          ),
        ],
      },
      {
        title: "Traces",
        panels: [
          traceTable(
            config,
            "Slow ones",
            ["kind = server", `duration > ${THRESHOLDS.TTFB.good}ms`],
            ["service", "version", "route"],
          ),
        ],
      },
    ],
  });
}
