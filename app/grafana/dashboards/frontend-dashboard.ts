import { METRICS, type Metric, THRESHOLDS, unitOf } from "../../vitals/metrics";
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
  textVariable,
} from "./dashboard";
import { traceTable } from "./trace-search";

/** Faro sends the whole URL of a page, and an id only where `generatePageId` is configured. */
const ofUrl = (variable: string): string => `\`[^/]+//[^/]+(\${${variable}:raw})([?#].*)?\``;
const PAGE = `(page_id=~${pattern("route_pattern")} or (page_id="" and page_url=~${ofUrl("path_pattern")} and page_url!~${ofUrl("other_paths")}))`;

/** The log lines that Faro's receiver in Alloy writes, of the variables' app, version and page. */
function lines(kind: "measurement" | "exception", more = ""): string {
  return (
    `{\${streams:raw}} | logfmt | kind="${kind}"${more}` +
    ` | app_name=~${matching("service")} | app_version=~${matching("version")} | ${PAGE}`
  );
}

/** `lcp`, as Faro calls it. */
const nameOf = (metric: Metric): string => metric.toLowerCase();
const vitals = (metric: Metric): string =>
  lines("measurement", ` | type="web-vitals" | ${nameOf(metric)}!=""`);

function vitalPanel(metric: Metric): Panel {
  return {
    title: `${metric}, p75 by version`,
    type: "timeseries",
    width: 8,
    height: 8,
    unit: unitOf(metric) === "score" ? "none" : "ms",
    thresholds: THRESHOLDS[metric],
    targets: [
      {
        datasource: "loki",
        queryType: "range",
        expr: `quantile_over_time(0.75, ${vitals(metric)} | unwrap ${nameOf(metric)} | __error__="" [$__interval]) by (app_version)`,
        legendFormat: "{{app_version}}",
      },
    ],
  };
}

const overTime = (title: string, selection: string): Panel => ({
  title,
  type: "timeseries",
  width: 8,
  height: 8,
  targets: [
    {
      datasource: "loki",
      queryType: "range",
      expr: `sum by (app_version) (count_over_time(${selection} [$__interval]))`,
      legendFormat: "{{app_version}}",
    },
  ],
});

const logs = (title: string, expr: string): Panel => ({
  title,
  type: "logs",
  width: 24,
  height: 10,
  targets: [{ datasource: "loki", queryType: "range", expr }],
});

/** What browsers report through Grafana Faro: vitals and errors in Loki, traces in Tempo. */
export function frontendDashboard(config: DashboardConfig): Dashboard {
  return dashboard({
    uid: config.frontendDashboardUid,
    title: "Frontend Traces",
    description:
      "Web Vitals, errors and traces that Grafana Faro sends by way of Alloy (faro.receiver): log lines in Loki, spans in Tempo. The variable “Log streams” selects them in Loki.",
    variables: [
      dataSourceVariable("loki", "Logs", config.logsUid),
      dataSourceVariable("tempo", "Traces", config.tracesUid),
      textVariable("streams", "Log streams", 'service_name=~".+"'),
      filterVariable("service", "App", config.serviceName),
      filterVariable("version", "Version", null),
      ...routeVariables(),
    ],
    rows: [
      {
        title: "Web Vitals",
        panels: [...METRICS.map(vitalPanel), overTime("Page views by version", vitals("TTFB"))],
      },
      {
        title: "Slow page views",
        panels: [
          logs(
            "LCP that is poor",
            `${lines("measurement", ' | type="web-vitals"')} | lcp > ${THRESHOLDS.LCP.needsImprovement}`,
          ),
        ],
      },
      {
        title: "Traces",
        panels: [
          traceTable(
            config,
            "What the server took long for",
            ["kind = server", `duration > ${THRESHOLDS.TTFB.good}ms`],
            ["service", "version", "route"],
          ),
          traceTable(
            config,
            "What browsers waited long for",
            ["kind = client", `duration > ${THRESHOLDS.TTFB.good}ms`],
            ["service", "version"],
          ),
        ],
      },
      {
        title: "Errors",
        panels: [
          { ...overTime("Exceptions by version", lines("exception")), width: 24 },
          logs("Exceptions", lines("exception")),
        ],
      },
    ],
  });
}
