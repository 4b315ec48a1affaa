import { NOMINAL } from "../../stats/comparison/finding";
import { UNKNOWN_TIME } from "../../stats/comparison/joint/time-effect";
import { decideVerdict } from "../../stats/comparison/judge";
import {
  type AttributedSample,
  selectAttributedSamples,
  selectReceivedAtPosition,
} from "../../storage/attribution.server";
import type { Statements } from "../../storage/statements.server";
import { DEVICES } from "../../vitals/devices";
import { byMetric } from "../../vitals/metrics";
import { HOUR, type TimeWindow } from "../../vitals/time";
import type { CockpitQuery } from "../cockpit-query";
import { type LoadedUnit, loadStrata, tableOfAll } from "./cells.server";
import { type ComparisonContext, type PlannedComparison, planComparison } from "./comparing";
import type { ChangeBreakdown } from "./comparison-result";
import { elementChanges } from "./element-changes";
import { layoutOf, weightsOf } from "./layout";
import type { Hours } from "./plan";
import type { ComparisonReaders } from "./readers.server";
import { emptyFinding, routePlan } from "./route-comparison.server";
import { circumstancesOf, tableFinding } from "./site-comparison.server";

/** Measurements of one side and metric that are read: the newest ones, and among how many they are looked for. */
const LIMITS = { sample: 2_000, search: 50_000 } as const;

const BROKEN_DOWN = ["LCP", "INP"] as const;

/**
 * What moved within the route that a query names.
 * @throws Error where nothing can be compared
 */
export async function queryChangeBreakdown(
  readers: ComparisonReaders,
  read: Statements,
  query: CockpitQuery & { route: string },
  context: ComparisonContext & { retention: { raw: number } },
): Promise<ChangeBreakdown> {
  const comparing = planComparison(query, context);
  if ("status" in comparing) throw new Error(`Nothing can be compared: ${comparing.reason}.`);
  const layout = layoutOf(routePlan(comparing.plan), comparing.builds, "fine");
  const loaded = await loadStrata(readers, layout, "routes", comparing.filter);
  const since = context.now - context.retention.raw;
  const elements: Partial<ChangeBreakdown["elements"]> = {};
  for (const metric of BROKEN_DOWN) {
    const { current, baseline } = comparing.builds;
    const causes = (buildVersion: string, hours: Hours): Promise<AttributedSample[]> =>
      readCauses(read, comparing, { route: query.route, metric }, buildVersion, hull(hours, since));
    const now = await causes(current, comparing.plan.current);
    const before = await causes(baseline, comparing.plan.baseline);
    elements[metric] = {
      n: { current: now.length, baseline: before.length },
      moves: elementChanges(now, before),
    };
  }
  return {
    devices: devicesOf(comparing, loaded, readers),
    elements: elements as ChangeBreakdown["elements"],
  };
}

/** From the first of some hours to the last, as far as single measurements are kept. */
const hull = (hours: Hours, since: number): TimeWindow => ({
  from: Math.max((hours[0] ?? 0) * HOUR, since),
  to: ((hours.at(-1) ?? 0) + 1) * HOUR,
});

async function readCauses(
  read: Statements,
  { filter }: PlannedComparison,
  of: { route: string; metric: "LCP" | "INP" },
  buildVersion: string,
  within: TimeWindow,
): Promise<AttributedSample[]> {
  if (within.from >= within.to) return [];
  const floor = await selectReceivedAtPosition(read, of, within, LIMITS.search - 1);
  const searched = { ...within, from: Math.max(within.from, floor ?? within.from) };
  return selectAttributedSamples(read, of, searched, { ...filter, buildVersion }, LIMITS.sample);
}

/** The route on each device that has samples on both sides. */
function devicesOf(
  comparing: PlannedComparison,
  loaded: readonly LoadedUnit[],
  { decode }: ComparisonReaders,
): ChangeBreakdown["devices"] {
  const plan = routePlan(comparing.plan);
  const layout = layoutOf(plan, comparing.builds, "fine");
  const circumstances = circumstancesOf(comparing);
  return DEVICES.flatMap((device) => {
    const changes = byMetric((metric) => {
      const table = tableOfAll(loaded, metric, decode, device);
      const weights = weightsOf(table, plan, layout, layout);
      const reading = { plan, weights, time: UNKNOWN_TIME };
      const finding = tableFinding(metric, table, reading, null, circumstances) ?? emptyFinding(metric, plan);
      return decideVerdict(finding, { p: NOMINAL, early: false, many: false });
    });
    const seen = Object.values(changes).some(({ n }) => n.current > 0 || n.baseline > 0);
    return seen ? [{ device, changes }] : [];
  });
}
