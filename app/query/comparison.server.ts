import type { CellTable } from "../stats/cell-table";
import { discoveryThreshold } from "../stats/comparison/false-discovery";
import { type Finding, isJudged, judge, NOMINAL, pValueOf, STRICT } from "../stats/comparison/judge";
import {
  baselineHours,
  type ComparisonPlan,
  earlierDaysOf,
  type Hours,
  isTooShort,
  planComparison,
} from "../stats/comparison/plan";
import { Scratch } from "../stats/comparison/pools";
import type { SummaryFilter } from "../storage/summary-units.server";
import { FALSE_DISCOVERY_RATE } from "../vitals/comparison";
import { METRICS, type Metric } from "../vitals/metrics";
import { HOUR, type TimeWindow } from "../vitals/time";
import { baselineSketches, baselineTrend } from "./baseline-figures";
import type { CockpitQuery } from "./cockpit-query";
import { type ComparisonReaders, loadCells, routeTables, tableOfAll } from "./comparison-cells.server";
import { deviceMix, estimateOf, type Mix, poolsOf, siteMix, TableMix } from "./comparison-findings";
import { type Builds, layoutOf, weightsOf } from "./comparison-layout";
import type { Changes, ComparisonResult, ComparisonWindows } from "./comparison-result";
import { isMeasuredOtherwise, type ReleasePair, releasePair } from "./release-pair";
import type { ReleaseHistory } from "./releases-result";
import { filterOf } from "./vitals.server";
import type { TrendPoint } from "./vitals-result";
import { planWindow, type Reach, resolveWindow } from "./window";

/** What a comparison is made from besides the summaries. */
export type ComparisonContext = { releases: ReleaseHistory; reach: Reach; now: number };

/**
 * Compares two releases: the view as a whole, and all routes of it, whichever of them is looked at.
 * @param trend the view's, which the baseline's is laid on; empty where none is shown
 */
export async function queryComparison(
  readers: ComparisonReaders,
  query: CockpitQuery,
  { releases, reach, now }: ComparisonContext,
  trend: readonly TrendPoint[] = [],
): Promise<ComparisonResult> {
  const { window } = planWindow(resolveWindow(query, now), reach, now);
  const pair = releasePair(query, releases, window, now);
  if (!pair.made) return pair;
  const builds = { current: pair.current.buildVersion, baseline: pair.baseline.buildVersion };
  const view = { from: Math.floor(window.from / HOUR), to: Math.ceil(window.to / HOUR) };
  const plan = planComparison({ hours: releases.hours, ...builds, view, since: pair.since });
  if (plan === null) {
    const seen = releases.hours.some(({ buildVersion }) => buildVersion === builds.baseline);
    return { made: false, ...builds, reason: seen ? "release-not-in-view" : "baseline-gone" };
  }
  const { route, buildVersion: _, ...rest } = filterOf(query);
  const comparing = { readers, plan, pair, builds, filter: { ...rest, route: null }, now };
  const fine = layoutOf(plan, builds, "fine");
  const site = await loadCells(readers, fine, "totals", comparing.filter);
  const tables = byMetric((metric) => tableOfAll(site, metric, readers.decode));
  const { changes, mixes } = await compareRoutes(comparing, tables);
  // A route by itself is read by the hour, so that its trend can be laid on the same clock.
  const own = route === null ? site : await loadCells(readers, fine, "routes", { ...rest, route });
  const ofRoute = route === null ? null : (changes.get(route) ?? complete(comparing, {}));
  return {
    made: true,
    ...builds,
    ...{ appearedAt: pair.appearedAt, live: pair.live, early: pair.early },
    windows: windowsOf(plan),
    previous: baselineSketches(own),
    changes: ofRoute ?? compareSite(comparing, tables, mixes),
    routes: changes,
    trend: baselineTrend(plan, own, query, trend),
  };
}

type Comparing = {
  readers: ComparisonReaders;
  plan: ComparisonPlan;
  pair: ReleasePair;
  builds: Builds;
  filter: Omit<SummaryFilter, "buildVersion">;
  now: number;
};

type Mixes = ReadonlyMap<Metric, TableMix>;

/** The tables of the site as a whole. */
type Tables = Record<Metric, CellTable>;

