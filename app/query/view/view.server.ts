import { mergeEachPacked, mergePacked } from "../../stats/sketch/packed-sketch";
import { mergeInto } from "../../stats/sketch/sketch";
import type { SummaryFilter } from "../../storage/summary-filter";
import type { SampleCount, SummaryGroup } from "../../storage/summary-periods.server";
import { GRAINS } from "../../storage/summary-sets";
import { METRICS, type Metric } from "../../vitals/metrics";
import { isOfClass, NAVIGATION_CLASSES } from "../../vitals/navigation";
import type { CockpitQuery } from "../cockpit-query";
import type { SummaryReader } from "../summaries/summary-reader.server";
import { filterOf } from "../summary-filter";
import { planTrend, planWindow, resolveWindow, type SummaryRetention } from "../window";
import { emptyTrend, joinThinSteps, pointAt } from "./trend-steps";
import { emptySketches, type MetricSketches, type RouteResult, type ViewResult } from "./view-result";
import { queryWaitedTtfb, readGroups } from "./waited-ttfb.server";

/** The window of a view in parts, and its filter. */
const planOf = (query: CockpitQuery, retention: SummaryRetention, now: number) => ({
  ...planWindow(resolveWindow(query, now), retention, now),
  filter: filterOf(query),
});

/** Queries a view as a whole: totals, trend and page views. */
export async function queryView(
  read: SummaryReader,
  query: CockpitQuery,
  retention: SummaryRetention,
  now: number,
): Promise<ViewResult> {
  const { window, parts, filter } = planOf(query, retention, now);
  const { step, parts: units } = planTrend({ window, parts }, retention, now);
  const trend = emptyTrend(window, step);
  const counts: SampleCount[] = [];
  const ofTtfb: SummaryGroup[] = [];
  const scope = filter.route === null ? "totals" : "routes";
  for (const part of units) {
    const unitLength = GRAINS[part.grain].length;
    for (const { period, groups, samples } of await read({ ...part, scope }, filter)) {
      counts.push(...samples);
      ofTtfb.push(...groups.filter(({ metric }) => metric === "TTFB"));
      const point = trend[pointAt(period * unitLength, window, step)];
      if (point === undefined) continue;
      for (const { metric, sketches } of groups) mergePacked(point.metrics[metric], sketches);
    }
  }
  const total = emptySketches();
  for (const { metrics } of trend) {
    for (const metric of METRICS) mergeInto(total[metric], metrics[metric]);
  }
  const waited = await queryWaitedTtfb(ofTtfb, filter, readGroups(read, units, scope), () => "");
  return {
    window,
    ...joinThinSteps(trend, window, step, query.metric),
    total,
    ...(waited === null ? {} : { waitedTtfb: waited.get("") ?? emptySketches().TTFB }),
    ...pageViews(counts, filter),
  };
}

/** Queries the routes of a view. Its cost grows with the window and the number of routes. */
export async function queryRoutes(
  read: SummaryReader,
  query: CockpitQuery,
  retention: SummaryRetention,
  now: number,
): Promise<RouteResult[]> {
  const { parts, filter } = planOf(query, retention, now);
  const byRoute = new Map<string, MetricSketches>();
  const metricsOf = (route: string): MetricSketches => {
    let metrics = byRoute.get(route);
    if (metrics === undefined) {
      metrics = emptySketches();
      byRoute.set(route, metrics);
    }
    return metrics;
  };
  const ofTtfb: SummaryGroup[] = [];
  for (const part of parts) {
    for (const { groups } of await read({ ...part, scope: "routes" }, filter)) {
      for (const group of groups) {
        const { metric, routes, sketches } = group;
        mergeEachPacked(sketches, (i) => metricsOf(routes[i] ?? "")[metric]);
        if (metric === "TTFB") ofTtfb.push(group);
      }
    }
  }
  const again = readGroups(read, parts, "routes");
  const waited = await queryWaitedTtfb(ofTtfb, filter, again, ({ routes }, i) => routes[i] ?? "");
  return [...byRoute].map(([route, metrics]) => ({
    route,
    metrics,
    ...(waited === null ? {} : { waitedTtfb: waited.get(route) ?? emptySketches().TTFB }),
  }));
}

function pageViews(
  counts: readonly SampleCount[],
  filter: SummaryFilter,
): Pick<ViewResult, "pageViewsByNavigation" | "prefetchedPageViews" | "pageViewsByBuild"> {
  const inNavigation = counts.filter((c) => isOfClass(c.navigation, filter.navigation));
  const ofRelease = counts.filter(
    (c) => filter.buildVersion === null || c.buildVersion === filter.buildVersion,
  );
  const byNavigation = pageViewsBy(ofRelease, ({ navigation }) =>
    navigation === "prefetch" ? "load" : navigation,
  );
  const prefetched = ofRelease.filter(({ navigation }) => navigation === "prefetch");
  return {
    pageViewsByNavigation: Object.fromEntries(
      NAVIGATION_CLASSES.map((navigation) => [navigation, byNavigation.get(navigation) ?? 0]),
    ) as ViewResult["pageViewsByNavigation"],
    prefetchedPageViews: pageViewsBy(prefetched, () => true).get(true) ?? 0,
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
