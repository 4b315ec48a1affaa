import { CellTable } from "../stats/cell-table";
import type { MixCause } from "../stats/comparison/change";
import { BASELINE, CURRENT, compareConcurrent, pairedWeights } from "../stats/comparison/concurrent";
import {
  compareBeforeAfter,
  compareDayShifted,
  type DayShiftedLayout,
  dayShiftedWeights,
  EARLIER_AFTER,
  EARLIER_BEFORE,
} from "../stats/comparison/earlier-days";
import { type Estimate, type Measure, Scratch } from "../stats/comparison/estimate";
import { discoveryThreshold } from "../stats/comparison/false-discovery";
import { type Finding, isJudged, judge, NOMINAL, pValueOf, STRICT } from "../stats/comparison/judge";
import { compareLifetime } from "../stats/comparison/lifetime";
import { cellShares, MixAccumulator, type MixEffect } from "../stats/comparison/mix";
import {
  baselineHours,
  type ComparisonPlan,
  earlierDaysOf,
  type Hours,
  isTooShort,
  planComparison,
} from "../stats/comparison/plan";
import { scaleOf } from "../stats/scale";
import type { SummaryFilter } from "../storage/summary-units.server";
import { FALSE_DISCOVERY_RATE } from "../vitals/comparison";
import { DEVICES } from "../vitals/devices";
import { METRICS, type Metric } from "../vitals/metrics";
import { HOUR, type TimeWindow } from "../vitals/time";
import { baselineSketches, baselineTrend } from "./baseline-figures.server";
import type { CockpitQuery } from "./cockpit-query";
import {
  CELLS,
  fillTable,
  isByClock,
  type LoadedUnit,
  loadCells,
  routeTables,
  unitCount,
} from "./comparison-cells.server";
import type { Changes, ComparisonResult, ComparisonWindows } from "./comparison-result";
import { isMeasuredOtherwise, type ReleasePair, releasePair } from "./release-pair";
import type { ReleaseHistory } from "./releases-result";
import type { UnitReader } from "./unit-reader.server";
import { filterOf } from "./vitals.server";
import type { TrendPoint } from "./vitals-result";
import { planWindow, type Reach, resolveWindow } from "./window";

/** What a comparison is made from besides the summaries. */
export type ComparisonContext = { releases: ReleaseHistory; reach: Reach; now: number };

/** Compares two releases: the view as a whole, and all routes of it. */
export async function queryComparison(
  read: UnitReader,
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
  const filter = { ...rest, route: null };
  const comparing = { read, plan, pair, builds, filter, now };
  const site = await loadCells(read, plan, builds, "totals", isByClock(plan, "totals"), filter);
  const routes = await compareRoutes(comparing, site);
  // A route by itself is read by the hour, so that its trend can be laid on the same clock.
  const own =
    route === null ? site : await loadCells(read, plan, builds, "routes", true, { ...filter, route });
  return {
    made: true,
    ...builds,
    ...{ appearedAt: pair.appearedAt, live: pair.live, early: pair.early },
    windows: windowsOf(plan),
    previous: baselineSketches(own),
    changes:
      (route === null ? null : routes.changes.get(route)) ?? changesOfView(comparing, own, routes.mixes),
    routes: routes.changes,
    trend: baselineTrend(plan, own, query, trend),
  };
}

type Comparing = {
  read: UnitReader;
  plan: ComparisonPlan;
  pair: ReleasePair;
  builds: { current: string; baseline: string };
  filter: Omit<SummaryFilter, "buildVersion">;
  now: number;
};

type Mixes = ReadonlyMap<Metric, SiteMix>;

