import { mergePacked } from "../stats/packed-sketch";
import { mergeInto } from "../stats/sketch";
import type { Statements } from "../storage/statements.server";
import {
  type GrainWindow,
  type SummaryFilter,
  selectGroups,
  selectSamplesBy,
} from "../storage/summaries.server";
import { METRICS, type Metric } from "../vitals/metrics";
import { NAVIGATION_CLASSES, type NavigationClass } from "../vitals/navigation";
import type { CockpitQuery } from "./cockpit-query";
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
  on: Statements,
  query: CockpitQuery,
  reach: Reach,
  now: number,
): Promise<VitalsResult> {
  const { window, parts } = planWindow(resolveWindow(query, now), reach, now);
  const filter = filterOf(query);
  const routes = new Map<string, MetricSketches>();
  for (const part of parts) {
    for (const { route, metric, sketch } of await selectGroups(on, part, filter)) {
      let metrics = routes.get(route);
      if (metrics === undefined) {
        metrics = emptySketches();
        routes.set(route, metrics);
      }
      mergePacked(metrics[metric], sketch);
    }
  }
  const total = emptySketches();
  for (const metrics of routes.values()) {
    for (const metric of METRICS) mergeInto(total[metric], metrics[metric]);
  }
  const byNavigation = await pageViewsBy(on, "navigation", parts, { ...filter, navigation: null });
  return {
    window,
    total,
    routes: [...routes].map(([route, metrics]) => ({ route, metrics })),
    pageViewsByNavigation: Object.fromEntries(
      NAVIGATION_CLASSES.map((name) => [name, byNavigation.get(name) ?? 0]),
    ) as Record<NavigationClass, number>,
    pageViewsByBuild: await pageViewsBy(on, "build_version", parts, { ...filter, buildVersion: null }),
  };
}

async function pageViewsBy(
  on: Statements,
  column: "navigation" | "build_version",
  parts: readonly GrainWindow[],
  filter: SummaryFilter,
): Promise<Map<string, number>> {
  const samples = new Map<string, Map<Metric, number>>();
  for (const part of parts) {
    for (const row of await selectSamplesBy(on, column, part, filter)) {
      const metrics = samples.get(row.key) ?? new Map<Metric, number>();
      metrics.set(row.metric, (metrics.get(row.metric) ?? 0) + row.samples);
      samples.set(row.key, metrics);
    }
  }
  return new Map([...samples].map(([key, metrics]) => [key, Math.max(...metrics.values())]));
}
