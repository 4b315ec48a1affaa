import type { CellTable } from "../../stats/comparison/cell-table";
import { discoveryThreshold, nextDiscovery } from "../../stats/comparison/false-discovery";
import { type Finding, isJudged, judge, NOMINAL, pValueOf, STRICT } from "../../stats/comparison/judge";
import { type ComparisonPlan, goesOn, isTooShort, planComparison } from "./plan";
import { Scratch } from "../../stats/comparison/pools";
import type { SummaryFilter } from "../../storage/summary-units.server";
import { FALSE_DISCOVERY_RATE } from "../../vitals/comparison";
import { METRICS, type Metric } from "../../vitals/metrics";
import { HOUR } from "../../vitals/time";
import { baselineSketches, baselineTrend } from "./baseline-figures";
import type { CockpitQuery } from "../cockpit-query";
import { type LoadedUnit, loadCells, routeTables, tableOfAll } from "./cells.server";
import {
  deviceMix,
  estimateOf,
  poolsOf,
  type RouteFindings,
  siteMix,
  TableMix,
  type TablePools,
  type TableReading,
} from "./findings";
import { type Builds, type Layout, layoutOf, weightsOf } from "./layout";
import type { ComparisonReaders } from "./readers.server";
import type { Changes, ComparisonResult, NoComparison } from "./comparison-result";
import { windowsOf } from "./windows";
import { isMeasuredOtherwise, type ReleasePair, releasePair } from "./release-pair";
import type { ReleaseHistory } from "../releases/releases-result";
import { filterOf } from "../view/view.server";
import type { TrendPoint } from "../view/view-result";
import { planWindow, type Reach, resolveWindow } from "../window";

/** What a comparison is made from besides the summaries. */
export type ComparisonContext = {
  releases: ReleaseHistory;
  reach: Reach;
  now: number;
  /** Who looks once, at a time that was decided before (a gate), needs no stricter bound for a young release. */
  looks?: "once" | "often";
};

/** A comparison that can be made: the releases, the hours, and what of the summaries is asked for. */
export type Comparing = {
  plan: ComparisonPlan;
  pair: ReleasePair;
  builds: Builds;
  /** `route` is the one that the query names. */
  filter: Omit<SummaryFilter, "buildVersion">;
  now: number;
};

/** Decides which releases are compared over which hours, or why none are. */
export function planQuery(
  query: CockpitQuery,
  { releases, reach, now, looks = "often" }: ComparisonContext,
): Comparing | NoComparison {
  const { window } = planWindow(resolveWindow(query, now), reach, now);
  const found = releasePair(query, releases, window, now);
  if (!found.made) return found;
  const pair = { ...found, early: found.early && looks === "often" };
  const builds = { current: pair.current.buildVersion, baseline: pair.baseline.buildVersion };
  const view = { from: Math.floor(window.from / HOUR), to: Math.ceil(window.to / HOUR) };
  const plan = planComparison({ hours: releases.hours, ...builds, view, since: pair.since });
  if (plan === null) {
    const seen = releases.hours.some(({ buildVersion }) => buildVersion === builds.baseline);
    return { made: false, ...builds, reason: seen ? "release-not-in-view" : "baseline-gone" };
  }
  const { route, devices, navigation } = filterOf(query);
  return { plan, pair, builds, filter: { route, devices, navigation }, now };
}

/**
 * Compares two releases: the view as a whole, and all routes of it, whichever of them is looked at.
 * @param trend the view's, which the baseline's is laid on; empty where none is shown
 */
