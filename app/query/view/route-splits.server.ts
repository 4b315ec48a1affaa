import { DEVICES } from "../../vitals/devices";
import type { Metric } from "../../vitals/metrics";
import { isOfClass, NAVIGATION_CLASSES } from "../../vitals/navigation";
import type { CockpitQuery } from "../cockpit-query";
import type { SummaryReader } from "../summaries/summary-reader.server";
import { filterOf } from "../summary-filter";
import { planWindow, resolveWindow, type SummaryRetention } from "../window";
import { type MetricDistributions, NO_SAMPLES } from "./distribution";
import type { RouteSplits } from "./route-splits-result";
import { queryRoutes } from "./view.server";

/** Splits the figures of a route by device and by navigation class. */
export async function queryRouteSplits(
  read: SummaryReader,
  query: CockpitQuery,
  route: string,
  retention: SummaryRetention,
  now: number,
): Promise<RouteSplits> {
  const split = async <Key extends string>(
    keys: readonly Key[],
    changesOf: (key: Key) => Partial<CockpitQuery>,
  ): Promise<Record<Key, MetricDistributions>> => {
    const parts: Array<[Key, MetricDistributions]> = [];
    for (const key of keys) {
      const [result] = await queryRoutes(
        read,
        { ...query, route, ...changesOf(key) },
        retention,
        now,
        // One route needs no memory.
        { isWaited: false },
      );
      parts.push([key, result?.metrics ?? NO_SAMPLES]);
    }
    return Object.fromEntries(parts) as Record<Key, MetricDistributions>;
  };
  return {
    devices: await split(DEVICES, (device) => ({ device })),
    navigations: await split(NAVIGATION_CLASSES, (navigation) => ({ navigation })),
  };
}

/**
 * Page views of all routes under the query's other filters (the largest n among the metrics). Reads counts only, and
 * merges no sketch.
 */
export async function querySitePageViews(
  read: SummaryReader,
  query: CockpitQuery,
  retention: SummaryRetention,
  now: number,
): Promise<number> {
  const { parts } = planWindow(resolveWindow(query, now), retention, now);
  const filter = filterOf({ ...query, route: null });
  const samples = new Map<Metric, number>();
  for (const part of parts) {
    for (const unit of await read({ ...part, scope: "totals" }, filter)) {
      for (const count of unit.samples) {
        // The counts are of all navigations and builds: the reader filters only groups by them.
        if (!isOfClass(count.navigation, filter.navigation)) continue;
        if (filter.buildVersion !== null && count.buildVersion !== filter.buildVersion) continue;
        samples.set(count.metric, (samples.get(count.metric) ?? 0) + count.samples);
      }
    }
  }
  return Math.max(0, ...samples.values());
}