/** The verdicts on the view as a whole, which are the declared ones: each is looked for by itself. */
function changesOfView(comparing: Comparing, loaded: readonly LoadedUnit[], mixes: Mixes): Changes {
  const { plan, pair } = comparing;
  const scratch = new Scratch();
  const bound = { p: pair.early ? STRICT : NOMINAL, early: pair.early, many: false };
  return byMetric((metric) => {
    const table = fillTable(new CellTable(scaleOf(metric)), loaded, metric);
    const estimate = estimateOf(table, metric, plan, isByClock(plan, "totals"), scratch);
    const devices = deviceMix(table, plan, isByClock(plan, "totals"), estimate.measure);
    const mix = siteMix(devices, mixes.get(metric)?.effect(estimate.measure) ?? null);
    return judge(findingOf(comparing, metric, estimate, mix), bound);
  });
}

const findingOf = (
  { plan, pair, now }: Comparing,
  metric: Metric,
  estimate: Estimate,
  mix: Finding["mix"],
): Finding => ({
  ...{ metric, estimate, mix },
  kind: plan.kind,
  tooShort: isTooShort(plan.current, pair.appearedAt, now),
  libraryChanged: isMeasuredOtherwise(pair.current, pair.baseline),
});

/** All routes: their verdicts are corrected together, a family for each metric. */
async function compareRoutes(
  comparing: Comparing,
  site: readonly LoadedUnit[],
): Promise<{ changes: Map<string, Changes>; mixes: Mixes }> {
  const { read, plan, builds, filter } = comparing;
  const byClock = isByClock(plan, "routes");
  const loaded = await loadCells(read, plan, builds, "routes", byClock, filter);
  const changes = new Map<string, Partial<Changes>>();
  const mixes = new Map<Metric, SiteMix>();
  const scratch = new Scratch();
  for (const metric of METRICS) {
    const scale = scaleOf(metric);
    const siteTable = fillTable(new CellTable(scale), site, metric);
    const weights = weightsOf(siteTable, plan, isByClock(plan, "totals"), byClock);
    const mix = new SiteMix(metric, plan, weights);
    const findings: Array<{ route: string; finding: Finding }> = [];
    for (const { route, table } of routeTables(loaded, metric)) {
      mix.add(table);
      const estimate = estimateOf(table, metric, plan, byClock, scratch);
      const own = deviceMix(table, plan, byClock, estimate.measure);
      findings.push({ route, finding: findingOf(comparing, metric, estimate, own) });
      // What else asks wants to have its turn: thousands of routes take a while.
      if (findings.length % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    mixes.set(metric, mix);
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

/** A route without samples of a metric has a change, too: one of which nothing is known. */
function complete(comparing: Comparing, some: Partial<Changes>): Changes {
  return byMetric((metric) => {
    const known = some[metric];
    if (known !== undefined) return known;
    const estimate = compareLifetime(new CellTable(scaleOf(metric)), metric, 1, new Scratch());
    return judge(findingOf(comparing, metric, estimate, null), { p: NOMINAL, early: false, many: true });
  });
}

const byMetric = <T>(make: (metric: Metric) => T): Record<Metric, T> =>
  Object.fromEntries(METRICS.map((metric) => [metric, make(metric)])) as Record<Metric, T>;

/** The change of one table, by the way that its windows ask for. */
export function estimateOf(
  table: CellTable,
  metric: Metric,
  plan: ComparisonPlan,
  byClock: boolean,
  scratch: Scratch,
): Estimate {
  scratch.reset();
  switch (plan.kind) {
    case "concurrent":
      return compareConcurrent(table, metric, plan.current.length, scratch);
    case "day-shifted":
      return compareDayShifted(table, metric, layoutOf(plan, byClock), scratch);
    case "before-after":
      return compareBeforeAfter(table, metric, plan.shifts.length, scratch);
    case "lifetime":
      return compareLifetime(table, metric, 1, scratch);
  }
}

const HOURS_OF_DAY = 24;

const layoutOf = (
  { current, days }: Extract<ComparisonPlan, { kind: "day-shifted" }>,
  byClock: boolean,
): DayShiftedLayout => ({
  days: days.length,
  byClock,
  currentDays: Math.max(1, Math.floor(current.length / HOURS_OF_DAY)),
});

type Weights = { current: Float64Array; baseline: Float64Array };

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

/**
 * Weights of a sample in each unit.
 * @param byClock how the table that they are made from is laid out
 * @param wanted how the table that they are for is
 */
function weightsOf(table: CellTable, plan: ComparisonPlan, byClock: boolean, wanted: boolean): Weights {
  if (plan.kind === "concurrent") return pairedWeights(table, plan.current.length);
  if (plan.kind !== "day-shifted") return { current: ones(1), baseline: ones(1) };
  const weights = dayShiftedWeights(table, layoutOf(plan, byClock));
  return wanted === byClock ? weights : { current: weights.current, baseline: ones(unitCount(plan)) };
}

/** What the mix of cells makes of a p75; between two times of day, less what it usually makes of it. */
class SiteMix {
  readonly #now: MixAccumulator;
  readonly #usual: MixAccumulator | null;
  readonly #weights: Weights;
  readonly #days: Float64Array;

  constructor(metric: Metric, plan: ComparisonPlan, weights: Weights) {
    const scale = scaleOf(metric);
    this.#now = new MixAccumulator(scale);
    this.#usual = plan.kind === "before-after" ? new MixAccumulator(scale) : null;
    this.#weights = weights;
    this.#days = ones(unitCount(plan));
  }

  add(table: CellTable): void {
    this.#now.add(table, { current: CURRENT, baseline: BASELINE }, this.#weights, CELLS);
    this.#usual?.add(
      table,
      { current: EARLIER_AFTER, baseline: EARLIER_BEFORE },
      { current: this.#days, baseline: this.#days },
      CELLS,
    );
  }

  effect(measure: Measure): MixEffect {
    const now = this.#now.effect(measure);
    const usual = this.#usual?.effect(measure) ?? null;
    return usual === null ? now : { ...now, effect: now.effect - usual.effect };
  }
}

type Mix = NonNullable<Finding["mix"]>;

/** The mix of devices in one table, and the device whose share moved most. */
function deviceMix(table: CellTable, plan: ComparisonPlan, byClock: boolean, measure: Measure): Mix {
  const weights = weightsOf(table, plan, byClock, byClock);
  const mix = new SiteMix(table.scale.unit === "score" ? "CLS" : "LCP", plan, weights);
  mix.add(table);
  const { effect, leftOut } = mix.effect(measure);
  const current = cellShares(table, CURRENT, weights.current, CELLS);
  const baseline = cellShares(table, BASELINE, weights.baseline, CELLS);
  const moved = DEVICES.map((device, i) => ({
    kind: "device" as const,
    device,
    current: current[i] ?? 0,
    baseline: baseline[i] ?? 0,
  })).sort((a, b) => b.current - b.baseline - (a.current - a.baseline));
  return { effect, leftOut, cause: effect === 0 ? null : (moved[0] ?? null) };
}

/** With so much left out, what is matched says nothing of the whole: then devices alone are. */
const MOST_LEFT_OUT = 0.5;

/** The mix of devices and routes together, and what of it moved most. */
function siteMix(devices: Mix, both: MixEffect | null): Mix {
  if (both === null || both.leftOut > MOST_LEFT_OUT) return devices;
  const byDevices = Math.abs(devices.effect) >= Math.abs(both.effect) / 2;
  const routes: MixCause = { kind: "routes" };
  return { ...both, cause: both.effect === 0 ? null : byDevices ? devices.cause : routes };
}

/** The windows of a plan, in ms. */
function windowsOf(plan: ComparisonPlan): ComparisonWindows {
  return {
    kind: plan.kind,
    current: timesOf(plan.current),
    baseline: timesOf(baselineHours(plan)),
    hours: plan.current.length,
    earlierDays: earlierDaysOf(plan),
  };
}

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
