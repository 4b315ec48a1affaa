import { mergePacked } from "../../stats/sketch/packed-sketch";
import type { Sketch } from "../../stats/sketch/sketch";
import type { SummaryFilter } from "../../storage/summary-filter";
import type { SampleCount, SummaryGroup } from "../../storage/summary-periods.server";
import { GRAINS } from "../../storage/summary-sets";
import type { Metric } from "../../vitals/metrics";
import { isOfClass, NAVIGATION_CLASSES } from "../../vitals/navigation";
import type { CockpitQuery } from "../cockpit-query";
import type { PeriodSummaries, SummaryReader } from "../summaries/summary-reader.server";
import { filterOf } from "../summary-filter";
import { planTrend, planWindow, resolveWindow, type SummaryRetention } from "../window";
import { type Distribution, distributionOf, NO_SAMPLES } from "./distribution";
import { distributionsByRoute, mergeByRoute } from "./route-merge";
import { joinThinSteps, pointAt, stepsOf } from "./trend-steps";
import type { ViewMemory } from "./view-memory";
import {
  addSketches,
  emptySketches,
  type MetricSketches,
  type RouteResult,
  type TrendPoint,
  type ViewResult,
} from "./view-result";
import { queryWaitedTtfb, readGroups } from "./waited-ttfb.server";

/** The window of a view in parts, and its filter. */
const planOf = (query: CockpitQuery, retention: SummaryRetention, now: number) => ({
  ...planWindow(resolveWindow(query, now), retention, now),
  filter: filterOf(query),
});

/** What a query may use besides the reader. */
export type ViewOptions = {
  memory?: ViewMemory;
  /** Whether the results need `waitedTtfb`, which only links to traces use. */
  isWaited?: boolean;
};

/** Queries a view as a whole: totals, trend and page views. */
export async function queryView(
  read: SummaryReader,
  query: CockpitQuery,
  retention: SummaryRetention,
  now: number,
  { memory, isWaited = true }: ViewOptions = {},
): Promise<ViewResult> {
  const { window, parts, filter } = planOf(query, retention, now);
  const { step, parts: units } = planTrend({ window, parts }, retention, now);
  const points = stepsOf(window, step).map((one) => ({ ...one, units: [] as PeriodSummaries[] }));
  const all: PeriodSummaries[] = [];
  const scope = filter.route === null ? "totals" : "routes";
  for (const part of units) all.push(...(await read({ ...part, scope }, filter)));
  for (const unit of all) {
    points[pointAt(unit.period * GRAINS[unit.grain].length, window, step)]?.units.push(unit);
  }
  const key = JSON.stringify([scope, step, window.to - window.from, filter]);
  const { metrics, total } =
    memory === undefined ? mergeSteps(points) : memory.steps(key, points, mergeUnits);
  const trend = points.map(
    ({ from, to }, i): TrendPoint => ({ from, to, metrics: metrics[i] as MetricSketches }),
  );
  const waited = isWaited
    ? await queryWaitedTtfb(groupsOf(all, "TTFB"), filter, readGroups(read, units, scope), () => "")
    : null;
  return {
    window,
    ...joinThinSteps(trend, window, step, query.metric),
    total,
    ...(waited === null ? {} : { waitedTtfb: waited.get("") ?? emptySketches().TTFB }),
    ...pageViews(
      all.flatMap(({ samples }) => samples),
      filter,
    ),
  };
}

function mergeSteps(points: ReadonlyArray<{ units: readonly PeriodSummaries[] }>) {
  const metrics = points.map(({ units }) => mergeUnits(units));
  const total = emptySketches();
  for (const sketches of metrics) addSketches(total, sketches);
  return { metrics, total };
}

const groupsOf = (units: readonly PeriodSummaries[], metric: Metric): SummaryGroup[] =>
  units.flatMap(({ groups }) => groups.filter((group) => group.metric === metric));

function mergeUnits(units: readonly PeriodSummaries[]): MetricSketches {
  const merged = emptySketches();
  for (const { groups } of units) {
    for (const { metric, sketches } of groups) mergePacked(merged[metric], sketches);
  }
  return merged;
}

/** Queries the routes of a view, by name. Its cost grows with the window and the number of routes. */
export async function queryRoutes(
  read: SummaryReader,
  query: CockpitQuery,
  retention: SummaryRetention,
  now: number,
  { memory, isWaited = true }: ViewOptions = {},
): Promise<RouteResult[]> {
  const { parts, filter } = planOf(query, retention, now);
  const stretches: Array<{ key: string; units: PeriodSummaries[] }> = [];
  for (const part of parts) {
    const units = await read({ ...part, scope: "routes" }, filter);
    stretches.push({ key: JSON.stringify([part, filter]), units });
  }
  const all = stretches.flatMap(({ units }) => units);
  const key = JSON.stringify([parts, filter, isWaited]);
  const remembered = memory?.routes.recall(key, all);
  if (remembered !== undefined) return remembered;
  const groups = stretches.map((stretch) =>
    memory === undefined
      ? { closed: [], open: stretch.units.flatMap((unit) => unit.groups) }
      : memory.closed(stretch.key, stretch.units),
  );
  const closed = groups.map((stretch) => stretch.closed);
  const open = groups.flatMap((stretch) => stretch.open);
  let base = memory?.bases.recall(key, closed);
  if (base === undefined) {
    base = mergeByRoute(closed.flat());
    memory?.bases.remember(key, closed, base);
  }
  const byRoute = distributionsByRoute(open, base);
  const waited = isWaited
    ? await queryWaitedTtfb(
        [...closed.flat(), ...open].filter(({ metric }) => metric === "TTFB"),
        filter,
        readGroups(read, parts, "routes"),
        ({ routes }, i) => routes[i] ?? "",
      )
    : null;
  const waitedOf = (sketch: Sketch | undefined): Distribution =>
    sketch === undefined ? NO_SAMPLES.TTFB : distributionOf("TTFB", sketch);
  const results = [...byRoute]
    .map(([route, metrics]) => ({
      route,
      metrics,
      ...(waited === null ? {} : { waitedTtfb: waitedOf(waited.get(route)) }),
    }))
    .sort((a, b) => Number(a.route > b.route) - Number(a.route < b.route));
  memory?.routes.remember(key, all, results);
  return results;
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