/** The verdicts on the site as a whole, which are the declared ones: each is looked for by itself. */
function compareSite(comparing: Comparing, tables: Tables, mixes: Mixes): Changes {
  const { plan, pair, builds } = comparing;
  const layout = layoutOf(plan, builds, "fine");
  const bound = { p: pair.early ? STRICT : NOMINAL, early: pair.early, many: false };
  return byMetric((metric) => {
    const table = tables[metric];
    const scratch = new Scratch();
    const reading = { plan, layout, weights: weightsOf(table, plan, layout, layout) };
    const pools = poolsOf(table, reading, scratch);
    const estimate = estimateOf(table, metric, reading, pools, scratch);
    const devices = new TableMix(metric);
    devices.add(pools);
    const byDevice = deviceMix(pools, devices.effect(estimate.measure));
    const both = mixes.get(metric)?.effect(estimate.measure);
    const mix = both === undefined ? byDevice : siteMix(byDevice, both);
    return judge(findingOf(comparing, metric, estimate, mix), bound);
  });
}

const findingOf = (
  { plan, pair, now }: Comparing,
  metric: Metric,
  estimate: Finding["estimate"],
  mix: Mix | null,
): Finding => ({
  ...{ metric, estimate, mix },
  kind: plan.kind,
  tooShort: isTooShort(plan.current, pair.appearedAt, now),
  libraryChanged: isMeasuredOtherwise(pair.current, pair.baseline),
});

/** After so many routes whatever else there is to do has its turn. */
const ROUTES_A_TURN = 100;

/** All routes: their verdicts are corrected together, a family for each metric. */
async function compareRoutes(
  comparing: Comparing,
  tables: Tables,
): Promise<{ changes: Map<string, Changes>; mixes: Mixes }> {
  const { readers, plan, builds, filter } = comparing;
  const fine = layoutOf(plan, builds, "fine");
  const layout = layoutOf(plan, builds, "coarse");
  const loaded = await loadCells(readers, layout, "routes", filter);
  const changes = new Map<string, Partial<Changes>>();
  const mixes = new Map<Metric, TableMix>();
  const scratch = new Scratch();
  for (const metric of METRICS) {
    const reading = { plan, layout, weights: weightsOf(tables[metric], plan, fine, layout) };
    const ofSite = new TableMix(metric);
    const ofRoute = new TableMix(metric);
    const findings: Array<{ route: string; finding: Finding }> = [];
    for (const { route, table } of routeTables(loaded, metric, readers.decode)) {
      scratch.reset();
      const pools = poolsOf(table, reading, scratch);
      const estimate = estimateOf(table, metric, reading, pools, scratch);
      ofSite.add(pools);
      ofRoute.clear();
      ofRoute.add(pools);
      const mix = deviceMix(pools, ofRoute.effect(estimate.measure));
      findings.push({ route, finding: findingOf(comparing, metric, estimate, mix) });
      if (findings.length % ROUTES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    mixes.set(metric, ofSite);
    const judged = findings.filter(({ finding }) => isJudged(finding));
    const threshold = discoveryThreshold(
      judged.map(({ finding }) => pValueOf(finding)),
      FALSE_DISCOVERY_RATE,
    );
    for (const { route, finding } of findings) {
      const all = changes.get(route) ?? {};
      all[metric] = judge(finding, { p: threshold, early: false, many: true });
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
const complete = (comparing: Comparing, some: Partial<Changes>): Changes =>
  byMetric(
    (metric) =>
      some[metric] ??
      judge(findingOf(comparing, metric, NOTHING, null), { p: NOMINAL, early: false, many: true }),
  );

const byMetric = <T>(make: (metric: Metric) => T): Record<Metric, T> =>
  Object.fromEntries(METRICS.map((metric) => [metric, make(metric)])) as Record<Metric, T>;

/** The windows of a plan, in ms. */
const windowsOf = (plan: ComparisonPlan): ComparisonWindows => ({
  kind: plan.kind,
  current: timesOf(plan.current),
  baseline: timesOf(baselineHours(plan)),
  hours: plan.current.length,
  earlierDays: earlierDaysOf(plan),
});

/** Stretches of neighbouring hours, in ms. */
function timesOf(hours: Hours): TimeWindow[] {
  const windows: TimeWindow[] = [];
  for (const hour of hours) {
    const last = windows.at(-1);
    if (last !== undefined && last.to === hour * HOUR) last.to = (hour + 1) * HOUR;
    else windows.push({ from: hour * HOUR, to: (hour + 1) * HOUR });
  }
  return windows;
}
