import { mergePacked } from "../stats/packed-sketch";
import { mergeInto } from "../stats/sketch";
import type { SampleCount, SummaryFilter } from "../storage/summary-units.server";
import { METRICS, type Metric } from "../vitals/metrics";
import type { CockpitQuery } from "./cockpit-query";
import type { UnitReader } from "./unit-reader.server";
import { emptySketches, type MetricSketches, type VitalsResult } from "./vitals-result";
import { planWindow, type Reach, resolveWindow } from "./window";

const PEOPLE = ["mobile", "tablet", "desktop"] as const;

/** What of the summaries a query asks for. */
export const filterOf = ({ route, release, device, navigation }: CockpitQuery): SummaryFilter => ({
  route,
  buildVersion: release,
  devices: device === "all" ? PEOPLE : [device],
  navigation: navigation === "all" ? null : navigation,
});

/** Answers a query from the summaries. Its cost follows the window and the number of routes. */
export async function queryVitals(
  read: UnitReader,
  query: CockpitQuery,
  reach: Reach,
  now: number,
): Promise<VitalsResult> {
  const { window, parts } = planWindow(resolveWindow(query, now), reach, now);
  const filter = filterOf(query);
  const routes = new Map<string, MetricSketches>();
  const counts: SampleCount[] = [];
  for (const part of parts) {
    for (const { groups, samples } of await read(part, filter)) {
      counts.push(...samples);
      for (const { route, metric, sketch } of groups) {
        let metrics = routes.get(route);
        if (metrics === undefined) {
          metrics = emptySketches();
          routes.set(route, metrics);
        }
        mergePacked(metrics[metric], sketch);
      }
    }
  }
  const total = emptySketches();
  for (const metrics of routes.values()) {
    for (const metric of METRICS) mergeInto(total[metric], metrics[metric]);
  }
  const inNavigation = counts.filter((c) => filter.navigation === null || c.navigation === filter.navigation);
  const ofRelease = counts.filter(
    (c) => filter.buildVersion === null || c.buildVersion === filter.buildVersion,
  );
  const byNavigation = pageViewsBy(ofRelease, (count) => count.navigation);
  return {
    window,
    total,
    routes: [...routes].map(([route, metrics]) => ({ route, metrics })),
    pageViewsByNavigation: {
      load: byNavigation.get("load") ?? 0,
      bfcache: byNavigation.get("bfcache") ?? 0,
      soft: byNavigation.get("soft") ?? 0,
    },
    pageViewsByBuild: pageViewsBy(inNavigation, (count) => count.buildVersion),
  };
}

/** Page views (the largest n among the metrics) of each key. */
function pageViewsBy<Key>(
  counts: readonly SampleCount[],
  keyOf: (count: SampleCount) => Key,
): Map<Key, number> {
  const samples = new Map<Key, Map<Metric, number>>();
  for (const count of counts) {
    const key = keyOf(count);
    const metrics = samples.get(key) ?? new Map<Metric, number>();
    metrics.set(count.metric, (metrics.get(count.metric) ?? 0) + count.samples);
    samples.set(key, metrics);
  }
  return new Map([...samples].map(([key, metrics]) => [key, Math.max(...metrics.values())]));
}
