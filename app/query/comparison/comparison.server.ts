import { decideVerdict, NOMINAL, STRICT } from "../../stats/comparison/judge";
import { byMetric, type Metric } from "../../vitals/metrics";
import type { CockpitQuery } from "../cockpit-query";
import type { TrendPoint } from "../view/view-result";
import { baselineSketches, baselineTrend } from "./baseline-figures";
import { type LoadedUnit, loadStrata, tableOfAll } from "./cells.server";
import { type ComparisonContext, type PlannedComparison, planComparison } from "./comparing";
import type { Changes, ComparisonResult } from "./comparison-result";
import { findingOf, siteMix, type TableMix } from "./findings";
import { layoutOf, weightsOf } from "./layout";
import type { ComparisonReaders } from "./readers.server";
import { compareRoutes, type MetricTables, withAllMetrics } from "./route-comparison.server";
import { windowsOf } from "./windows";

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
  const comparing = planComparison(query, context);
  if ("status" in comparing) return comparing;
  const { plan, builds, filter } = comparing;
  const { route } = filter;
  const site = await loadSite(readers, comparing);
  const tables = tablesOf(readers, site);
  const { changes, mixes } = await compareRoutes(readers, comparing, tables, site);
  // A route by itself is read by the hour, so that its trend can be laid on the same clock.
  const own =
    route === null ? site : await loadStrata(readers, layoutOf(plan, builds, "fine"), "routes", filter);
  const ofRoute = route === null ? null : (changes.get(route) ?? withAllMetrics(comparing, {}));
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
  const comparing = planComparison({ ...query, route: null }, context);
  if ("status" in comparing) return comparing;
  const site = await loadSite(readers, comparing);
  return {
    ...describe(comparing),
    previous: baselineSketches(site, readers.decode),
    changes: compareSite(comparing, tablesOf(readers, site), new Map()),
    ...{ routes: new Map(), trend: null },
  };
}

const loadSite = (
  readers: ComparisonReaders,
  { plan, builds, filter }: PlannedComparison,
): Promise<LoadedUnit[]> =>
  loadStrata(readers, layoutOf(plan, builds, "fine"), "totals", { ...filter, route: null });

const tablesOf = ({ decode }: ComparisonReaders, loaded: readonly LoadedUnit[]): MetricTables =>
  byMetric((metric) => tableOfAll(loaded, metric, decode));

const describe = ({ plan, pair, builds }: PlannedComparison) => ({
  status: "compared" as const,
  ...builds,
  deployedAt: pair.deployedAt,
  isCurrent: pair.isCurrent,
  isEarly: pair.isEarly,
  windows: windowsOf(plan),
});

type Mixes = ReadonlyMap<Metric, TableMix>;

/** The verdicts on the site as a whole, which are the declared ones: each is looked for by itself. */
function compareSite(comparing: PlannedComparison, tables: MetricTables, mixes: Mixes): Changes {
  const { plan, pair, builds } = comparing;
  const layout = layoutOf(plan, builds, "fine");
  const bound = { p: pair.isEarly ? STRICT : NOMINAL, early: pair.isEarly, many: false as const };
  return byMetric((metric) => {
    const weights = weightsOf(tables[metric], plan, layout, layout);
    const finding = findingOf(comparing, tables[metric], metric, { plan, layout, weights });
    const both = mixes.get(metric)?.effect(finding.estimate.changeScale);
    if (both !== undefined && finding.mix !== null) finding.mix = siteMix(finding.mix, both);
    return decideVerdict(finding, bound);
  });
}
