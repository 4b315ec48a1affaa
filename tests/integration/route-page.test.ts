import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { createSummaryReader, type SummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryRouteSplits, querySitePageViews } from "../../app/query/view/route-splits.server";
import type { RouteSplits } from "../../app/query/view/route-splits-result";
import { pageViewsOf } from "../../app/query/view/view-result";
import { foldBatch } from "../../app/rollup/fold.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY } from "../../app/vitals/time";
import { idAt, measurement, NOW } from "../support/measurements";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

const ROUTE = "/workspace/[id]";
const REACH = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };

let folder: TemporaryFolder;
let database: Database;
let read: SummaryReader;

beforeEach(async () => {
  folder = temporaryFolder();
  database = await openDatabase(`file:${join(folder.path, "vitals.db")}`);
  read = createSummaryReader(database.read, 1_000_000);
  const kinds: Array<[count: number, kind: Partial<Measurement>]> = [
    [40, { device: "mobile" }],
    [30, { device: "desktop" }],
    [20, { device: "desktop", metric: "TTFB" }],
    [7, { device: "mobile", navigationType: "soft-navigation" }],
    [5, { device: "bot" }],
    [60, { device: "mobile", route: "/" }],
    [9, { device: "mobile", route: "/", buildVersion: "2.5.0" }],
  ];
  const batch = kinds.flatMap(([count, kind]) => Array<Partial<Measurement>>(count).fill(kind));
  await storeMeasurements(
    database.write,
    batch.map((kind, i) => measurement({ id: idAt(NOW, i), ...kind })),
    NOW,
  );
  await foldBatch(database, 1_000, REACH, NOW);
});

afterEach(async () => {
  await database.close();
  folder.remove();
});

const pageViewsByClass = (navigations: RouteSplits["navigations"]): Record<string, number> =>
  Object.fromEntries(Object.entries(navigations).map(([name, sketches]) => [name, pageViewsOf(sketches)]));

test.each([
  "1h",
  "24h",
  "7d",
  "30d",
] as const)("queryRouteSplits splits a route over %s by device and navigation", async (range) => {
  const query = { ...DEFAULT_QUERY, range };
  const { devices, navigations } = await queryRouteSplits(read, query, ROUTE, REACH, NOW);
  expect(Object.entries(devices).map(([device, sketches]) => [device, pageViewsOf(sketches)])).toEqual([
    ["mobile", 40],
    ["tablet", 0],
    ["desktop", 30],
    ["bot", 5],
  ]);
  expect(devices.desktop.TTFB.n).toBe(20);
  // Page views are the largest n among the metrics, not their sum.
  expect(pageViewsByClass(navigations)).toEqual({ load: 70, prerender: 0, bfcache: 0, soft: 7 });
});

test("queryRouteSplits splits one dimension under the filter of the other", async () => {
  const query = { ...DEFAULT_QUERY, device: "mobile", navigation: "soft" } as const;
  const { devices, navigations } = await queryRouteSplits(read, query, ROUTE, REACH, NOW);
  expect(Object.values(devices).map(pageViewsOf)).toEqual([7, 0, 0, 0]);
  expect(pageViewsByClass(navigations)).toEqual({ load: 40, prerender: 0, bfcache: 0, soft: 7 });
});

test.each(["1h", "24h", "7d", "30d"] as const)("counts the site's page views over %s", async (range) => {
  const query = { ...DEFAULT_QUERY, range, route: ROUTE };
  const count = (changes: Partial<typeof DEFAULT_QUERY>) =>
    querySitePageViews(read, { ...query, ...changes }, REACH, NOW);
  expect(await count({})).toBe(139);
  expect(await count({ navigation: "all" })).toBe(146);
  expect(await count({ device: "bot" })).toBe(5);
  expect(await count({ release: "2.5.0" })).toBe(9);
  expect(await count({ release: "9.9.9" })).toBe(0);
});
