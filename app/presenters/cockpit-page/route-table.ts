import type { CockpitQuery, Sort } from "../../query/cockpit-query";
import type { RouteResult } from "../../query/view/view-result";
import { OTHER, UNKNOWN_ROUTE } from "../../vitals/measurement";
import {
  isMetric,
  METRICS,
  type Metric,
  MIN_SAMPLES_FOR_PERCENTILE,
  THRESHOLDS,
  unitOf,
} from "../../vitals/metrics";
import { type DeltaBadgeModel, deltaBadge } from "../comparison/delta-badge";
import { axisValue, type FormattedValue, formatCount } from "../format/format";
import { figureName, percentileLabel } from "../format/labels";
import { cockpitHref, csvHref, routePageHref } from "../format/links";
import { metricFigures } from "../format/metric-figures";
import { type FigureModel, figureOf } from "../page/metric-card";
import { type RouteChanges, type RouteRow, type RouteTable, routeTable } from "../tables/route-ranking";
import { samplesLength } from "../tables/samples-length";
import type { RouteTraces } from "./route-traces";

/** The head of a column as a link that sorts by it, or turns the order around. */
export type SortLink = {
  text: string;
  title: string;
  href: string;
  sorted: "ascending" | "descending" | null;
};

export type ColumnModel = SortLink & {
  key: Sort;
  /**
   * A metric has a column for its figure (`p75`) with its samples and, while comparing, one for its change, which sorts
   * regressions first; `null` for other columns.
   */
  parts: { figure: string; change: SortLink | null } | null;
};

export type RouteRowModel = {
  route: string;
  href: string;
  views: string;
  /** In the order of the columns. */
  figures: Array<FigureModel & { metric: Metric; n: string; delta: DeltaBadgeModel | null }>;
  impact: FormattedValue;
  /** A search for the route's slow traces; `null` where there is none. */
  tracesHref: string | null;
  /** Under the floor of samples: greyed, and never first. */
  thin: boolean;
};

/** The table of routes, ready to print. */
export type RouteTablePage = {
  columns: ColumnModel[];
  /** Head of the column that leads to traces; `null` without it. */
  tracesHead: string | null;
  rows: RouteRowModel[];
  /** The page that is shown. */
  page: CockpitQuery["page"];
  /** `214 routes`, `3 of 214 routes` while searching. */
  count: string;
  search: {
    action: string;
    value: string;
    hidden: Array<{ name: string; value: string }>;
    clearHref: string | null;
  };
  paging: { text: string; previous: string | null; next: string | null; all: string | null } | null;
  /** Characters of the largest number of samples in `rows`. */
  samplesLength: number;
  /** Beside the legend of the marks: how the changes are corrected; `null` without a comparison. */
  legend: string | null;
  /** What impact means, and what `(other)` is where it is seen. */
  notes: string[];
  /** Why there are no rows, or `null`. */
  empty: string | null;
  csvHref: string;
};

/** The chosen metric is first, so that narrow screens show it beside the route. */
const metricsFrom = (chosen: Metric): Metric[] => [chosen, ...METRICS.filter((metric) => metric !== chosen)];

/** The table of a view's routes as its page shows it. */
export function routeTablePage(
  routes: readonly RouteResult[],
  query: CockpitQuery,
  hidden: Array<{ name: string; value: string }>,
  { changes = null, traces = null }: { changes?: RouteChanges; traces?: RouteTraces | null } = {},
): RouteTablePage {
  const table = routeTable(routes, query, changes);
  const order = metricsFrom(query.metric);
  const compared = changes !== null;
  const results = new Map(table.rows.length === 0 ? [] : routes.map((result) => [result.route, result]));
  // Without a comparison there is no change to sort by.
  const sort = query.sort === "regression" && !compared ? "impact" : query.sort;
  const rows = table.rows.map((row) => ({
    ...rowOf(row, query, order),
    tracesHref: traces === null ? null : traces.hrefOf(row.route, waitedP75(row, results.get(row.route))),
  }));
  return {
    columns: columnsOf(query, sort, order, compared),
    tracesHead: traces?.head ?? null,
    rows,
    samplesLength: samplesLength(rows),
    page: query.page === "all" ? "all" : table.page,
    count: countText(table.total, routes.length),
    search: {
      action: "/admin/performance",
      value: query.q,
      hidden,
      clearHref: query.q === "" ? null : cockpitHref(query, { q: "" }),
    },
    paging: pagingOf(table, query),
    legend: compared && table.rows.length > 0 ? LEGEND : null,
    notes: [...notesOf(table, query, sort), ...(table.rows.length === 0 ? [] : (traces?.notes ?? []))],
    empty: emptyText(table, routes.length, query),
    csvHref: csvHref(query, "routes"),
  };
}

/** p75 of the TTFB of loads that waited for the server, in ms; `null` under 30 samples. */
export const waitedP75 = ({ metrics }: RouteRow, result: RouteResult | undefined): number | null =>
  (result?.waitedTtfb === undefined ? metrics.TTFB : metricFigures("TTFB", result.waitedTtfb))
    .percentiles[75];

