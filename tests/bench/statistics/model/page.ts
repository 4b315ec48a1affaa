import { Random } from "../../../../app/cli/sample/random";
import type { Changes } from "../../../../app/query/comparison/comparison-result";
import { estimateOf } from "../../../../app/query/comparison/findings";
import { looksAt } from "../../../../app/query/comparison/looks";
import { decideFamily, type RouteFinding } from "../../../../app/query/comparison/route-family";
import { siteChanges } from "../../../../app/query/comparison/site-comparison.server";
import type { MetricModel } from "../../../../app/query/comparison/site-model";
import { CellTable } from "../../../../app/stats/comparison/cell-table";
import type { Change } from "../../../../app/stats/comparison/change";
import type { Finding } from "../../../../app/stats/comparison/finding";
import type { GridPoint } from "../../../../app/stats/comparison/joint/noise-grid";
import { FIRST_EARLIER_DAY } from "../../../../app/stats/comparison/joint/route-change";
import { timeEffectOf } from "../../../../app/stats/comparison/joint/time-effect";
import { BASELINE, CURRENT } from "../../../../app/stats/comparison/pools";
import { scaleOf } from "../../../../app/stats/sketch/scale";
import { byMetric, METRICS, type Metric } from "../../../../app/vitals/metrics";
import { HOUR, HOURS_OF_DAY } from "../../../../app/vitals/time";
import { CIRCUMSTANCES, findingOf, modelAt, type Shape, simulationOf } from "./model-case";
import { deviceOfCell, type RouteTraffic, routeOfCell } from "./routes";
import { type SimulatedSite, simulate } from "./site";

/** Earlier days that single routes are compared with. */
const EARLIER_DAYS = 8;

/** Days before the switch for which single routes are recorded: the baseline's two and the earlier ones. */
export const RECORDED_DAYS = 11;

/** A simulated site whose five metrics share hours, days and releases. */
export type SimulatedPage = { sites: Record<Metric, SimulatedSite>; routes: number };

export type PageShape = Omit<Shape, "routes"> & { routes: Omit<RouteTraffic, "from"> };

export function simulatePage(shape: PageShape, random: Random): SimulatedPage {
  const seed = random.bits();
  const sites = byMetric((metric) => {
    const { routes: all, ...rest } = shape;
    const simulation = simulationOf({ ...rest, metric });
    const from = simulation.history - RECORDED_DAYS * HOURS_OF_DAY;
    const routes = { ...all, from };
    return simulate({ ...simulation, routes }, new Random(seed, metric), new Random(seed, "hours"));
  });
  return { sites, routes: shape.routes.count };
}

export type PageFindings = { site: Record<Metric, Finding>; routes: RouteFinding[] };
export type PageChanges = { site: Changes; routes: ReadonlyMap<string, Partial<Changes>> };

/** Noises by metric, so that later ages of the same page reuse them. */
export type PageNoise = Map<Metric, readonly GridPoint[]>;

/** What is found on a page when the release was so many hours old. */
export function findingsAt(page: SimulatedPage, age: number, noise: PageNoise = new Map()): PageFindings {
  const models = byMetric((metric): MetricModel => {
    const model = modelAt(page.sites[metric], metric, age, noise.get(metric));
    if (model.joint !== null) noise.set(metric, model.joint.fit.points);
    return model;
  });
  return {
    site: byMetric((metric) => findingOf(metric, models[metric])),
    routes: METRICS.flatMap((metric) => routeFindings(page.sites[metric], page.routes, models[metric], age)),
  };
}

/** All verdicts of a page, by what was found when the release was so many hours old and still live. */
export const changesOf = ({ site, routes }: PageFindings, age: number): PageChanges => ({
  site: siteChanges(looksAt({ deployedAt: 0, replacedAt: null }, age * HOUR), { now: site, atLook: site }),
  routes: decideFamily(routes),
});

/** What is found of one metric on the routes of a site; their names are their numbers. */
export function routeFindings(
  site: SimulatedSite,
  count: number,
  { joint }: MetricModel,
  age: number,
): RouteFinding[] {
  const { metric } = site;
  if (joint === null) throw new Error("There is too little to compare.");
  const reading = {
    plan: PLAN,
    weights: { current: Float64Array.of(1), baseline: Float64Array.of(1) },
    time: timeEffectOf(joint.fit, site.baselineHour),
  };
  return routeTables(site, count, age).flatMap((table, route): RouteFinding[] => {
    const found = estimateOf(table, metric, reading);
    if (found === null) return [];
    const { estimate, mix } = found;
    const finding = {
      metric,
      estimate,
      mix: { ...mix, cause: null },
      kind: "stretches",
      timeTo: null,
    } as const;
    return [{ route: String(route), finding: { ...finding, ...CIRCUMSTANCES } }];
  });
}

/** The kind alone says how a route's table is read. */
const PLAN = {
  kind: "model",
  current: [],
  baseline: [],
  switchHour: 0,
  history: [],
  concurrent: [],
  earlierDays: [],
} as const;

/** The tables of single routes, laid out as `layoutOf` does for the model. */
function routeTables(site: SimulatedSite, count: number, age: number): CellTable[] {
  const { metric, ofRoutes, firstHour, switchHour, baselineHour } = site;
  const tables = Array.from({ length: count }, () => new CellTable(scaleOf(metric)));
  const before = Math.floor(Math.min(switchHour, baselineHour) / HOURS_OF_DAY);
  for (const { build, unit, cell, decoded } of ofRoutes) {
    const hour = firstHour + unit;
    if (hour >= switchHour + age) continue;
    const daysAgo = before - 1 - Math.floor(hour / HOURS_OF_DAY);
    const isRelease = build === CURRENT || build === BASELINE;
    if (!isRelease && (daysAgo < 0 || daysAgo >= EARLIER_DAYS)) continue;
    const side = isRelease ? build : FIRST_EARLIER_DAY + daysAgo;
    (tables[routeOfCell(cell)] as CellTable).add(side, 0, deviceOfCell(cell), decoded, 0);
  }
  return tables;
}

/** The changes of a page that are called worse. */
export const redBadges = ({ site, routes }: PageChanges): Array<{ route: string | null; change: Change }> =>
  [
    ...Object.values(site).map((change) => ({ route: null, change })),
    ...[...routes].flatMap(([route, changes]) => Object.values(changes).map((change) => ({ route, change }))),
  ].filter(({ change }) => change.verdict === "regression");
