import type { CockpitQuery, Sort } from "../../query/cockpit-query";
import type { Changes } from "../../query/comparison/comparison-result";
import { pageViewsOf, type RouteResult } from "../../query/view/view-result";
import { byMetric, type Metric, MIN_SAMPLES_FOR_PERCENTILE, THRESHOLDS } from "../../vitals/metrics";
import { compareRanks, regressionRank } from "../comparison/regression-order";
import { type MetricFigures, metricFigures } from "../format/metric-figures";

/** One route, with its figures. */
export type RouteRow = {
  route: string;
  /** Page views. */
  n: number;
  metrics: Record<Metric, MetricFigures>;
  /**
   * Samples of the chosen metric × how far its percentile is above its threshold for "good", in that metric's
   * unit; `null` where there are too few samples for a percentile.
   */
  impact: number | null;
  /** `null` where nothing is compared, or the route was not measured in the compared times. */
  changes: Changes | null;
};

/** How single routes changed; `null` where nothing is compared. */
export type RouteChanges = ReadonlyMap<string, Changes> | null;

export type RouteTable = { rows: RouteRow[]; page: number; pages: number; total: number };

export const ROUTES_PER_PAGE = 50;

/** While comparing, a row has twice as much in it, and what became worse comes first. */
export const COMPARED_ROUTES_PER_PAGE = 25;

/** A route before its page is cut: sorting needs one or two figures of it, and only rows of the page need all. */
type RankedRoute = Omit<RouteRow, "metrics"> & { distributions: RouteResult["metrics"] };

/** The routes that the query searches for, sorted and cut to its page. */
export function routeTable(
  routes: readonly RouteResult[],
  query: CockpitQuery,
  changes: RouteChanges = null,
): RouteTable {
  const wanted = query.q.toLowerCase();
  const found = routes.filter(({ route }) => route.toLowerCase().includes(wanted));
  const ranked = found.map(
    ({ route, metrics }): RankedRoute => ({
      route,
      n: pageViewsOf(metrics),
      distributions: metrics,
      impact: impactOf(metrics, query),
      changes: changes?.get(route) ?? null,
    }),
  );
  ranked.sort(comparison(query));
  const perPage = changes === null ? ROUTES_PER_PAGE : COMPARED_ROUTES_PER_PAGE;
  const pages = Math.max(1, Math.ceil(ranked.length / perPage));
  if (query.page === "all") return { rows: ranked.map(rowOf), page: 1, pages: 1, total: ranked.length };
  const page = Math.min(query.page, pages);
  const shown = ranked.slice((page - 1) * perPage, page * perPage);
  return { rows: shown.map(rowOf), page, pages, total: ranked.length };
}

const rowOf = ({ distributions, ...row }: RankedRoute): RouteRow => ({
  ...row,
  metrics: byMetric((metric) => metricFigures(metric, distributions[metric])),
});

function impactOf(metrics: RouteResult["metrics"], { metric, percentile }: CockpitQuery): number | null {
  const { n, percentiles } = metricFigures(metric, metrics[metric]);
  const value = percentiles[percentile];
  return value === null ? null : n * Math.max(0, value - THRESHOLDS[metric].good);
}

/** What a row is sorted by; `null` (too few samples) comes last in either direction. */
function sortKey(
  row: RankedRoute,
  sort: Exclude<Sort, "regression">,
  { percentile }: CockpitQuery,
): number | null {
  if (sort === "impact") return row.impact;
  if (sort === "views") return row.n < MIN_SAMPLES_FOR_PERCENTILE ? null : row.n;
  if (sort === "route") return 0;
  // `null` under the floor of samples.
  return metricFigures(sort, row.distributions[sort]).percentiles[percentile];
}

const byRoute = (a: RankedRoute, b: RankedRoute): number =>
  Number(a.route > b.route) - Number(a.route < b.route);

/** In one direction or the other by what `keyOf` gives; rows without it last in either. */
function byKey<Key>(
  direction: 1 | -1,
  keyOf: (row: RankedRoute) => Key | null,
  compare: (a: Key, b: Key) => number,
): (a: RankedRoute, b: RankedRoute) => number {
  return (a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return direction * compare(left, right);
  };
}

function comparison(query: CockpitQuery): (a: RankedRoute, b: RankedRoute) => number {
  const { sort, metric } = query;
  const direction = query.order === "asc" ? 1 : -1;
  const byTraffic = (a: RankedRoute, b: RankedRoute): number => b.n - a.n || byRoute(a, b);
  if (sort === "route") return (a, b) => direction * byRoute(a, b);
  if (sort === "regression") {
    const ranks = byKey(direction, ({ changes }) => regressionRank(changes, metric), compareRanks);
    const byImpact = byKey(-1, ({ impact }) => impact, subtract);
    return (a, b) => ranks(a, b) || byImpact(a, b) || byTraffic(a, b);
  }
  const compare = byKey(direction, (row) => sortKey(row, sort, query), subtract);
  return (a, b) => compare(a, b) || byTraffic(a, b);
}

const subtract = (a: number, b: number): number => a - b;
