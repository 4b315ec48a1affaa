import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Pace } from "../../app/rollup/pace";
import { applyRetention } from "../../app/rollup/retention.server";
import { selectBuilds } from "../../app/storage/cardinality.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { announceRelease } from "../../app/storage/releases.server";
import { SUMMARY_SETS, tableName } from "../../app/storage/summary-sets";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY, FIVE_MINUTES, HOUR } from "../../app/vitals/time";
import { expectedSummaries, storedSummaries } from "../support/expected-summaries";
import { measurement, measurements, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

const count = (table: string): number => store.value(`SELECT count(*) FROM ${table}`);

/** Measurements of various ages (ms before now), stored when they were received. */
async function received(...ages: number[]): Promise<Measurement[]> {
  const all = ages.map((age, i) => measurement({ id: `${i} ${age}`, receivedAt: NOW - age }));
  for (const one of all) await storeMeasurements(store.database.write, [one], one.receivedAt);
  return all;
}

describe("applyRetention of measurements", () => {
  it("deletes them after their retention, to the millisecond", async () => {
    await received(RETENTION.raw + 1, RETENTION.raw, RETENTION.raw - 1, 0);
    await store.fold();
    expect(await store.expire()).toBe(1);
    expect(store.value("SELECT min(received_at) FROM web_vitals_raw")).toBe(NOW - RETENTION.raw);
  });

  it("never deletes one before it is folded", async () => {
    const [old] = await received(RETENTION.raw + DAY);
    await store.expire();
    expect(count("web_vitals_raw")).toBe(1);
    await store.fold();
    // A report that came since waits for the fold again.
    await storeMeasurements(store.database.write, [{ ...measurement(old), value: 7, sequence: 2 }], NOW);
    await store.expire();
    expect(count("web_vitals_raw")).toBe(1);
    await store.fold();
    await store.expire();
    expect(count("web_vitals_raw")).toBe(0);
    expect(store.value("SELECT sum(samples) FROM web_vitals_daily")).toBe(1);
  });

  it("retains imported ones for a day, so that repeated reports match them", async () => {
    const old = measurement({ receivedAt: NOW - 100 * DAY });
    await storeMeasurements(store.database.write, [old], NOW);
    await store.fold();
    store.at = NOW + DAY;
    await store.expire();
    expect(count("web_vitals_raw")).toBe(1);
    store.at += 1;
    await store.expire();
    expect(count("web_vitals_raw")).toBe(0);
  });

  it("retains their summaries", async () => {
    const all = await received(RETENTION.raw + 1, 0);
    await store.fold();
    store.at = NOW;
    await store.expire();
    const kept = expectedSummaries(all, ({ grain }) => grain !== "fiveMinutes");
    const {
      web_vitals_five_minutes: _,
      web_vitals_five_minutes_totals: __,
      ...rest
    } = storedSummaries(store);
    const { web_vitals_five_minutes: ___, web_vitals_five_minutes_totals: ____, ...expected } = kept;
    expect(rest).toEqual(expected);
  });
});

describe("applyRetention of summaries", () => {
  const LENGTHS = { fiveMinutes: FIVE_MINUTES, hourly: HOUR, daily: DAY };

  it.each([
    "fiveMinutes",
    "hourly",
    "daily",
  ] as const)("retains %s summaries until their whole period is too old", async (grain) => {
    const length = LENGTHS[grain];
    const edge = Math.floor((NOW - RETENTION[grain]) / length) * length;
    const all = [edge - 1, edge, NOW].map((receivedAt, i) => measurement({ id: `${i}`, receivedAt }));
    // As if they had been folded when they were new.
    store.at = edge - 1;
    await storeMeasurements(store.database.write, all, NOW);
    await store.fold();
    await store.closePeriods(NOW + 2 * DAY);
    store.at = NOW;
    await store.expire();
    for (const set of SUMMARY_SETS.filter((one) => one.grain === grain)) {
      const expected = expectedSummaries(all.slice(1))[tableName(set)];
      expect(storedSummaries(store)[tableName(set)]).toEqual(expected);
      const units = Object.keys(expected ?? {}).map((key) => JSON.parse(key)[0]);
      expect(
        store
          .rows<{ unit: number }>(
            "SELECT unit FROM summary_versions WHERE summary_table = ? ORDER BY unit",
            tableName(set),
          )
          .map(({ unit }) => unit),
      ).toEqual(units);
    }
  });

  it("deletes the traffic of their releases with them", async () => {
    store.at = NOW - RETENTION.hourly - 2 * HOUR;
    await received(RETENTION.hourly + 2 * HOUR, 0);
    await store.fold();
    store.at = NOW;
    await store.expire();
    expect(store.rows("SELECT hour FROM release_traffic")).toEqual([{ hour: Math.floor(NOW / HOUR) }]);
  });
});

describe("applyRetention of routes", () => {
  const seen = (route: string, samples: number, age: number) =>
    store.exec(
      `INSERT INTO routes (route, first_seen_at, last_seen_at, samples)
        VALUES ('${route}', ${NOW - age}, ${NOW - age}, ${samples})`,
    );

  it("deletes rare routes not seen for a day, and routes without summaries", async () => {
    seen("/rare and idle", 29, DAY + 1);
    seen("/rare", 29, DAY);
    seen("/established and idle", 30, RETENTION.daily);
    seen("/gone", 1_000_000, RETENTION.daily + 1);
    await store.expire();
    expect(store.rows("SELECT route FROM routes ORDER BY route")).toEqual([
      { route: "/established and idle" },
      { route: "/rare" },
    ]);
  });
});

describe("applyRetention of builds", () => {
  it("deletes builds without summaries, and rare ones, unless they were announced", async () => {
    const of = (buildVersion: string, n: number, age: number): Measurement[] =>
      Array.from({ length: n }, (_, i) =>
        measurement({ id: `${buildVersion} ${i}`, buildVersion, receivedAt: NOW - age }),
      );
    const builds = [
      ...of("forged", 3, RETENTION.hourly + DAY),
      ...of("young", 3, RETENTION.hourly - DAY),
      ...of("used", 30, RETENTION.hourly + DAY),
      ...of("gone", 30, RETENTION.daily + DAY),
      ...of("announced", 1, RETENTION.daily + DAY),
    ];
    await storeMeasurements(store.database.write, builds, NOW);
    await announceRelease(
      store.database.write,
      { buildVersion: "announced", announcedAt: NOW - RETENTION.daily, link: null },
      NOW,
    );
    await store.fold();
    await store.expire();
    const left = await selectBuilds(store.database.read);
    expect(left.sort()).toEqual(["announced", "used", "young"]);
  });
});

describe("applyRetention", () => {
  /** Of batches smaller than the rows of these tests, on any database. */
  const smallBatches = () => new Pace({ name: "sqlite" });

  it("deletes in batches, between which others write", async () => {
    const all = measurements(2_500, { receivedAt: NOW - RETENTION.raw - DAY });
    await storeMeasurements(store.database.write, all, NOW - 2 * DAY);
    await store.fold();
    let batches = 0;
    let ingested = 0;
    // Whoever writes after a batch ends before the next one begins.
    const script: typeof store.database.script = async (kind, name, one) => {
      const result = await store.database.script(kind, name, one);
      if (result.changed.some((rows) => rows > 0)) batches += 1;
      await store.ingest(measurement({ id: `new ${ingested}` }));
      ingested += 1;
      return result;
    };
    const database = { ...store.database, script };
    const deleted = await applyRetention(database, RETENTION, NOW, () => false, smallBatches());
    expect(deleted).toBeGreaterThanOrEqual(2_500);
    expect(batches).toBeGreaterThan(2);
    expect(count("web_vitals_raw")).toBe(ingested);
  });

  it("stops between batches when asked to", async () => {
    const all = measurements(3_000, { receivedAt: NOW - RETENTION.raw - DAY });
    await storeMeasurements(store.database.write, all, NOW - 2 * DAY);
    await store.fold();
    let asked = 0;
    const stopped = () => {
      asked += 1;
      return asked > 1;
    };
    const deleted = await applyRetention(store.database, RETENTION, NOW, stopped, smallBatches());
    expect(deleted).toBeGreaterThan(0);
    expect(count("web_vitals_raw")).toBe(3_000 - deleted);
    expect(deleted).toBeLessThan(3_000);
  });

  it("deletes every row once in two processes at the same time", async () => {
    const other = await store.alsoOpen();
    const all = measurements(1_500, { receivedAt: NOW - RETENTION.raw - DAY });
    await storeMeasurements(store.database.write, all, NOW - 2 * DAY);
    await store.fold();
    await store.ingest(measurement({ id: "new" }));
    const rows = await Promise.all([store.expire(), other.expire()]);
    expect(rows[0] + rows[1]).toBeGreaterThanOrEqual(1_500);
    expect(count("web_vitals_raw")).toBe(1);
    await other.close();
  });
});
