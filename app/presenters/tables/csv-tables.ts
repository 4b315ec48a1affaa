import { type CockpitQuery, type IgnoredParam, PERCENTILES } from "../../query/cockpit-query";
import type { Change, Changes, Comparison } from "../../query/comparison/comparison-result";
import type { RouteResult, ViewResult } from "../../query/view/view-result";
import { METRICS, type Metric, unitOf } from "../../vitals/metrics";
import type { TimeWindow } from "../../vitals/time";
import {
  baselineStepJson,
  roundedInterval,
  roundedPercent,
  roundedValue,
} from "../comparison/comparison-json";
import type { CsvCell, CsvTableText } from "../format/csv";
import { isoInstant } from "../format/format";
import { CSV_TABLES, type CsvTable, SVG_CHARTS, type SvgChart } from "../format/links";
import { type MetricFigures, metricFigures } from "../format/metric-figures";
import { chartTrend } from "../trend/chart-trend";
import { routeTable } from "./route-ranking";

/** The format of an answer, with the table or the chart. */
export type Format =
  | { as: "json"; ignored: IgnoredParam[] }
  | { as: "csv"; table: CsvTable }
  | { as: "svg"; chart: SvgChart }
  | { problem: string };

/** Reads `format`, `table` and `chart`. An unknown format is ignored; an unknown table or chart is a problem. */
export function parseFormat(params: URLSearchParams): Format {
  const format = params.get("format") ?? "";
  if (format === "" || format === "json") return { as: "json", ignored: [] };
  if (format === "svg") {
    const chart = SVG_CHARTS.find((name) => name === (params.get("chart") || "trend"));
    return chart === undefined
      ? { problem: `With format=svg, chart must be one of ${SVG_CHARTS.join(", ")}.` }
      : { as: "svg", chart };
  }
  if (format !== "csv") {
    const value = format.slice(0, 100).toWellFormed();
    return { as: "json", ignored: [{ param: "format", value, used: "json" }] };
  }
  const table = CSV_TABLES.find((name) => name === params.get("table"));
  return table === undefined
    ? { problem: `With format=csv, table must be one of ${CSV_TABLES.join(", ")}.` }
    : { as: "csv", table };
}

/** By which Excel knows that a file is UTF-8; without it `/café` is read in the code page of the system. */
export const BYTE_ORDER_MARK = "\ufeff";

/**
 * Reads `bom`: whether a CSV begins with a byte order mark. It does unless `bom=0` says otherwise: a spreadsheet can't
 * ask, and the author of a program can. @returns `null` for a value that is neither 0 nor 1
 */
export function wantsByteOrderMark(params: URLSearchParams): boolean | null {
  const value = params.get("bom") ?? "";
  if (value === "" || value === "1") return true;
  return value === "0" ? false : null;
}

/** `lcp_p75_ms`, and `cls_p75`, which has no unit. */
const column = (metric: Metric, what: string): string => {
  const name = `${metric.toLowerCase()}_${what}`;
  return unitOf(metric) === "ms" ? `${name}_ms` : name;
};

/** n, one percentile, and the rating (which is always that of the 75th), for each of the five. */
export const summaryColumns = (percentile: number): string[] =>
  METRICS.flatMap((metric) => [
    `${metric.toLowerCase()}_n`,
    column(metric, `p${percentile}`),
    `${metric.toLowerCase()}_p75_rating`,
  ]);

export const summaryCells = (
  metrics: Readonly<Record<Metric, Pick<MetricFigures, "n" | "percentiles" | "rating">>>,
  percentile: CockpitQuery["percentile"],
): CsvCell[] =>
  METRICS.flatMap((metric) => {
    const { n, percentiles, rating } = metrics[metric];
    return [n, percentiles[percentile], rating];
  });

/** How much a metric changed, in which unit that is, and how sure: what is said of a change in a row. */
const CHANGE = ["change", "change_low", "change_high"];

function changeCells(metric: Metric, change: Change | null): CsvCell[] {
  if (change === null) return CHANGE.map(() => null);
  const { percent, absolute } = change;
  const interval = roundedInterval(metric, change);
  const value = percent === null ? absolute : percent;
  const round = percent === null ? roundedValue(metric, absolute ?? 0) : roundedPercent(percent);
  return [value === null ? null : round, interval?.low ?? null, interval?.high ?? null];
}

/** `lcp_change_percent`, `lcp_change_low_percent`, …, `lcp_verdict`; of CLS the difference, which has no unit. */
export const changeColumns = (): string[] =>
  METRICS.flatMap((metric) => {
    const name = metric.toLowerCase();
    const unit = unitOf(metric) === "ms" ? "_percent" : "";
    return [...CHANGE.map((what) => `${name}_${what}${unit}`), `${name}_verdict`];
  });

