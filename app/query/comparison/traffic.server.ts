import { once } from "../../platform/once";
import type { SummaryFilter } from "../../storage/summary-filter";
import { byMetric, type Metric } from "../../vitals/metrics";
import type { StoredNavigation } from "../../vitals/navigation";
import type { PeriodSummaries } from "../summaries/summary-reader.server";
import type { SideTraffic, Traffic } from "./comparison-result";
import type { Builds } from "./layout";
import { type ComparisonPlan, HISTORY_HOURS } from "./plan";
import type { ComparisonReaders } from "./readers.server";

/**
 * Samples of both releases in the compared hours by stored navigation, whichever navigation class the filter names.
 * `null` where the hours span more than the four weeks of a model.
 */
export async function readTraffic(
  { units, rememberTraffic }: Pick<ComparisonReaders, "units" | "rememberTraffic">,
  plan: ComparisonPlan,
  builds: Builds,
  filter: Pick<SummaryFilter, "route" | "devices" | "navigation">,
): Promise<Traffic | null> {
  const hours = [...plan.current, ...plan.baseline];
  const from = Math.min(...hours);
  const to = Math.max(...hours) + 1;
  if (to - from > HISTORY_HOURS) return null;
  const { route, devices, navigation } = filter;
  const scope = route === null ? "totals" : "routes";
  const ofAllBuilds = { route, buildVersion: null, devices, navigation };
  const read = once(() => units({ grain: "hourly", scope, from, to }, ofAllBuilds));
  const key = JSON.stringify([plan.current, plan.baseline, builds, ofAllBuilds]);
  return rememberTraffic(key, read, async () => trafficOf(await read(), plan, builds));
}

function trafficOf(periods: readonly PeriodSummaries[], plan: ComparisonPlan, builds: Builds): Traffic {
  const side = (buildVersion: string, own: ReadonlySet<number>): SideTraffic => {
    const samples = emptySamples();
    for (const { period, samples: counts } of periods) {
      if (!own.has(period)) continue;
      for (const count of counts) {
        if (count.buildVersion === buildVersion) samples[count.navigation][count.metric] += count.samples;
      }
    }
    return samples;
  };
  return {
    current: side(builds.current, new Set(plan.current)),
    baseline: side(builds.baseline, new Set(plan.baseline)),
  };
}

const emptySamples = (): Record<StoredNavigation, Record<Metric, number>> => {
  const none = () => byMetric(() => 0);
  return { load: none(), prefetch: none(), prerender: none(), bfcache: none(), soft: none() };
};