export async function queryComparison(
  readers: ComparisonReaders,
  query: CockpitQuery,
  context: ComparisonContext,
  trend: readonly TrendPoint[] = [],
): Promise<ComparisonResult> {
  const comparing = planQuery(query, context);
  if ("made" in comparing) return comparing;
  const { plan, builds, filter } = comparing;
  const { route } = filter;
  const site = await loadSite(readers, comparing);
  const tables = tablesOf(readers, site);
  const { changes, mixes } = await compareRoutes(readers, comparing, tables, site);
  // A route by itself is read by the hour, so that its trend can be laid on the same clock.
  const own =
    route === null ? site : await loadCells(readers, layoutOf(plan, builds, "fine"), "routes", filter);
  const ofRoute = route === null ? null : (changes.get(route) ?? complete(comparing, {}));
  return {
    ...describe(comparing),
    previous: baselineSketches(own, readers.decode),
    changes: ofRoute ?? compareSite(comparing, tables, mixes),
    routes: changes,
    trend: baselineTrend(plan, own, query, trend, readers.decode),
  };
}

/** Compares two releases as a whole, matching devices and not routes: a tenth of the work. */
export async function querySiteComparison(
  readers: ComparisonReaders,
  query: CockpitQuery,
  context: ComparisonContext,
): Promise<ComparisonResult> {
  const comparing = planQuery({ ...query, route: null }, context);
  if ("made" in comparing) return comparing;
  const site = await loadSite(readers, comparing);
  return {
    ...describe(comparing),
    previous: baselineSketches(site, readers.decode),
    changes: compareSite(comparing, tablesOf(readers, site), new Map()),
    ...{ routes: new Map(), trend: null },
  };
}

const loadSite = (readers: ComparisonReaders, { plan, builds, filter }: Comparing): Promise<LoadedUnit[]> =>
  loadCells(readers, layoutOf(plan, builds, "fine"), "totals", { ...filter, route: null });

const tablesOf = ({ decode }: ComparisonReaders, loaded: readonly LoadedUnit[]): Tables =>
  byMetric((metric) => tableOfAll(loaded, metric, decode));

const describe = ({ plan, pair, builds }: Comparing) => ({
  made: true as const,
  ...builds,
  ...{ appearedAt: pair.appearedAt, live: pair.live, early: pair.early },
  windows: windowsOf(plan),
});

type Mixes = ReadonlyMap<Metric, TableMix>;

/** The tables of the site as a whole. */
type Tables = Record<Metric, CellTable>;

/** The verdicts on the site as a whole, which are the declared ones: each is looked for by itself. */
function compareSite(comparing: Comparing, tables: Tables, mixes: Mixes): Changes {
  const { plan, pair, builds } = comparing;
  const layout = layoutOf(plan, builds, "fine");
  const bound = { p: pair.early ? STRICT : NOMINAL, early: pair.early, many: false as const };
  return byMetric((metric) => {
    const weights = weightsOf(tables[metric], plan, layout, layout);
    const finding = findingOf(comparing, tables[metric], metric, { plan, layout, weights });
    const both = mixes.get(metric)?.effect(finding.estimate.measure);
    if (both !== undefined && finding.mix !== null) finding.mix = siteMix(finding.mix, both);
    return judge(finding, bound);
  });
}

/**
 * What a table says of one metric, with its devices matched.
 * @param room to work in, for who reads many tables of a metric
 */
export function findingOf(
  { plan, pair, now }: Comparing,
  table: CellTable,
  metric: Metric,
  reading: TableReading,
  { scratch, mix } = { scratch: new Scratch(), mix: new TableMix(metric) },
  onPools: (pools: TablePools) => void = () => {},
): Finding {
  scratch.reset();
  const pools = poolsOf(table, reading, scratch);
  const estimate = estimateOf(table, metric, reading, pools, scratch);
  onPools(pools);
  mix.clear();
  mix.add(pools);
  return {
    ...{ metric, estimate },
    mix: deviceMix(pools, mix.effect(estimate.measure)),
    kind: plan.kind,
    tooShort: isTooShort(plan.current, pair.appearedAt, now),
    grows: goesOn(plan.current, now),
    libraryChanged: isMeasuredOtherwise(pair.current, pair.baseline),
  };
}

