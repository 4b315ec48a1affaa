import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { foldBatch } from "../../app/rollup/fold.server";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { selectMeasurements, storeMeasurements } from "../../app/storage/measurements.server";
import { moveStore } from "../../app/storage/move/move-store.server";
import { distributeTables } from "../../app/storage/postgresql/distribute.server";
import { announceRelease } from "../../app/storage/releases.server";
import { insertSetting, selectSetting } from "../../app/storage/settings.server";
import type { Measurement } from "../../app/vitals/measurement";
import { METRICS } from "../../app/vitals/metrics";
import { DAY, HOUR } from "../../app/vitals/time";
import { idAt, measurement, NOW } from "../support/measurements";
import { createDatabase, dropDatabase } from "../support/postgresql/databases";
import { RETENTION } from "../support/store";
import { temporaryFolder } from "../support/temporary-folder";

/** More than two batches of the move. */
const COUNT = 4_500;

let folder: { path: string; remove: () => void };
let from: string;
let target: string;
beforeEach(async () => {
  folder = temporaryFolder();
  from = `file:${folder.path}/vitals.db`;
  target = await createDatabase(inject("postgresql"), null);
});
afterEach(async () => {
  await dropDatabase(target);
  folder.remove();
});

/** A measurement of each kind: of any metric, with and without attribution, library and id of web-vitals. */
const varied = (number: number): Measurement =>
  measurement({
    id: number % 7 === 0 ? `own id "${number}" ✓` : idAt(NOW - number, number),
    metric: METRICS[number % 5] ?? "LCP",
    value: number % 3 === 0 ? (number % 600) / 7 : number % 90,
    route: `/route/${number % 20}`,
    buildVersion: number % 2 === 0 ? "2.4.1" : "2.4.0",
    receivedAt: NOW - (number % 40) * HOUR,
    sequence: number % 4 === 0 ? null : number,
    library: number % 5 === 0 ? null : "web-vitals/6.2.3",
    attribution:
      number % 5 === 0 ? null : { target: `main>img:nth-child(${number % 30})`, timeToFirstByte: number },
  });

/** Measurements that are folded, one reported again since, and one that is not folded. */
async function fill(): Promise<void> {
  const database = await openDatabase(from);
  const all = Array.from({ length: COUNT }, (_, number) => varied(number));
  for (let at = 0; at < all.length; at += 1_000) {
    await storeMeasurements(database.write, all.slice(at, at + 1_000), NOW);
  }
  while ((await foldBatch(database, 5_000, RETENTION, NOW)) > 0);
  await storeMeasurements(database.write, [{ ...varied(1), value: 77, sequence: 9_999 }], NOW);
  await storeMeasurements(database.write, [measurement({ id: "pending" })], NOW);
  await announceRelease(database.write, { buildVersion: "2.5.0", announcedAt: NOW, link: null }, NOW);
  await insertSetting(database.write, { key: "a:b", value: "1" });
  await database.close();
}

const everything = async (database: Database): Promise<Measurement[]> =>
  selectMeasurements(database.read, { from: 0, to: NOW + DAY }, null, 10 * COUNT);

async function withDatabase<T>(url: string, use: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(url);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

async function onTarget(statement: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: target });
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: "array" })).rows as unknown[][];
  } finally {
    await client.end();
  }
}

describe("moveStore", () => {
  it("moves every measurement and summary, and the fold goes on", async () => {
    await fill();
    const steps: string[] = [];
    const moved = await moveStore(from, target, ({ table }) => void steps.push(table));
    expect(moved.resumed).toBe(false);
    expect(steps.slice(0, 3)).toEqual(["web_vitals_raw", "web_vitals_raw", "web_vitals_raw"]);
    const before = await withDatabase(from, everything);
    expect(before).toHaveLength(COUNT + 1);
    await withDatabase(target, async (there) => {
      expect(await everything(there)).toEqual(before);
      expect(await selectSetting(there.read, "a:b")).toBe("1");
      // The one that was reported again, and the one that was not folded.
      expect(await foldBatch(there, 5_000, RETENTION, NOW)).toBe(2);
    });
    expect(await onTarget("SELECT sum(samples)::integer FROM web_vitals_five_minutes_totals")).toEqual([
      [COUNT + 1],
    ]);
    expect(await onTarget("SELECT count(*)::integer FROM settings WHERE key = 'migrate-store'")).toEqual([
      [0],
    ]);
  });

  it("goes on where it was stopped", async () => {
    await fill();
    let batches = 0;
    const stopped = moveStore(from, target, () => {
      batches += 1;
      if (batches === 2) throw new Error("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(await onTarget("SELECT count(*)::integer FROM web_vitals_raw")).toEqual([[4_000]]);
    const tables: string[] = [];
    const moved = await moveStore(from, target, ({ table }) => void tables.push(table));
    expect(moved.resumed).toBe(true);
    expect(tables.filter((table) => table === "web_vitals_raw")).toHaveLength(1);
    const before = await withDatabase(from, everything);
    expect(await withDatabase(target, everything)).toEqual(before);
  });

  it("does not go on with a file that changed", async () => {
    await fill();
    const stopped = moveStore(from, target, () => {
      throw new Error("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    await withDatabase(from, (database) =>
      storeMeasurements(database.write, [measurement({ id: "new", receivedAt: NOW + 1 })], NOW + 1),
    );
    await expect(moveStore(from, target)).rejects.toThrow(/The file has changed since the move began/);
  });

  it("refuses a target with other data", async () => {
    await fill();
    await withDatabase(target, (database) => storeMeasurements(database.write, [measurement()], NOW));
    await expect(moveStore(from, target)).rejects.toThrow(
      /The target has data of its own \(in web_vitals_raw\)/,
    );
    expect(await onTarget("SELECT count(*)::integer FROM web_vitals_raw")).toEqual([[1]]);
  });

  it("names what differs", async () => {
    await fill();
    let done = false;
    const wrong = moveStore(from, target, async ({ table }) => {
      if (done || table !== "routes") return;
      done = true;
      await onTarget("DELETE FROM web_vitals_hourly_totals");
      await onTarget("DELETE FROM web_vitals_five_minutes_totals WHERE metric = 'LCP'");
    });
    await expect(wrong).rejects.toThrow(
      /The target differs from the file: web_vitals_five_minutes_totals has \d+ rows instead of \d+.*LCP of web_vitals_five_minutes_totals is no samples/,
    );
  });
});

describe("distributeTables", () => {
  it("states that the extension is missing, and changes nothing", async () => {
    await expect(distributeTables(target)).rejects.toThrow(
      /does not have the extension citus.*Nothing was changed/,
    );
  });
});
