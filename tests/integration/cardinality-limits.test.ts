import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { announceRelease } from "../../app/storage/releases.server";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY, HOUR, MINUTE } from "../../app/vitals/time";
import { measurement, NOW } from "../support/measurements";
import { RAW_TABLE, Store } from "../support/store";

const LIMITS = { maxRoutes: 5, maxNewBuildsPerDay: 3 };

let store: Store;
let ids = 0;
beforeEach(async () => {
  store = await Store.open({ limits: LIMITS });
});
afterEach(() => store.close());

const named = (changes: Partial<Measurement>, at = store.at): Measurement => {
  ids += 1;
  return measurement({ id: `${ids}`, receivedAt: at, ...changes });
};
const routes = (...names: string[]): Measurement[] => names.map((route) => named({ route }));
const builds = (...names: string[]): Measurement[] => names.map((buildVersion) => named({ buildVersion }));

/** How the routes (or builds) of the newest measurements are stored. */
const storedAs = (column: "route" | "build_version", count: number): string[] =>
  store
    .rows<Record<string, string>>(
      `SELECT ${column} FROM web_vitals_raw ORDER BY length(id) DESC, id DESC LIMIT ?`,
      count,
    )
    .map((row) => row[column] ?? "")
    .reverse();

async function routesAfter(...names: string[]): Promise<string[]> {
  await store.ingest(...routes(...names));
  return storedAs("route", names.length);
}

async function buildsAfter(...names: string[]): Promise<string[]> {
  await store.ingest(...builds(...names));
  return storedAs("build_version", names.length);
}

describe("createCappedStore with routes", () => {
  it("admits routes up to the limit, and stores further ones as (other)", async () => {
    expect(await routesAfter("/1", "/2", "/3")).toEqual(["/1", "/2", "/3"]);
    expect(await routesAfter("/4", "/5", "/6", "/4", "/7")).toEqual(["/4", "/5", "(other)", "/4", "(other)"]);
    expect(await routesAfter("/8", "/1")).toEqual(["(other)", "/1"]);
    expect(store.value("SELECT count(*) FROM routes")).toBe(5);
  });

  it("never displaces an admitted route", async () => {
    await routesAfter("/1", "/2", "/3", "/4", "/5");
    for (let i = 0; i < 20; i += 1) await routesAfter(`/flood-${i}`);
    store.at += 2 * MINUTE;
    expect(await routesAfter("/flood", "/3", "/1")).toEqual(["(other)", "/3", "/1"]);
  });

  it("admits no route for (other)", async () => {
    await routesAfter("(other)");
    expect(store.value("SELECT count(*) FROM routes")).toBe(0);
  });

  it("admits routes again within a minute after others were deleted", async () => {
    await routesAfter("/1", "/2", "/3", "/4", "/5");
    expect(await routesAfter("/6")).toEqual(["(other)"]);
    store.exec("DELETE FROM routes WHERE route = '/1'");
    store.at += MINUTE;
    expect(await routesAfter("/6", "/7")).toEqual(["/6", "(other)"]);
  });

  it("keeps repeated reports on the route of the first report", async () => {
    const first = named({ route: "/1", value: 1 });
    await store.ingest(first);
    await routesAfter("/2", "/3", "/4", "/5");
    await store.ingest({ ...first, route: "/6", value: 2, sequence: 2 });
    expect(store.rows("SELECT route, value FROM web_vitals_raw WHERE id = ?", first.id)).toEqual([
      { route: "/1", value: 2 },
    ]);
  });
});

