import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CockpitQuery, DEFAULT_QUERY, QUERY_DEVICES } from "../../app/query/cockpit-query";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryRoutes, queryView } from "../../app/query/view/view.server";
import { pageViewsOf, waitedTtfbOf } from "../../app/query/view/view-result";
import { selectBusiestRoutes } from "../../app/storage/cardinality.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { announceRelease } from "../../app/storage/releases.server";
import { DEVICES } from "../../app/vitals/devices";
import type { Measurement } from "../../app/vitals/measurement";
import { METRICS, type Metric } from "../../app/vitals/metrics";
import { NAVIGATION_CLASSES, navigationClassOf } from "../../app/vitals/navigation";
import { DAY, HOUR, RANGES, type RangeName } from "../../app/vitals/time";
import { examples, measurement, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

/** Of which hours are kept for ten days, so that windows can reach beyond them. */
const KEPT = { ...RETENTION, hourly: 10 * DAY };

let store: Store;
let all: Measurement[];
beforeAll(async () => {
  store = await Store.open({ retention: KEPT });
  all = fc
    .sample(aMeasurement, { seed: 7, numRuns: 1_500 })
    .map((changes, i) => measurement({ ...changes, id: `${i}` }));
  // Folded as they came, so that each grain has had what it keeps.
  const byTime = [...all].sort((a, b) => a.receivedAt - b.receivedAt);
  for (let i = 0; i < byTime.length; i += 300) {
    const batch = byTime.slice(i, i + 300);
    store.at = batch[0]?.receivedAt ?? NOW;
    await storeMeasurements(store.database.write, batch, store.at);
    await store.fold();
  }
  store.at = NOW;
  await store.expire();
});
afterAll(() => store?.close());

const aMeasurement = fc.record({
  metric: fc.constantFrom(...METRICS),
  value: fc.integer({ min: 0, max: 100 }),
  route: fc.constantFrom("/a", "/b", "/c/[id]"),
  buildVersion: fc.constantFrom("1", "2"),
  device: fc.constantFrom(...DEVICES),
  navigationType: fc.constantFrom(
    null,
    "navigate" as const,
    "prerender" as const,
    "back-forward-cache" as const,
    "soft-navigation" as const,
  ),
  deliveryType: fc.constantFrom("navigational-prefetch" as const, "cache" as const),
  receivedAt: fc.oneof(
    fc.integer({ min: NOW - 20 * DAY, max: NOW }),
    fc.integer({ min: NOW - 2 * DAY, max: NOW }),
    fc.integer({ min: NOW - 6 * HOUR, max: NOW }),
  ),
});

const aQuery: fc.Arbitrary<CockpitQuery> = fc
  .record({
    range: fc.constantFrom(...(Object.keys(RANGES) as RangeName[])),
    times: fc.option(
      fc
        .tuple(fc.integer({ min: 0, max: 20 * 24 * 12 }), fc.integer({ min: 1, max: 12 * 24 * 12 }))
        .map(([back, length]) => {
          const from = NOW - back * (HOUR / 12);
          return { from, to: from + length * (HOUR / 12) };
        }),
    ),
    release: fc.constantFrom(null, "1", "3"),
    device: fc.constantFrom(...QUERY_DEVICES),
    navigation: fc.constantFrom(...NAVIGATION_CLASSES, "all" as const),
    route: fc.constantFrom(null, "/a", "/nowhere"),
  })
  .map(({ times, ...rest }) => ({ ...DEFAULT_QUERY, ...rest, ...times }));

/** The measurements that a query means, in a window. */
const meant = (query: CockpitQuery, { from, to }: { from: number; to: number }): Measurement[] =>
  all.filter(
    (m) =>
      m.receivedAt >= from &&
      m.receivedAt < to &&
      (query.release === null || m.buildVersion === query.release) &&
      (query.device === "all" ? m.device !== "bot" : m.device === query.device) &&
      (query.route === null || m.route === query.route),
  );

const ofNavigation = (query: CockpitQuery, of: readonly Measurement[]): Measurement[] =>
  of.filter((m) => query.navigation === "all" || navigationClassOf(m.navigationType) === query.navigation);

const countBy = (of: readonly Measurement[]): Record<Metric, number> =>
  Object.fromEntries(
    METRICS.map((metric) => [metric, of.filter((m) => m.metric === metric).length]),
  ) as Record<Metric, number>;

const largest = (of: readonly Measurement[]): number => Math.max(...Object.values(countBy(of)));

const counted = (sketches: Record<Metric, { n: number }>): Record<Metric, number> =>
  Object.fromEntries(METRICS.map((metric) => [metric, sketches[metric].n])) as Record<Metric, number>;

describe("queryView", () => {
  it("counts exactly the measurements of its window, in all and by step, route, build and navigation", async () => {
    const reader = createSummaryReader(store.database.read, 1_000_000);
    await fc.assert(
      fc.asyncProperty(aQuery, async (query) => {
        const view = await queryView(reader, query, KEPT, NOW);
        const inWindow = meant(query, view.window);
        const expected = ofNavigation(query, inWindow);
        expect(counted(view.total)).toEqual(countBy(expected));

        expect(view.trend[0]?.from).toBe(view.window.from);
        expect(view.trend.at(-1)?.to).toBe(view.window.to);
        for (const [i, { from, to, metrics }] of view.trend.entries()) {
          expect(from).toBe(view.trend[i - 1]?.to ?? from);
          expect(counted(metrics)).toEqual(
            countBy(expected.filter((m) => m.receivedAt >= from && m.receivedAt < to)),
          );
        }

        for (const navigation of NAVIGATION_CLASSES) {
          const of = inWindow.filter((m) => navigationClassOf(m.navigationType) === navigation);
          expect(view.pageViewsByNavigation[navigation]).toBe(largest(of));
          if (navigation !== "load") continue;
          const prefetched = of.filter(({ deliveryType }) => deliveryType === "navigational-prefetch");
          expect(view.prefetchedPageViews).toBe(largest(prefetched));
        }
        const waited = inWindow.filter(
          (m) =>
            m.metric === "TTFB" &&
            navigationClassOf(m.navigationType) === "load" &&
            m.deliveryType !== "navigational-prefetch",
        );
        const isAsked = query.navigation === "load" || query.navigation === "all";
        expect(waitedTtfbOf(view).n).toBe(isAsked ? waited.length : 0);
        const anyRelease = ofNavigation(query, meant({ ...query, release: null }, view.window));
        for (const build of ["1", "2"]) {
          const of = anyRelease.filter((m) => m.buildVersion === build);
          expect(view.pageViewsByBuild.get(build) ?? 0).toBe(largest(of));
        }

        const routes = await queryRoutes(reader, query, KEPT, NOW);
        for (const result of routes) {
          const own = waited.filter(({ route }) => route === result.route);
          expect((result.waitedTtfb ?? result.metrics.TTFB).n).toBe(isAsked ? own.length : 0);
        }
        expect(Object.fromEntries(routes.map(({ route, metrics }) => [route, counted(metrics)]))).toEqual(
          Object.fromEntries(
            [...new Set(expected.map(({ route }) => route))].map((route) => [
              route,
              countBy(expected.filter((m) => m.route === route)),
            ]),
          ),
        );
        for (const { route, metrics } of routes) {
          expect(pageViewsOf(metrics)).toBe(largest(expected.filter((m) => m.route === route)));
        }
      }),
      examples(120),
    );
  });
});

describe("queryReleases", () => {
  it("returns releases with the timeline of their traffic", async () => {
    const own = await Store.open();
    const views = async (build: string, hoursAgo: number, count: number): Promise<void> => {
      const batch = Array.from({ length: count }, (_, i) =>
        measurement({
          id: `${build} ${hoursAgo} ${i}`,
          buildVersion: build,
          receivedAt: NOW - hoursAgo * HOUR,
        }),
      );
      await storeMeasurements(own.database.write, batch, NOW);
    };
    await views("1", 5, 40);
    await views("1", 4, 10);
    await views("2", 4, 60);
    await views("forged", 3, 1);
    await views("(other)", 2, 100);
    await announceRelease(own.database.write, { buildVersion: "3", announcedAt: NOW, link: null }, NOW);
    await own.fold();
    const { releases, timeline } = await queryReleases(own.database.read, KEPT.hourly, NOW);
    expect(timeline).toMatchObject({ current: "2", previous: "1" });
    expect([...timeline.established].sort()).toEqual(["1", "2", "3"]);
    expect(releases.map(({ buildVersion }) => buildVersion).sort()).toEqual([
      "(other)",
      "1",
      "2",
      "3",
      "forged",
    ]);
    expect(releases.find(({ buildVersion }) => buildVersion === "1")).toMatchObject({
      firstSeenAt: NOW - 5 * HOUR,
      lastSeenAt: NOW - 4 * HOUR,
      announcedAt: null,
    });
    await own.close();
  });
});

describe("selectBusiestRoutes", () => {
  it("returns the routes with the most samples first, up to a limit", async () => {
    const samples = new Map<string, number>();
    for (const { route } of all) samples.set(route, (samples.get(route) ?? 0) + 1);
    const expected = [...samples].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([route]) => route);
    expect(await selectBusiestRoutes(store.database.read, 100)).toEqual(expected);
    expect(await selectBusiestRoutes(store.database.read, 1)).toEqual(expected.slice(0, 1));
  });
});
