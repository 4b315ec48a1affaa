import type { CockpitQuery } from "../../query/cockpit-query";
import type { Changes } from "../../query/comparison/comparison-result";
import { isCalled } from "../../vitals/comparison";
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

/** The metrics that a route's verdicts call, the chosen one first. */
function calledMetrics(changes: Changes, chosen: Metric): Metric[] {
  const called = METRICS.filter((metric) => isCalled(changes[metric]));
  return [...called.filter((metric) => metric === chosen), ...called.filter((metric) => metric !== chosen)];
}

type CalledRoute = { route: string; changes: Changes; metrics: Metric[] };

const isWorse = ({ changes, metrics }: CalledRoute): boolean =>
  metrics.some((metric) => changes[metric].verdict === "regression");

const size = ({ changes, metrics }: CalledRoute): number =>
  Math.max(...metrics.map((metric) => Math.abs(sizeInLeast(metric, changes[metric]))));

/** Routes with a regression first, then by their largest change. */
const bySeverity = (a: CalledRoute, b: CalledRoute): number =>
  Number(isWorse(b)) - Number(isWorse(a)) || size(b) - size(a);

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
    .sort(bySeverity);
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
