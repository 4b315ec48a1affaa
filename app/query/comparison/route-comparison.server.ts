import { once } from "../../platform/once";
import type { CellTable } from "../../stats/comparison/cell-table";
import { type Finding, NOMINAL } from "../../stats/comparison/finding";
import { RouteMixShift } from "../../stats/comparison/joint/mix-shift";
import { timeEffectOf, UNKNOWN_TIME } from "../../stats/comparison/joint/time-effect";
import { decideVerdict } from "../../stats/comparison/judge";
import { MixAccumulator } from "../../stats/comparison/mix";
import { scaleOf } from "../../stats/sketch/scale";
import { byMetric, METRICS, type Metric } from "../../vitals/metrics";
import { type LoadedUnit, loadStrata, routeTables } from "./cells.server";
import type { PlannedComparison } from "./comparing";
import type { Change, Changes } from "./comparison-result";
import {
  estimateOf,
  type RouteFindings,
  type RouteMix,
  type TableReading,
  TableScratch,
  tableMethod,
  withGrownPart,
} from "./findings";
import { layoutOf, weightsOf } from "./layout";
import type { ComparisonPlan } from "./plan";
import type { ComparisonReaders } from "./readers.server";
import { decideFamily, type RouteFinding } from "./route-family";
import { circumstancesOf } from "./site-comparison.server";
import type { SiteModel } from "./site-model";

/** The site's table of each metric, laid out as `routePlan` says. */
export type MetricTables = Record<Metric, CellTable>;

/** The hours of single routes: those in which both releases were live, where they are most of all. */
export const routePlan = (plan: ComparisonPlan): ComparisonPlan =>
  plan.kind === "model" && plan.concurrent.length > 0
    ? { kind: "concurrent", current: plan.concurrent, baseline: plan.concurrent }
    : plan;

/** After so many routes whatever else there is to do has its turn. */
const ROUTES_A_TURN = 100;

/** All routes, compared; what was found of the same summaries before is not looked for again. */
export async function compareRoutes(
  readers: ComparisonReaders,
  comparing: PlannedComparison,
  tables: () => Promise<MetricTables>,
  model: SiteModel | null,
  siteParts: () => Promise<readonly object[]>,
): Promise<RouteFindings> {
  const { plan, builds, filter } = comparing;
  const layout = layoutOf(routePlan(plan), builds, "coarse");
  const loaded = once(() => loadStrata(readers, layout, "routes", { ...filter, route: null }));
  const { devices, navigation } = filter;
  const depends = [plan, builds, devices, navigation, circumstancesOf(comparing)];
  // A model is reused for a time, so it may be of older summaries than the others.
  const ofModel = model === null ? [] : [model];
  return readers.remember(
    JSON.stringify(depends),
    async () => [...ofModel, ...(await siteParts()), ...(await loaded()).flatMap(({ groups }) => groups)],
    async () => findRoutes(readers, comparing, await tables(), model, await loaded()),
  );
}

/** All routes: the verdicts of all metrics are corrected together, as one family. */
async function findRoutes(
  readers: ComparisonReaders,
  comparing: PlannedComparison,
  tables: MetricTables,
  model: SiteModel | null,
  loaded: readonly LoadedUnit[],
): Promise<RouteFindings> {
  const findings: RouteFinding[] = [];
  const mixes = new Map<Metric, RouteMix>();
  for (const metric of METRICS) {
    mixes.set(metric, await findMetric(readers, comparing, tables, model, loaded, metric, findings));
  }
  const changes = decideFamily(findings);
  const empty = emptyChange(comparing);
  return {
    changes: new Map(
      [...changes].map(([route, some]) => [route, byMetric((metric) => some[metric] ?? empty(metric))]),
    ),
    mixes,
  };
}

/** The findings of one metric, added to `findings`; gives what the mix of routes makes of the site. */
async function findMetric(
  readers: ComparisonReaders,
  comparing: PlannedComparison,
  tables: MetricTables,
  model: SiteModel | null,
  loaded: readonly LoadedUnit[],
  metric: Metric,
  findings: RouteFinding[],
): Promise<RouteMix> {
  const { builds } = comparing;
  const plan = routePlan(comparing.plan);
  const joint = model?.get(metric)?.joint ?? null;
  const reading: TableReading = {
    plan,
    weights: weightsOf(
      tables[metric],
      plan,
      layoutOf(plan, builds, "fine"),
      layoutOf(plan, builds, "coarse"),
    ),
    time: joint === null ? UNKNOWN_TIME : timeEffectOf(joint.fit, plan.baseline[0] ?? 0),
  };
  const circumstances = circumstancesOf(comparing);
  const shift = joint === null ? null : new RouteMixShift(joint.threshold, joint.expected);
  const site = new MixAccumulator(scaleOf(metric));
  const scratch = new TableScratch(metric);
  let n = 0;
  for (const { route, table } of routeTables(loaded, metric, readers.decode)) {
    shift?.add(table);
    const found = estimateOf(table, metric, reading, scratch);
    if (found !== null) {
      const { estimate, mix, pools } = found;
      if (pools !== null) site.add(pools.current, pools.baseline);
      findings.push({
        route,
        finding: {
          metric,
          estimate,
          mix: withGrownPart(table, mix),
          kind: tableMethod(plan),
          timeTo: null,
          ...circumstances,
        },
      });
    }
    n += 1;
    if (n % ROUTES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return shift === null ? { kind: "effect", mix: site } : { kind: "shift", shift: shift.shift() };
}

/** The estimate of a metric without samples. */
const EMPTY_ESTIMATE: Finding["estimate"] = {
  changeScale: "linear",
  n: { current: 0, baseline: 0 },
  p75: { current: 0, baseline: 0 },
  difference: 0,
  variance: 0,
  shrinking: 0,
  degrees: 0,
  good: { current: { share: 0, samples: 0 }, baseline: { share: 0, samples: 0 } },
  identical: false,
};

/** The change of a metric without samples: no verdict, no interval. */
export const emptyFinding = (metric: Metric, plan: ComparisonPlan): Finding => ({
  metric,
  estimate: EMPTY_ESTIMATE,
  mix: null,
  kind: tableMethod(plan),
  isTooShort: false,
  isOngoing: false,
  timeTo: null,
  libraryChanged: false,
  missingHours: null,
});

/** A route without samples of a metric has a change, too: one without a verdict, the same for all such routes. */
function emptyChange(comparing: PlannedComparison): (metric: Metric) => Change {
  const level = { p: NOMINAL, early: false, many: false } as const;
  const changes = byMetric((metric) => decideVerdict(emptyFinding(metric, routePlan(comparing.plan)), level));
  return (metric) => changes[metric];
}

/** The changes of a route without samples. */
export const emptyChanges = (comparing: PlannedComparison): Changes => byMetric(emptyChange(comparing));
