import type { CockpitQuery } from "../../query/cockpit-query";
import type { Change, Changes } from "../../query/comparison/comparison-result";
import { METRICS, type Metric } from "../../vitals/metrics";
import { routePageHref } from "../format/links";
import { type DeltaBadgeModel, deltaBadge } from "./delta-badge";
import { sizeInLeast } from "./regression-order";

/** The routes that became worse or better, for the top of the page. */
export type CalledRoutesModel = {
  /** Regressions first, each kind by size. */
  routes: Array<{ route: string; href: string; changes: DeltaBadgeModel[] }>;
  /** How many called routes are left out. */
  more: number;
  /** How many routes were compared. */
  compared: number;
};

/** So many routes fit on a line or two. */
const MOST_ROUTES = 4;

const isCalled = ({ verdict }: Change): boolean => verdict === "regression" || verdict === "improvement";

/** The metrics that a route's verdicts call, the chosen one first. */
function calledMetrics(changes: Changes, chosen: Metric): Metric[] {
  const called = METRICS.filter((metric) => isCalled(changes[metric]));
  return [...called.filter((metric) => metric === chosen), ...called.filter((metric) => metric !== chosen)];
}

/** Larger is worse; below 0 for a route that only became better; 0 where no size is known. */
function severity(changes: Changes, called: readonly Metric[]): number {
  const sizes = called.map((metric) => sizeInLeast(metric, changes[metric]));
  const worst = Math.max(...sizes);
  if (worst >= 0) return worst;
  return -1 / Math.max(...sizes.map(Math.abs));
}

/**
 * The routes that are called, out of all that were compared.
 * @returns `null` where no route was compared
 */
export function calledRoutes(
  routes: ReadonlyMap<string, Changes>,
  query: CockpitQuery,
): CalledRoutesModel | null {
  if (routes.size === 0) return null;
  const called = [...routes]
    .map(([route, changes]) => ({ route, changes, metrics: calledMetrics(changes, query.metric) }))
    .filter(({ metrics }) => metrics.length > 0)
    .sort((a, b) => severity(b.changes, b.metrics) - severity(a.changes, a.metrics));
  return {
    routes: called.slice(0, MOST_ROUTES).map(({ route, changes, metrics }) => ({
      route,
      href: routePageHref(query, route),
      changes: metrics.map((metric) => deltaBadge(metric, changes[metric])),
    })),
    more: Math.max(0, called.length - MOST_ROUTES),
    compared: routes.size,
  };
}
