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
import { figureName } from "../format/labels";
import { cockpitHref, csvHref, routePageHref } from "../format/links";
import { type FigureModel, figureOf } from "../page/metric-card";
import { type RouteChanges, type RouteRow, type RouteTable, routeTable } from "../tables/route-ranking";
import type { RouteTraces } from "./route-traces";

export type ColumnModel = {
  key: Sort;
  text: string;
  /** Whether samples stand beside the values. */
  withN: boolean;
  /** What the column holds, where its name is short. */
  title: string;
  href: string;
  sorted: "ascending" | "descending" | null;
  /** The column of the chosen metric, which is kept in sight on narrow screens. */
  chosen: boolean;
  /** While comparing: sorts by how the column's metric changed, what got worse first. */
  regression: { text: string; title: string; href: string; sorted: ColumnModel["sorted"] } | null;
};

export type RouteRowModel = {
  route: string;
  href: string;
  views: string;
  /** In the order of the columns. */
  figures: Array<FigureModel & { metric: Metric; n: string; delta: DeltaBadgeModel | null }>;
  impact: FormattedValue;
  /** The route's slow traces; `null` where there are none to be found. */
  tracesHref: string | null;
  /** Under the floor of samples: greyed, and never first. */
  thin: boolean;
};

/** The table of routes, ready to print. */
export type RouteTablePage = {
  columns: ColumnModel[];
  /** Whether a column leads to traces. */
  withTraces: boolean;
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
  /** What impact means, and what `(other)` is where it is seen. */
  notes: string[];
  /** Why there are no rows, or `null`. */
  empty: string | null;
  csvHref: string;
};

/** The chosen metric comes first: narrow screens show it beside the route. */
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
  // Without a comparison there is no change to sort by.
  const sort = query.sort === "regression" && !compared ? "impact" : query.sort;
  return {
    columns: columnsOf(query, sort, order, compared),
    withTraces: traces !== null,
    rows: table.rows.map((row) => ({
      ...rowOf(row, query, order),
      tracesHref: traces === null ? null : traces(row.route, row.metrics.TTFB.percentiles[75]),
    })),
    page: query.page === "all" ? "all" : table.page,
    count: countWords(table.total, routes.length),
    search: {
      action: "/admin/performance",
      value: query.q,
      hidden,
      clearHref: query.q === "" ? null : cockpitHref(query, { q: "" }),
    },
    paging: pagingOf(table, query),
    notes: notesOf(table, query, sort, compared),
    empty: emptyWords(table, routes.length, query),
    csvHref: csvHref(query, "routes"),
  };
}

function columnsOf(
  query: CockpitQuery,
  sort: Sort,
  order: readonly Metric[],
  compared: boolean,
): ColumnModel[] {
  const other = query.order === "asc" ? "desc" : "asc";
  const direction = query.order === "asc" ? ("ascending" as const) : ("descending" as const);
  const regression = (metric: Metric): ColumnModel["regression"] => {
    const current = sort === "regression" && metric === query.metric;
    return {
      text: "change",
      title: `Sort by how ${metric} changed, what got worse first`,
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
      withN: isMetric(key),
      title,
      href: cockpitHref(query, { sort: key, order: current ? other : first }),
      sorted: current ? direction : null,
      chosen: key === query.metric,
      regression: compared && isMetric(key) ? regression(key) : null,
    };
  };
  return [
    column("route", "Route", "Sort by route"),
    column("views", "Views", "Page views"),
    ...order.map((metric) => column(metric, metric, `${figureName({ ...query, metric })}, and its samples`)),
    column("impact", "Impact", impactWords(query)),
  ];
}

const impactWords = (query: CockpitQuery): string =>
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

/** Impact as it is printed: `7,425`, `1.8`; what is there is never 0. */
function impactText(impact: number | null, metric: Metric): string {
  if (impact === null) return "";
  const scaled = unitOf(metric) === "score" ? impact : impact / 1_000;
  if (scaled > 0 && scaled < 0.1) return "<0.1";
  return scaled > 0 && scaled < 10 ? scaled.toFixed(1) : formatCount(scaled);
}

const countWords = (found: number, all: number): string => {
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

function notesOf({ rows }: RouteTable, query: CockpitQuery, sort: Sort, compared: boolean): string[] {
  if (rows.length === 0) return [];
  const has = (route: string): boolean => rows.some((row) => row.route === route);
  return [
    `Impact: ${impactWords(query)}. Routes with under ${MIN_SAMPLES_FOR_PERCENTILE} samples are grey and come last.`,
    ...(compared
      ? [
          "Changes are of the p75, with their 95 % interval and the page views of both releases. They are corrected together: of the routes called worse or better about one in ten is so by chance.",
        ]
      : []),
    ...(sort === "regression"
      ? [
          `Sorted by change: what got worse on ${query.metric} first, then what got worse on another metric; routes without a verdict are last.`,
        ]
      : []),
    ...(has(OTHER)
      ? [`${OTHER} are the routes for which there was no room: ROUTE_RULES can join what belongs together.`]
      : []),
    ...(has(UNKNOWN_ROUTE) ? [`${UNKNOWN_ROUTE} are beacons that named neither a route nor a page.`] : []),
  ];
}

function emptyWords({ rows }: RouteTable, all: number, query: CockpitQuery): string | null {
  if (rows.length > 0) return null;
  if (all === 0) return "No route has data in this view.";
  return `None of ${countWords(all, all)} contains “${query.q}”.`;
}