/** Empty where nothing is known; a time that had a baseline of 0 has no percentage. */
export const allChangeCells = (changes: Changes | null): CsvCell[] =>
  METRICS.flatMap((metric) => {
    const change = changes?.[metric] ?? null;
    const told = change !== null && unitOf(metric) === "ms" && change.percent === null ? null : change;
    return [...changeCells(metric, told), change?.verdict ?? null];
  });

/** What a change of one metric is told in. */
const changeUnit = (metric: Metric, { percent }: Change): string =>
  percent === null ? unitOf(metric) : "percent";

const SHARES = ["good_share", "needs_improvement_share", "poor_share"];

const sharesOf = ({ shares }: MetricFigures): CsvCell[] =>
  shares === null ? SHARES.map(() => null) : [shares.good, shares.needsImprovement, shares.poor];

const percentilesOf = ({ percentiles }: MetricFigures): CsvCell[] => PERCENTILES.map((p) => percentiles[p]);

/** The five metrics of a view, a row each; the unit has a column, since it differs from row to row. */
export function metricsCsv(view: ViewResult, compared: Comparison | null = null): CsvTableText {
  return {
    columns: [
      "metric",
      "unit",
      "n",
      ...PERCENTILES.map((p) => `p${p}`),
      "p75_rating",
      ...SHARES,
      ...(compared === null ? [] : CHANGES_OF_A_ROW),
    ],
    rows: METRICS.map((metric) => {
      const figures = metricFigures(metric, view.total[metric]);
      return [
        metric,
        figures.unit,
        figures.n,
        ...percentilesOf(figures),
        figures.rating,
        ...sharesOf(figures),
        ...(compared === null ? [] : rowOfChange(metric, compared.changes[metric])),
      ];
    }),
  };
}

const CHANGES_OF_A_ROW = [
  "change_unit",
  ...CHANGE,
  "verdict",
  "change_n",
  "baseline_n",
  "good_share_points",
  "good_share_points_low",
  "good_share_points_high",
];

function rowOfChange(metric: Metric, change: Change): CsvCell[] {
  const { verdict, n, goodShare, absolute } = change;
  const points = goodShare === null ? [null, null, null] : [goodShare.points, goodShare.low, goodShare.high];
  return [
    ...[absolute === null ? null : changeUnit(metric, change), ...changeCells(metric, change)],
    ...[verdict, n.current, n.baseline],
    ...points.map((value) => (value === null ? null : roundedPercent(value))),
  ];
}

/** The trend of the page's chart, a row for each step, with and without data. */
export function trendCsv(
  query: CockpitQuery,
  view: ViewResult,
  compared: Comparison | null = null,
): CsvTableText {
  const { metric, percentile } = query;
  const prefix = metric.toLowerCase();
  return {
    columns: [
      "from",
      "to",
      `${prefix}_n`,
      ...PERCENTILES.map((p) => column(metric, `p${p}`)),
      `${prefix}_p75_rating`,
      ...SHARES.map((share) => `${prefix}_${share}`),
      ...(compared === null ? [] : [`${prefix}_baseline_n`, column(metric, `baseline_p${percentile}`)]),
    ],
    rows: chartTrend(view, query, compared).steps.map(({ from, to, current, baseline: other }) => {
      const baseline = baselineStepJson(metric, other);
      const figures = metricFigures(metric, current);
      return [
        isoInstant(from),
        isoInstant(to),
        figures.n,
        ...percentilesOf(figures),
        figures.rating,
        ...sharesOf(figures),
        ...(compared === null ? [] : [baseline?.n ?? null, baseline?.percentiles[percentile] ?? null]),
      ];
    }),
  };
}

/** The route table as the query sorts, searches and pages it. */
export function routesCsv(
  query: CockpitQuery,
  routes: readonly RouteResult[],
  compared: Comparison | null = null,
): CsvTableText {
  return {
    columns: [
      "route",
      "page_views",
      ...summaryColumns(query.percentile),
      column(query.metric, `p${query.percentile}_impact`),
      ...(compared === null ? [] : changeColumns()),
    ],
    rows: routeTable(routes, query, compared?.routes).rows.map(({ route, n, metrics, impact, changes }) => [
      route,
      n,
      ...summaryCells(metrics, query.percentile),
      impact,
      ...(compared === null ? [] : allChangeCells(changes)),
    ]),
  };
}

/** `20261122T1300Z`: an instant for names of files. */
const compact = (time: number): string =>
  isoInstant(time)
    .replace(/[-:]/g, "")
    .replace(/\d\d\.\d{3}Z$/, "Z");

/** What the file is called: plain ASCII, nothing in it from outside. `null`: all retained data. */
export const csvFileName = (table: CsvTable, window: TimeWindow | null): string =>
  window === null
    ? `web-vitals-${table}.csv`
    : `web-vitals-${table}-${compact(window.from)}-${compact(window.to)}.csv`;
