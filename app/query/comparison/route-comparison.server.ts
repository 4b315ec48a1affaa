import type { CellTable } from "../../stats/comparison/cell-table";
import { discoveryThreshold, nextDiscovery } from "../../stats/comparison/false-discovery";
import { decideVerdict, type Finding, isJudged, NOMINAL, pValueOf } from "../../stats/comparison/judge";
import { Scratch } from "../../stats/comparison/pools";
import { FALSE_DISCOVERY_RATE } from "../../vitals/comparison";
import { byMetric, METRICS, type Metric } from "../../vitals/metrics";
import { type LoadedUnit, loadStrata, routeTables } from "./cells.server";
import type { PlannedComparison } from "./comparing";
import type { Changes } from "./comparison-result";
import { findingOf, type RouteFindings, TableMix } from "./findings";
import { type Layout, layoutOf, weightsOf } from "./layout";
import { isOngoing, isTooShort } from "./plan";
import type { ComparisonReaders } from "./readers.server";
import { isMeasuredOtherwise } from "./release-pair";

/** The site's table of each metric. */
export type MetricTables = Record<Metric, CellTable>;

/** After so many routes whatever else there is to do has its turn. */
const ROUTES_A_TURN = 100;

/** All routes, compared; what was found of the same summaries before is not looked for again. */
export async function compareRoutes(
  readers: ComparisonReaders,
  comparing: PlannedComparison,
  tables: MetricTables,
  site: readonly LoadedUnit[],
): Promise<RouteFindings> {
  const { plan, pair, builds, filter, now } = comparing;
  const layout = layoutOf(plan, builds, "coarse");
  const loaded = await loadStrata(readers, layout, "routes", { ...filter, route: null });
  const { devices, navigation } = filter;
  const depends = [
    ...[
      plan,
      builds,
      devices,
      navigation,
      isTooShort(plan.current, pair.deployedAt, now),
      isOngoing(plan.current, now),
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
  comparing: PlannedComparison,
  tables: MetricTables,
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
      all[metric] = decideVerdict(finding, bound);
      changes.set(route, all);
    }
  }
  return {
    changes: new Map([...changes].map(([route, some]) => [route, withAllMetrics(comparing, some)])),
    mixes,
  };
}

/** A metric of which there are no samples. */
const EMPTY_ESTIMATE: Finding["estimate"] = {
  changeScale: "linear",
  ...{ n: { current: 0, baseline: 0 }, p75: { current: 0, baseline: 0 } },
  ...{ difference: 0, variance: 0, shrinking: 0, degrees: 0 },
  good: { current: { share: 0, samples: 0 }, baseline: { share: 0, samples: 0 } },
  identical: false,
};

/** A route without samples of a metric has a change, too: one of which nothing is known. */
export const withAllMetrics = ({ plan }: PlannedComparison, some: Partial<Changes>): Changes =>
  byMetric((metric) => {
    const nothing = {
      metric,
      estimate: EMPTY_ESTIMATE,
      mix: null,
      kind: plan.kind,
      tooShort: false,
      grows: false,
      libraryChanged: false,
    };
    return some[metric] ?? decideVerdict(nothing, { p: NOMINAL, early: false, many: false });
  });