function columnsOf(
  query: CockpitQuery,
  sort: Sort,
  order: readonly Metric[],
  compared: boolean,
): ColumnModel[] {
  const other = query.order === "asc" ? "desc" : "asc";
  const direction = query.order === "asc" ? ("ascending" as const) : ("descending" as const);
  const change = (metric: Metric): SortLink => {
    const current = sort === "regression" && metric === query.metric;
    return {
      text: "change",
      title: `Sort by the change of ${metric}, regressions first`,
      href: cockpitHref(query, { metric, sort: "regression", order: current ? other : "desc" }),
      sorted: current ? direction : null,
    };
  };
  const column = (key: Sort, text: string, title: string): ColumnModel => {
    const current = sort === key;
    const first = key === "route" ? "asc" : "desc";
    return {
      key,
      text,
      title,
      href: cockpitHref(query, { sort: key, order: current ? other : first }),
      sorted: current ? direction : null,
      parts: isMetric(key)
        ? { figure: percentileLabel(query.percentile), change: compared ? change(key) : null }
        : null,
    };
  };
  return [
    column("route", "Route", "Sort by route"),
    column("views", "Views", "Page views"),
    ...order.map((metric) => column(metric, metric, `${figureName({ ...query, metric })}, and its samples`)),
    column("impact", "Impact", impactDefinition(query)),
  ];
}

const impactDefinition = (query: CockpitQuery): string =>
  `samples × ${figureName(query)} over ${axisValue(query.metric, THRESHOLDS[query.metric].good)}${
    unitOf(query.metric) === "score" ? "" : ", in seconds"
  }`;

function rowOf(
  row: RouteRow,
  query: CockpitQuery,
  order: readonly Metric[],
): Omit<RouteRowModel, "tracesHref"> {
  return {
    route: row.route,
    href: routePageHref(query, row.route),
    views: formatCount(row.n),
    figures: order.map((metric) => {
      const { n, percentiles } = row.metrics[metric];
      const delta = row.changes === null ? null : deltaBadge(metric, row.changes[metric]);
      return { ...figureOf(metric, n, percentiles[query.percentile]), metric, n: formatCount(n), delta };
    }),
    impact: {
      number: impactText(row.impact, query.metric),
      unit: row.impact === null || unitOf(query.metric) === "score" ? "" : "s",
    },
    thin: row.metrics[query.metric].n < MIN_SAMPLES_FOR_PERCENTILE,
  };
}

/** Impact as text: `7,425`, `1.8`; a positive one is never `0`. */
function impactText(impact: number | null, metric: Metric): string {
  if (impact === null) return "";
  const scaled = unitOf(metric) === "score" ? impact : impact / 1_000;
  if (scaled > 0 && scaled < 0.1) return "<0.1";
  return scaled > 0 && scaled < 10 ? scaled.toFixed(1) : formatCount(scaled);
}

const countText = (found: number, all: number): string => {
  const routes = all === 1 ? "route" : "routes";
  return found === all
    ? `${formatCount(all)} ${routes}`
    : `${formatCount(found)} of ${formatCount(all)} ${routes}`;
};

function pagingOf({ page, pages }: RouteTable, query: CockpitQuery): RouteTablePage["paging"] {
  if (query.page === "all") {
    return { text: "All routes on one page", previous: cockpitHref(query), next: null, all: null };
  }
  if (pages === 1) return null;
  return {
    text: `Page ${formatCount(page)} of ${formatCount(pages)}`,
    previous: page > 1 ? cockpitHref(query, { page: page - 1 }) : null,
    next: page < pages ? cockpitHref(query, { page: page + 1 }) : null,
    all: cockpitHref(query, { page: "all" }),
  };
}

/** The figures behind the marks, and the correction for many routes. */
const LEGEND =
  "A route's page has intervals and samples. Verdicts are of one look, now, corrected for the number of routes: about one in ten of the called ones is a false alarm.";

function notesOf({ rows }: RouteTable, query: CockpitQuery, sort: Sort): string[] {
  if (rows.length === 0) return [];
  const has = (route: string): boolean => rows.some((row) => row.route === route);
  return [
    `Impact: ${impactDefinition(query)}. Routes with under ${MIN_SAMPLES_FOR_PERCENTILE} samples are grey and come last; – stands for a percentile of so few.`,
    ...(sort === "regression"
      ? [
          `Sorted by change: regressions of ${query.metric} first, then regressions of other metrics; routes without a verdict are last.`,
        ]
      : []),
    ...(has(OTHER)
      ? [`${OTHER}: routes beyond the cardinality limit. ROUTE_RULES can join routes that belong together.`]
      : []),
    ...(has(UNKNOWN_ROUTE) ? [`${UNKNOWN_ROUTE}: beacons that named neither a route nor a page.`] : []),
  ];
}

function emptyText({ rows }: RouteTable, all: number, query: CockpitQuery): string | null {
  if (rows.length > 0) return null;
  if (all === 0) return "No route has data in this view.";
  return `None of ${countText(all, all)} contains “${query.q}”.`;
}
