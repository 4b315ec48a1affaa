import { METRICS, type Metric, THRESHOLDS, type Thresholds, unitOf } from "../../vitals/metrics";
import {
  choiceVariable,
  type Dashboard,
  type DashboardConfig,
  dashboard,
  dataSourceVariable,
  filterVariable,
  matching,
  type Panel,
} from "./dashboard";

/** Matchers of every query: several cockpits may be scraped, and each gauge has series for all devices and windows. */
const JOB = `job=~${matching("job")}`;
const VIEW = `${JOB}, device=~${matching("device")}, window=~${matching("window")}`;
const VERSION = `release=~${matching("version")}`;
const CURRENT = 'role="current"';
/** A release keeps its line when another one replaces it. */
const BOTH = `role=~"current|previous", ${VERSION}`;

/** Every process of one cockpit has the same figures, so one of them is enough. */
const oneOf = (labels: string, gauge: string, matchers: string): string =>
  `max by (${labels}) (${gauge}{${matchers}})`;

const p75 = (metric: Metric): string =>
  unitOf(metric) === "score" ? "vitals_p75_score" : "vitals_p75_seconds";

const thresholdsOf = (metric: Metric): Thresholds => {
  const { good, needsImprovement } = THRESHOLDS[metric];
  return unitOf(metric) === "score"
    ? { good, needsImprovement }
    : { good: good / 1_000, needsImprovement: needsImprovement / 1_000 };
};

const timeSeries = (title: string, expr: string, legendFormat: string, more: Partial<Panel> = {}): Panel => ({
  title,
  type: "timeseries",
  width: 8,
  height: 8,
  targets: [{ datasource: "prometheus", expr, legendFormat, range: true }],
  ...more,
});

const vitalPanel = (metric: Metric, title: string, labels: string, matchers: string, legend: string): Panel =>
  timeSeries(title, oneOf(labels, p75(metric), `metric="${metric}", ${matchers}`), legend, {
    unit: unitOf(metric) === "score" ? "none" : "s",
    thresholds: thresholdsOf(metric),
  });

const goodRatio = (matchers: string): string => oneOf("metric", "vitals_good_ratio", matchers);

/** Web Vitals of the current and the previous release, from the cockpit's own `/metrics`. */
export function releasesDashboard(config: Pick<DashboardConfig, "releasesDashboardUid">): Dashboard {
  return dashboard({
    uid: config.releasesDashboardUid,
    title: "Web Vitals by release",
    description:
      "Web Vitals of the current and the previous release, from the cockpit's /metrics in Prometheus or Mimir. Each point is the figure of a whole window: a p75 of the last 24 hours moves slowly. A line is missing where a release had fewer than 30 samples.",
    variables: [
      dataSourceVariable("prometheus", "Metrics", null),
      filterVariable("job", "Cockpit", null, {
        datasource: "prometheus",
        query: "label_values(vitals_samples, job)",
      }),
      choiceVariable("device", "Device", ["all", "mobile", "tablet", "desktop"]),
      choiceVariable("window", "Window", ["24h", "1h"]),
      filterVariable("version", "Release", null, {
        datasource: "prometheus",
        query: `label_values(vitals_samples{${JOB}, role=~"current|previous"}, release)`,
      }),
    ],
    rows: [
      {
        title: "75th percentile by release",
        panels: [
          ...METRICS.map((metric) =>
            vitalPanel(metric, metric, "release", `${VIEW}, ${BOTH}`, "{{release}}"),
          ),
          timeSeries(
            "Samples by release",
            oneOf("release, metric", "vitals_samples", `${VIEW}, ${BOTH}`),
            "{{release}} {{metric}}",
          ),
        ],
      },
      {
        title: "Share of good samples",
        panels: [
          timeSeries("Current release", goodRatio(`${VIEW}, ${CURRENT}`), "{{metric}}", {
            width: 12,
            unit: "percentunit",
          }),
          timeSeries(
            "Current release minus the previous one",
            `${goodRatio(`${VIEW}, ${CURRENT}`)} - ${goodRatio(`${VIEW}, role="previous"`)}`,
            "{{metric}}",
            {
              width: 12,
              unit: "percentunit",
              isSigned: true,
              description:
                "A difference without an interval: the cockpit's comparison states whether it is more than chance.",
            },
          ),
        ],
      },
      {
        title: "Current release by device",
        panels: (["LCP", "INP", "CLS"] as const).map((metric) =>
          vitalPanel(
            metric,
            `${metric}, p75`,
            "device",
            `${JOB}, window=~${matching("window")}, device!="all", ${CURRENT}`,
            "{{device}}",
          ),
        ),
      },
    ],
  });
}