describe("createCappedStore with new builds", () => {
  it("admits builds up to the limit of a day, and stores further ones as (other)", async () => {
    expect(await buildsAfter("1", "2", "3", "4")).toEqual(["1", "2", "3", "(other)"]);
    expect(await buildsAfter("5", "2")).toEqual(["(other)", "2"]);
  });

  it("admits builds again on the next UTC day, and known ones at any time", async () => {
    await buildsAfter("1", "2", "3", "4");
    store.at = Math.floor(NOW / DAY) * DAY + DAY - 1;
    expect(await buildsAfter("5", "1")).toEqual(["(other)", "1"]);
    // A process remembers for a minute whom it turned away.
    store.at += 1 + MINUTE;
    expect(await buildsAfter("5", "6", "1", "7", "8")).toEqual(["5", "6", "1", "7", "(other)"]);
  });

  it("admits announced builds always, and does not count them", async () => {
    await announceRelease(store.database.write, { buildVersion: "a", announcedAt: NOW, link: null }, NOW);
    expect(await buildsAfter("1", "2", "3", "4", "a")).toEqual(["1", "2", "3", "(other)", "a"]);
    await announceRelease(store.database.write, { buildVersion: "4", announcedAt: NOW, link: null }, NOW);
    store.at += MINUTE;
    expect(await buildsAfter("4", "5")).toEqual(["4", "(other)"]);
  });

  it("does not count imported builds", async () => {
    const imported = Array.from({ length: 20 }, (_, i) => named({ buildVersion: `old-${i}`, route: "/1" }));
    await storeMeasurements(store.database.write, imported, store.at);
    expect(await store.fold()).toBe(20);
    expect(store.value("SELECT count(*) FROM releases")).toBe(20);
    expect(await buildsAfter("1", "2", "3", "4", "old-7")).toEqual(["1", "2", "3", "(other)", "old-7"]);
  });

  it("does not count (other) as a new build of the next day", async () => {
    await buildsAfter("1", "2", "3", "4");
    store.at += DAY;
    await store.fold();
    expect(await buildsAfter("5", "6", "7", "8")).toEqual(["5", "6", "7", "(other)"]);
  });
});

it("createCappedStore admits all routes of an import", async () => {
  const imported = Array.from({ length: 20 }, (_, i) => named({ route: `/import/${i}` }));
  await storeMeasurements(store.database.write, imported, store.at);
  await store.fold();
  expect(store.value("SELECT count(DISTINCT route) FROM web_vitals_five_minutes")).toBe(20);
  store.at += MINUTE;
  expect(await routesAfter("/import/19", "/new")).toEqual(["/import/19", "(other)"]);
});

describe("createCappedStore in two processes", () => {
  it("enforces the limits exactly", async () => {
    const other = await store.alsoOpen();
    const beacons = Array.from({ length: 10 }, (_, i) =>
      [store, other].map((process, p) => ({ process, name: `${p}/${i}` })),
    );
    await Promise.all(
      beacons
        .flat()
        .map(({ process, name }) => process.ingest(named({ route: `/${name}`, buildVersion: name }))),
    );
    expect(store.value("SELECT count(*) FROM routes")).toBe(LIMITS.maxRoutes);
    expect(store.value("SELECT count(*) FROM releases")).toBe(LIMITS.maxNewBuildsPerDay);
    const kept = "SELECT count(DISTINCT route) FROM web_vitals_raw WHERE route <> '(other)'";
    expect(store.value(kept)).toBe(LIMITS.maxRoutes);
    expect(store.value("SELECT count(*) FROM web_vitals_raw")).toBe(20);
    await other.close();
  });

  it("uses the routes that the other process admitted", async () => {
    const other = await store.alsoOpen();
    await routesAfter("/1", "/2", "/3", "/4", "/5");
    await other.ingest(named({ route: "/5" }), named({ route: "/6" }));
    expect(storedAs("route", 2)).toEqual(["/5", "(other)"]);
    await other.close();
  });
});

it("createCappedStore forgets admissions of a transaction that failed", async () => {
  store.exec(`ALTER TABLE ${RAW_TABLE} RENAME TO hidden`);
  await expect(store.ingest(...routes("/1", "/2", "/3", "/4", "/5"))).rejects.toThrow();
  store.exec(`ALTER TABLE hidden RENAME TO ${RAW_TABLE}`);
  expect(await routesAfter("/6", "/7")).toEqual(["/6", "/7"]);
  expect(store.rows("SELECT route FROM routes ORDER BY route")).toEqual([{ route: "/6" }, { route: "/7" }]);
});

it("foldBatch updates a route to the times of its measurements, so that an idle route expires", async () => {
  await store.ingest(named({ route: "/1" }));
  store.at += 3 * HOUR;
  await store.fold();
  expect(store.rows("SELECT last_seen_at, samples FROM routes")).toEqual([{ last_seen_at: NOW, samples: 1 }]);
});
