import { type CockpitQuery, type IgnoredParam, PERCENTILES } from "../query/cockpit-query";
import type { RouteResult, ViewResult } from "../query/vitals-result";
import { METRICS, type Metric, unitOf } from "../vitals/metrics";
import type { TimeWindow } from "../vitals/time";
import type { CsvCell, CsvTableText } from "./csv";
import { isoInstant } from "./format";
import { CSV_TABLES, type CsvTable } from "./links";
import { type MetricFigures, metricFigures } from "./metric-figures";
import { routeTable } from "./route-table";

/** In what form an answer is asked for. */
export type Format = { csv: null; ignored: IgnoredParam[] } | { csv: CsvTable } | { problem: string };

/** Reads `format` and `table`; a format that there is not is ignored, a table that there is not is a problem. */
export function parseFormat(params: URLSearchParams): Format {
  const format = params.get("format") ?? "";
  if (format === "" || format === "json") return { csv: null, ignored: [] };
  if (format !== "csv") {
    const value = format.slice(0, 100).toWellFormed();
    return { csv: null, ignored: [{ param: "format", value, used: "json" }] };
  }
  const table = CSV_TABLES.find((name) => name === params.get("table"));
  return table === undefined
    ? { problem: `With format=csv, table must be one of ${CSV_TABLES.join(", ")}.` }
    : { csv: table };
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

const SHARES = ["good_share", "needs_improvement_share", "poor_share"];

const sharesOf = ({ shares }: MetricFigures): CsvCell[] =>
  shares === null ? SHARES.map(() => null) : [shares.good, shares.needsImprovement, shares.poor];

const percentilesOf = ({ percentiles }: MetricFigures): CsvCell[] => PERCENTILES.map((p) => percentiles[p]);

/** The five metrics of a view, a row each; the unit has a column, since it differs from row to row. */
export function metricsCsv(view: ViewResult): CsvTableText {
  return {
    columns: ["metric", "unit", "n", ...PERCENTILES.map((p) => `p${p}`), "p75_rating", ...SHARES],
    rows: METRICS.map((metric) => {
      const figures = metricFigures(metric, view.total[metric]);
      return [
        metric,
        figures.unit,
        figures.n,
        ...percentilesOf(figures),
        figures.rating,
        ...sharesOf(figures),
      ];
    }),
  };
}

/** The trend of the chosen metric, a row for each step, with and without data. */
export function trendCsv({ metric }: CockpitQuery, view: ViewResult): CsvTableText {
  const prefix = metric.toLowerCase();
  return {
    columns: [
      "from",
      "to",
      `${prefix}_n`,
      ...PERCENTILES.map((p) => column(metric, `p${p}`)),
      `${prefix}_p75_rating`,
      ...SHARES.map((share) => `${prefix}_${share}`),
    ],
    rows: view.trend.map(({ from, to, metrics }) => {
      const figures = metricFigures(metric, metrics[metric]);
      return [
        isoInstant(from),
        isoInstant(to),
        figures.n,
        ...percentilesOf(figures),
        figures.rating,
        ...sharesOf(figures),
      ];
    }),
  };
}

/** The route table as the query sorts, searches and pages it. */
export function routesCsv(query: CockpitQuery, routes: readonly RouteResult[]): CsvTableText {
  return {
    columns: [
      "route",
      "page_views",
      ...summaryColumns(query.percentile),
      column(query.metric, `p${query.percentile}_impact`),
    ],
    rows: routeTable(routes, query).rows.map(({ route, n, metrics, impact }) => [
      route,
      n,
      ...summaryCells(metrics, query.percentile),
      impact,
    ]),
  };
}

/** `20261122T1300Z`: an instant for names of files. */
const compact = (time: number): string =>
  isoInstant(time)
    .replace(/[-:]/g, "")
    .replace(/\d\d\.\d{3}Z$/, "Z");

/** What the file is called: plain ASCII, nothing in it from outside. `null`: everything that is kept. */
export const csvFileName = (table: CsvTable, window: TimeWindow | null): string =>
  window === null
    ? `web-vitals-${table}.csv`
    : `web-vitals-${table}-${compact(window.from)}-${compact(window.to)}.csv`;
