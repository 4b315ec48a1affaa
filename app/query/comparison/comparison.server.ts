import { once } from "../../platform/once";
import { BASELINE, CURRENT } from "../../stats/comparison/pools";
import { byMetric, type Metric } from "../../vitals/metrics";
import type { CockpitQuery } from "../cockpit-query";
import type { MetricSketches, ViewResult } from "../view/view-result";
import { type LoadedUnit, loadStrata, tableOfAll } from "./cells.server";
import { trendOfHours, trendOfView } from "./compared-trend";
import { type ComparisonContext, type PlannedComparison, planComparison } from "./comparing";
import type { ComparedTrend, ComparisonResult } from "./comparison-result";
import type { RouteFindings } from "./findings";
import { groupsOf, type History, readHistory, tableOfBuilds } from "./history.server";
import { chartHours, hourlySlices, layoutOf, weightsOf } from "./layout";
import { type ComparisonPlan, HISTORY_HOURS, type Hours } from "./plan";
import type { ComparisonReaders } from "./readers.server";
import { partsOfHistory, partsOfUnits, type ReleasePart, sketchesOfParts } from "./release-parts";
import {
  compareRoutes,
  emptyChanges,
  emptyFinding,
  type MetricTables,
  routePlan,
} from "./route-comparison.server";
import {
  circumstancesOf,
  modelFinding,
  type SiteFindings,
  siteChanges,
  tableFinding,
} from "./site-comparison.server";
import type { SiteModel } from "./site-model";
import { type ModelPlan, noiseHours, siteModel } from "./site-model.server";
import { readTraffic } from "./traffic.server";
import { windowsOf } from "./windows";

/** What was read of the site as a whole, and what the findings of one metric are. */
type Site = {
  model: SiteModel | null;
  /** Laid out as single routes are; made when they are compared again. */
  tables: () => Promise<MetricTables>;
  /** The summaries that all of it was made from. */
  parts: () => Promise<readonly object[]>;
  /** All of the baseline. */
  previous: MetricSketches;
  /** The compared hours of one metric, of both releases. */
  baseline: (metric: Metric) => Promise<ReleasePart[]>;
  current: (metric: Metric) => Promise<ReleasePart[]>;
  findings: (routes: RouteFindings["mixes"]) => SiteFindings;
};

/**
 * Compares two releases: the view as a whole, and all routes of it, whichever of them is looked at.
 * @param view whose chart has both releases; `null` for no trend
 */
export async function queryComparison(
  readers: ComparisonReaders,
  query: CockpitQuery,
  context: ComparisonContext,
  view: ViewResult | null = null,
): Promise<ComparisonResult> {
  const comparing = planComparison(query, context);
  if ("status" in comparing) return comparing;
  const { builds, filter } = comparing;
  const { route } = filter;
  // What is compared of a route: the model, and what it knows of concurrent hours, are of the site.
  const plan = route === null ? comparing.plan : routePlan(comparing.plan);
  const site = await readSite(readers, comparing);
  const { changes, mixes } = await compareRoutes(readers, comparing, site.tables, site.model, site.parts);
  const ofRoute = route === null ? null : (changes.get(route) ?? emptyChanges(comparing));
  const sides = route === null ? site : await readRoute(readers, comparing, plan);
  return {
    ...describe(comparing),
    windows: windowsOf(plan, route === null ? site.model : null),
    previous: sides.previous,
    changes: ofRoute ?? siteChanges(comparing.looks, site.findings(mixes)),
    routes: changes,
    trend: view === null ? null : await readTrend(readers, comparing, plan, query, sides, view),
    traffic: await readTraffic(readers, plan, builds, filter),
  };
}

/** Hours of both releases. */
type SideParts = Pick<Site, "baseline" | "parts" | "previous" | "current">;

/** A route by itself, by the hour; of a whole life the baseline by the day. */
async function readRoute(
  readers: ComparisonReaders,
  { builds, filter }: PlannedComparison,
  plan: ComparisonPlan,
): Promise<SideParts> {
  const loaded = await loadStrata(readers, layoutOf(plan, builds, "fine"), "routes", filter);
  return sidesOfUnits(loaded, readers);
}

const sidesOfUnits = (loaded: readonly LoadedUnit[], { decode }: ComparisonReaders): SideParts => ({
  parts: async () => loaded.flatMap(({ groups }) => groups),
  previous: sketchesOfParts(partsOfUnits(loaded, BASELINE, decode)),
  baseline: async (metric) => partsOfUnits(loaded, BASELINE, decode, [metric]),
  current: async (metric) => partsOfUnits(loaded, CURRENT, decode, [metric]),
});

/** The trend of the query's metric over the compared times of both releases, or over the view's. */
async function readTrend(
  readers: ComparisonReaders,
  { builds, filter }: PlannedComparison,
  plan: ComparisonPlan,
  { metric, span }: CockpitQuery,
  sides: SideParts,
  view: ViewResult,
): Promise<ComparedTrend | null> {
  const hours = chartHours(plan);
  const parts = async () => {
    if (plan.kind !== "lifetime") {
      return { current: await sides.current(metric), baseline: await sides.baseline(metric) };
    }
    const scope = filter.route === null ? "totals" : "routes";
    const loaded = await loadStrata(readers, { slices: hourlySlices(hours, builds) }, scope, filter);
    return {
      current: partsOfUnits(loaded, CURRENT, readers.decode, [metric]),
      baseline: partsOfUnits(loaded, BASELINE, readers.decode, [metric]),
    };
  };
  if (span === "range") return trendOfView(view, (await parts()).baseline, metric);
  const key = JSON.stringify([metric, hours, builds, filter]);
  return readers.rememberTrend(key, sides.parts, async () => trendOfHours(hours, await parts(), metric));
}

