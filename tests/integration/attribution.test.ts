import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { queryAttribution } from "../../app/query/attribution/attribution.server";
import { DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { selectAttributedSamples } from "../../app/storage/attribution.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { FIRST_POSITION } from "../../app/storage/pending";
import { selectPending } from "../../app/storage/pending-measurements.server";
import { recordReleaseActivity } from "../../app/storage/releases.server";
import { sql } from "../../app/storage/sql";
import { ATTRIBUTED_METRICS } from "../../app/vitals/attribution";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY, HOUR, MINUTE } from "../../app/vitals/time";
import { idAt, measurement, NOW } from "../support/measurements";
import { markFolded, runScript } from "../support/script";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

const ROUTE = "/workspace/[id]";
const REACH = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY, raw: 7 * DAY };
const WINDOW = { from: NOW - DAY, to: NOW + HOUR };
const ALL = { devices: null, navigation: null, buildVersion: null } as const;

let folder: TemporaryFolder;
let database: Database;
let made = 0;

beforeEach(async () => {
  folder = temporaryFolder();
  database = await openDatabase(`file:${join(folder.path, "vitals.db")}`);
});

afterEach(async () => {
  await database.close();
  folder.remove();
});

/** Stores `count` measurements, a second apart, the last one received a minute before now. */
async function store(count: number, changesOf: (i: number) => Partial<Measurement>): Promise<void> {
  const batch = Array.from({ length: count }, (_, i) => {
    made += 1;
    const receivedAt = NOW - MINUTE - (count - 1 - i) * 1_000;
    return measurement({ id: idAt(NOW, made), receivedAt, value: i + 1, ...changesOf(i) });
  });
  await storeMeasurements(database.write, batch, NOW);
  for (;;) {
    const reports = await selectPending(database.read, FIRST_POSITION, count);
    if (reports.length === 0) return;
    await markFolded(database, { reports, from: 0, to: reports.length });
  }
}

const slowParts = (changes: Partial<typeof DEFAULT_QUERY> = {}, limits = { sample: 1_000, search: 10_000 }) =>
  queryAttribution(database.read, { ...DEFAULT_QUERY, ...changes }, ROUTE, REACH, NOW, limits);

const LCP_PARTS = {
  timeToFirstByte: 1,
  resourceLoadDelay: 2,
  resourceLoadDuration: 3,
  elementRenderDelay: 4,
};

describe("selectAttributedSamples", () => {
  test("returns element and subparts of each metric", async () => {
    await store(1, () => ({
      attribution: { target: "main>img", url: "https://shop.example/a.webp", ...LCP_PARTS },
    }));
    await store(1, () => ({
      metric: "INP",
      attribution: {
        interactionTarget: 'a[title="é \\"quoted\\""]',
        inputDelay: 0,
        processingDuration: 5.5,
        presentationDelay: 8,
      },
    }));
    await store(1, () => ({
      metric: "CLS",
      value: 0.125,
      attribution: { largestShiftTarget: "aside", largestShiftValue: 0.1 },
    }));
    const read = (metric: (typeof ATTRIBUTED_METRICS)[number]) =>
      selectAttributedSamples(database.read, { route: ROUTE, metric }, WINDOW, ALL, 10);
    const receivedAt = NOW - MINUTE;
    expect(await read("LCP")).toEqual([
      { value: 1, receivedAt, element: "main>img", parts: [1, 0, 2, 3, 4], finalHeaders: null },
    ]);
    expect(await read("INP")).toEqual([
      { value: 1, receivedAt, element: 'a[title="é \\"quoted\\""]', parts: [0, 5.5, 8], finalHeaders: null },
    ]);
    expect(await read("CLS")).toEqual([
      { value: 0.125, receivedAt, element: "aside", parts: null, finalHeaders: null },
    ]);
  });

  test("has the final headers of loads that waited for the server only", async () => {
    const attribution = { ...LCP_PARTS, finalResponseHeadersStart: 700 };
    await store(1, () => ({ attribution }));
    await store(1, () => ({ attribution, deliveryType: "navigational-prefetch" as const }));
    await store(1, () => ({ attribution, navigationType: "prerender" as const }));
    const samples = await selectAttributedSamples(
      database.read,
      { route: ROUTE, metric: "LCP" },
      WINDOW,
      ALL,
      10,
    );
    expect(samples.map(({ finalHeaders }) => finalHeaders).sort()).toEqual([700, null, null]);
  });

  test("returns null for absent and incomplete attribution", async () => {
    await store(1, () => ({ attribution: null }));
    await store(1, () => ({ attribution: { timeToFirstByte: 1, resourceLoadDelay: 2 } }));
    const samples = await selectAttributedSamples(
      database.read,
      { route: ROUTE, metric: "LCP" },
      WINDOW,
      ALL,
      10,
    );
    expect(samples.map(({ element, parts }) => ({ element, parts }))).toEqual([
      { element: null, parts: null },
      { element: null, parts: null },
    ]);
  });

  test("ignores measurements until they are folded, as all other figures do", async () => {
    await storeMeasurements(database.write, [measurement()], NOW);
    expect(
      await selectAttributedSamples(database.read, { route: ROUTE, metric: "LCP" }, WINDOW, ALL, 10),
    ).toEqual([]);
  });

  test("returns values bit by bit as stored", async () => {
    await store(3, (i) => ({ value: [0.1 + 0.2, 1e-7, 123_456.789_012_345_67][i] ?? 0 }));
    const samples = await selectAttributedSamples(
      database.read,
      { route: ROUTE, metric: "LCP" },
      WINDOW,
      ALL,
      10,
    );
    expect(samples.map(({ value }) => value).sort()).toEqual(
      [1e-7, 0.1 + 0.2, 123_456.789_012_345_67].sort(),
    );
  });

  test("returns nothing for an unknown route, release or filter", async () => {
    await store(1, () => ({}));
    expect(
      await selectAttributedSamples(database.read, { route: "/nowhere", metric: "LCP" }, WINDOW, ALL, 10),
    ).toEqual([]);
    const { causes } = await slowParts({ release: "9.9.9" });
    expect(causes.LCP).toMatchObject({ n: 0, elements: [], oldest: null, truncatedBy: null });
  });

  test.each([
    ["nothing but the window", ALL],
    ["a device", { ...ALL, devices: ["mobile"] }],
    [
      "people in hard loads of a build",
      { devices: ["mobile", "tablet", "desktop"], navigation: "load", buildVersion: "2.4.1" },
    ],
    ["soft navigations", { ...ALL, navigation: "soft" }],
  ] as const)("uses its index with %s", async (_, filter) => {
    for (const metric of ATTRIBUTED_METRICS) {
      const { selectSamples } = database.read.engine.attribution;
      const statement = selectSamples({ route: ROUTE, metric }, WINDOW, filter, 10);
      const plan = await database.read.query(
        "plan",
        () => z.looseObject({ detail: z.string() }),
        sql`EXPLAIN QUERY PLAN ${statement}`,
      );
      const details = plan.map(({ detail }) => detail).join("\n");
      expect(details).toContain(
        "SEARCH measurements USING INDEX measurements_route_idx (route=? AND metric=? AND received_at>? AND received_at<?)",
      );
      expect(details).not.toContain("TEMP B-TREE");
    }
  });
});

