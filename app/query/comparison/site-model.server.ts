import { FEWEST_HOURS, type JointInput, jointEstimate } from "../../stats/comparison/joint/joint-estimate";
import type { GridPoint } from "../../stats/comparison/joint/noise-grid";
import { timeToVariance } from "../../stats/comparison/joint/settle";
import { siteNoise } from "../../stats/comparison/joint/site-noise";
import { Scratch } from "../../stats/comparison/pools";
import { METRICS, type Metric } from "../../vitals/metrics";
import { STRATA } from "../../vitals/strata";
import { DAY, HOUR } from "../../vitals/time";
import { grownPart, lifetimeEstimate } from "./findings";
import { groupsOf, type History, tableOfBuilds, tableOfEverybody } from "./history.server";
import { type ComparisonPlan, HISTORY_HOURS, type Hours } from "./plan";
import type { ComparisonReaders } from "./readers.server";
import type { MetricModel, SiteModel } from "./site-model";

export type ModelPlan = Extract<ComparisonPlan, { kind: "model" }>;

/** @param input with the hours of all builds */
export function metricModel(input: JointInput): MetricModel {
  const { table, metric } = input;
  const grown = grownPart(table);
  // Arrays of its own: what it gives is remembered.
  const joint = jointEstimate(input, new Scratch());
  if (joint !== null) return { grown, joint, timeTo: timeToVariance(joint.fit), lifetime: null };
  const hours = table.units.slice(0, table.length);
  const units = 1 + Math.max(0, ...hours);
  const missing = FEWEST_HOURS - new Set(hours).size;
  const { estimate, mix } = lifetimeEstimate(table, metric, units);
  return { grown, joint, lifetime: { estimate, mix, missingHours: missing > 0 ? missing : null } };
}

/** Noise is fitted to whole weeks, so that all comparisons of a week share it, in every process. */
const WEEK_HOURS = (7 * DAY) / HOUR;

/** The hours whose noise a plan rests on: four weeks, up to the last whole one before its end. */
export function noiseHours({ current }: ModelPlan): { from: number; to: number } {
  const end = (current.at(-1) as number) + 1;
  const to = end - (end % WEEK_HOURS);
  return { from: to - HISTORY_HOURS, to };
}

/**
 * The site-wide models of a plan; remembered as long as nothing of the hours was written again.
 * @param filter says which summaries were read
 */
export async function siteModel(
  readers: ComparisonReaders,
  plan: ModelPlan,
  readHistory: () => Promise<History>,
  filter: object,
): Promise<SiteModel> {
  const hours = new Set(plan.history.flatMap(({ hours: own }) => own));
  const { history: builds, switchHour, baseline } = plan;
  const key = JSON.stringify([builds, switchHour, baseline[0], filter]);
  const readParts = async () => groupsOf(await readHistory(), hours);
  return readers.rememberModel(key, readParts, async () => {
    const history = await readHistory();
    const firstHour = Math.min(...hours);
    const model = new Map<Metric, MetricModel>();
    for (const metric of METRICS) {
      const points = await noiseOf(readers, plan, history, filter, metric);
      const table = tableOfBuilds(history, builds, metric, readers.decode, (hour) => hour - firstHour);
      const baselineFrom = (baseline[0] as number) - firstHour;
      const input = { table, metric, cells: STRATA, switchHour, firstHour, baselineFrom, points };
      model.set(metric, metricModel(input));
      // One metric after the other, and whatever else there is to do between them.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return model;
  });
}

function noiseOf(
  readers: ComparisonReaders,
  plan: ModelPlan,
  history: History,
  filter: object,
  metric: Metric,
): Promise<readonly GridPoint[]> {
  const { from, to } = noiseHours(plan);
  const hours: Hours = [...history.keys()].filter((hour) => hour >= from && hour < to).sort((a, b) => a - b);
  const key = JSON.stringify([metric, from, filter]);
  const readParts = async () => groupsOf(history, hours);
  return readers.rememberNoise(key, readParts, async () =>
    siteNoise(tableOfEverybody(history, hours, metric, readers.decode), STRATA, hours[0] ?? 0),
  );
}