/** Compares two releases as a whole, matching devices and not routes: a tenth of the work. */
export async function querySiteComparison(
  readers: ComparisonReaders,
  query: CockpitQuery,
  context: ComparisonContext,
): Promise<ComparisonResult> {
  const comparing = planComparison({ ...query, route: null }, context);
  if ("status" in comparing) return comparing;
  const site = await readSite(readers, comparing);
  return {
    ...describe(comparing),
    windows: windowsOf(comparing.plan, site.model),
    previous: site.previous,
    changes: siteChanges(comparing.looks, site.findings(new Map())),
    routes: new Map(),
    trend: null,
    traffic: null,
  };
}

const describe = ({ pair, builds, looks }: PlannedComparison) => ({
  status: "compared" as const,
  ...builds,
  deployedAt: pair.deployedAt,
  isCurrent: pair.isCurrent,
  isEarly: looks !== null && looks.last === null,
  looks,
});

const readSite = (readers: ComparisonReaders, comparing: PlannedComparison): Promise<Site> =>
  comparing.plan.kind === "model"
    ? readModelSite(readers, comparing, comparing.plan)
    : readTableSite(readers, comparing);

/** The site by the model of all hours, now and at the last declared look. */
async function readModelSite(
  readers: ComparisonReaders,
  comparing: PlannedComparison,
  plan: ModelPlan,
): Promise<Site> {
  const { builds, planAtLook, filter } = comparing;
  const { decode } = readers;
  const { devices, navigation } = filter;
  const end = (plan.current.at(-1) as number) + 1;
  const from = Math.min(noiseHours(plan).from, end - HISTORY_HOURS);
  const history = once(() => readHistory(readers.units, { devices, navigation }, { from, to: end }));
  const modelOf = (of: ModelPlan): Promise<SiteModel> =>
    siteModel(readers, of, history, { devices, navigation });
  const model = await modelOf(plan);
  const atLook =
    planAtLook === plan ? model : planAtLook?.kind === "model" ? await modelOf(planAtLook) : null;
  const circumstances = circumstancesOf(comparing);
  const findings = (by: SiteModel, mixes: RouteFindings["mixes"]) =>
    byMetric((metric) => {
      const own = by.get(metric);
      if (own === undefined) throw new Error(`There is no model of ${metric}.`);
      return modelFinding(metric, own, mixes.get(metric) ?? null, circumstances);
    });
  const previous = await readers.rememberBaseline(
    JSON.stringify([builds.baseline, plan.baseline, devices, navigation]),
    async () => groupsOf(await history(), plan.baseline),
    async () => sketchesOfParts(partsOfHistory(await history(), plan.baseline, builds.baseline, decode)),
  );
  const partsOf = async (build: string, hours: Hours, metric: Metric): Promise<ReleasePart[]> =>
    partsOfHistory(await history(), hours, build, decode, [metric]);
  return {
    model,
    tables: async () => {
      const all = await history();
      return byMetric((metric) => routesTable(all, plan, metric, readers));
    },
    parts: async () => groupsOf(await history(), new Set(plan.history.flatMap(({ hours }) => hours))),
    previous,
    baseline: (metric) => partsOf(builds.baseline, plan.baseline, metric),
    current: (metric) => partsOf(builds.current, plan.current, metric),
    findings: (mixes) => ({
      now: findings(model, mixes),
      atLook: atLook === null ? null : findings(atLook, mixes),
    }),
  };
}

/** The site's table as single routes are compared: by concurrent hours, or without any. */
function routesTable(history: History, plan: ModelPlan, metric: Metric, { decode }: ComparisonReaders) {
  const numbers = new Map(plan.concurrent.map((hour, i) => [hour, i]));
  const builds = [CURRENT, BASELINE].map((side) => ({
    buildVersion: plan.history[side]?.buildVersion ?? "",
    hours: plan.concurrent,
  }));
  return tableOfBuilds(history, builds, metric, decode, (hour) => numbers.get(hour) as number);
}

/** The site over concurrent hours, or over everything there is. */
async function readTableSite(readers: ComparisonReaders, comparing: PlannedComparison): Promise<Site> {
  const { plan, planAtLook, builds, filter } = comparing;
  const { decode } = readers;
  const load = (of: ComparisonPlan) =>
    loadStrata(readers, layoutOf(of, builds, "fine"), "totals", { ...filter, route: null });
  const loaded = await load(plan);
  const tables = byMetric((metric) => tableOfAll(loaded, metric, decode));
  const atLook =
    planAtLook === null || planAtLook.kind === "model"
      ? null
      : { plan: planAtLook, loaded: planAtLook === plan ? loaded : await load(planAtLook) };
  const circumstances = circumstancesOf(comparing);
  const findings = (of: ComparisonPlan, from: MetricTables, mixes: RouteFindings["mixes"]) => {
    const layout = layoutOf(of, builds, "fine");
    return byMetric((metric) => {
      const weights = weightsOf(from[metric], of, layout, layout);
      const reading = { plan: of, weights, time: { change: 0, variance: 0, days: 0 } };
      return (
        tableFinding(metric, from[metric], reading, mixes.get(metric) ?? null, circumstances) ??
        emptyFinding(metric, of)
      );
    });
  };
  return {
    model: null,
    tables: async () => tables,
    ...sidesOfUnits(loaded, readers),
    findings: (mixes) => ({
      now: findings(plan, tables, mixes),
      atLook:
        atLook === null
          ? null
          : findings(
              atLook.plan,
              byMetric((metric) => tableOfAll(atLook.loaded, metric, decode)),
              new Map(),
            ),
    }),
  };
}