/** After so many routes whatever else there is to do has its turn. */
const ROUTES_A_TURN = 100;

/** All routes, compared; what was found of the same summaries before is not looked for again. */
async function compareRoutes(
  readers: ComparisonReaders,
  comparing: Comparing,
  tables: Tables,
  site: readonly LoadedUnit[],
): Promise<RouteFindings> {
  const { plan, pair, builds, filter, now } = comparing;
  const layout = layoutOf(plan, builds, "coarse");
  const loaded = await loadCells(readers, layout, "routes", { ...filter, route: null });
  const { devices, navigation } = filter;
  const depends = [
    ...[
      plan,
      builds,
      devices,
      navigation,
      isTooShort(plan.current, pair.appearedAt, now),
      goesOn(plan.current, now),
    ],
    isMeasuredOtherwise(pair.current, pair.baseline),
  ];
  const parts = [...site, ...loaded].flatMap(({ groups }) => groups);
  return readers.remember(JSON.stringify(depends), parts, () =>
    findRoutes(readers, comparing, tables, layout, loaded),
  );
}

/** All routes: their verdicts are corrected together, a family for each metric. */
async function findRoutes(
  readers: ComparisonReaders,
  comparing: Comparing,
  tables: Tables,
  layout: Layout,
  loaded: readonly LoadedUnit[],
): Promise<RouteFindings> {
  const { plan, builds } = comparing;
  const fine = layoutOf(plan, builds, "fine");
  const changes = new Map<string, Partial<Changes>>();
  const mixes = new Map<Metric, TableMix>();
  const scratch = new Scratch();
  for (const metric of METRICS) {
    const reading = { plan, layout, weights: weightsOf(tables[metric], plan, fine, layout) };
    const site = new TableMix(metric);
    mixes.set(metric, site);
    const room = { scratch, mix: new TableMix(metric) };
    const findings: Array<{ route: string; finding: Finding }> = [];
    for (const { route, table } of routeTables(loaded, metric, readers.decode)) {
      const finding = findingOf(comparing, table, metric, reading, room, (pools) => site.add(pools));
      findings.push({ route, finding });
      if (findings.length % ROUTES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const judged = findings.filter(({ finding }) => isJudged(finding));
    const pValues = judged.map(({ finding }) => pValueOf(finding));
    const bound = {
      p: discoveryThreshold(pValues, FALSE_DISCOVERY_RATE),
      next: nextDiscovery(pValues, FALSE_DISCOVERY_RATE),
      ...{ early: false, many: true as const },
    };
    for (const { route, finding } of findings) {
      const all = changes.get(route) ?? {};
      all[metric] = judge(finding, bound);
      changes.set(route, all);
    }
  }
  return { changes: new Map([...changes].map(([route, some]) => [route, complete(comparing, some)])), mixes };
}

/** A metric of which there are no samples. */
const NOTHING: Finding["estimate"] = {
  measure: "linear",
  ...{ n: { current: 0, baseline: 0 }, p75: { current: 0, baseline: 0 } },
  ...{ difference: 0, variance: 0, shrinking: 0, degrees: 0 },
  good: { current: { share: 0, samples: 0 }, baseline: { share: 0, samples: 0 } },
  identical: false,
};

/** A route without samples of a metric has a change, too: one of which nothing is known. */
const complete = ({ plan }: Comparing, some: Partial<Changes>): Changes =>
  byMetric((metric) => {
    const nothing = {
      metric,
      estimate: NOTHING,
      mix: null,
      kind: plan.kind,
      tooShort: false,
      grows: false,
      libraryChanged: false,
    };
    return some[metric] ?? judge(nothing, { p: NOMINAL, early: false, many: false });
  });

export const byMetric = <T>(make: (metric: Metric) => T): Record<Metric, T> =>
  Object.fromEntries(METRICS.map((metric) => [metric, make(metric)])) as Record<Metric, T>;