describe("queryAttribution", () => {
  test("counts the measurements that match the view's filters", async () => {
    await store(40, () => ({ device: "mobile", attribution: { target: "img.mobile" } }));
    await store(50, () => ({ device: "desktop", attribution: { target: "img.desktop" } }));
    await store(60, () => ({ device: "bot", attribution: { target: "img.bot" } }));
    await store(31, () => ({ navigationType: "back-forward-cache", attribution: { target: "img.bfcache" } }));
    await store(32, () => ({
      navigationType: null,
      buildVersion: "2.5.0",
      attribution: { target: "img.new" },
    }));
    await store(33, () => ({ route: "/other", attribution: { target: "img.other" } }));
    const elements = async (changes: Partial<typeof DEFAULT_QUERY>) =>
      (await slowParts(changes)).causes.LCP.elements.map(({ element, n }) => `${element} ${n}`);
    expect(await elements({})).toEqual(["img.desktop 50", "img.mobile 40", "img.new 32"]);
    expect(await elements({ device: "mobile" })).toEqual(["img.mobile 40"]);
    expect(await elements({ device: "bot" })).toEqual(["img.bot 60"]);
    expect(await elements({ navigation: "bfcache" })).toEqual(["img.bfcache 31"]);
    expect(await elements({ navigation: "all" })).toContain("img.bfcache 31");
    expect(await elements({ release: "2.5.0" })).toEqual(["img.new 32"]);
    expect(await elements({ from: NOW - 3 * HOUR, to: NOW - 2 * HOUR })).toEqual([]);
  });

  test("reads the newest measurements up to the limit, and reports the truncation", async () => {
    await store(100, (i) => ({ attribution: { target: i < 60 ? "img.older" : "img.newer" } }));
    const { LCP, INP } = (await slowParts({}, { sample: 40, search: 10_000 })).causes;
    expect(LCP).toMatchObject({ n: 40, truncatedBy: "sample", oldest: NOW - MINUTE - 39_000 });
    expect(LCP.elements).toEqual([{ element: "img.newer", n: 40, p75: 90 }]);
    expect(INP).toMatchObject({ n: 0, truncatedBy: null });
  });

  test("searches at most its limit for a rare filter, and reports the coverage", async () => {
    await store(100, (i) => ({ device: i % 10 === 0 ? "tablet" : "desktop" }));
    const { LCP } = (await slowParts({ device: "tablet" }, { sample: 40, search: 50 })).causes;
    expect(LCP).toMatchObject({ n: 5, truncatedBy: "search", coverage: { from: NOW - MINUTE - 49_000 } });
  });

  test("finds an older release behind any number of newer measurements", async () => {
    const oldAt = NOW - 5 * HOUR;
    await store(35, (i) => ({
      buildVersion: "2.4.0",
      receivedAt: oldAt + i,
      attribution: { target: "img" },
    }));
    await store(100, () => ({ buildVersion: "2.4.1" }));
    const seen = { buildVersion: "2.4.0", firstAt: oldAt, lastAt: oldAt + 34, libraries: {} };
    await runScript(database, (script) => recordReleaseActivity(script, [seen], new Map()));
    const { LCP } = (await slowParts({ release: "2.4.0" }, { sample: 40, search: 50 })).causes;
    expect(LCP).toMatchObject({ n: 35, truncatedBy: null, elements: [{ element: "img", n: 35, p75: 27 }] });
  });

  test("starts at the retention of measurements", async () => {
    await store(10, () => ({ receivedAt: NOW - 8 * DAY }));
    await store(10, () => ({ receivedAt: NOW - 6 * DAY }));
    const { causes, retention } = await slowParts({ range: "30d" });
    expect(causes.LCP).toMatchObject({ n: 10, coverage: { from: NOW - 7 * DAY } });
    expect(retention).toBe(7 * DAY);
    const past = await slowParts({ from: NOW - 30 * DAY, to: NOW - 20 * DAY });
    expect(past.causes.LCP).toMatchObject({ n: 0, truncatedBy: null });
  });
});
