import { rmSync, statSync } from "node:fs";
import SQLite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStatistics } from "../../app/cli/db-stats/statistics.server";
import { shrinkFile } from "../../app/rollup/shrink.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { selectPages } from "../../app/storage/space.server";
import { vacuumFile } from "../../app/storage/sqlite/vacuum.server";
import { DAY } from "../../app/vitals/time";
import { measurement, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

/** A table of 2,000 pages of its own, from which all rows are deleted. */
function leaveFreePages(): void {
  store.sql.exec(`
    CREATE TABLE filler (content BLOB);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO filler SELECT zeroblob(4000) FROM n;
    DELETE FROM filler`);
}

const pagesOf = async (of: Store) => {
  const pages = await selectPages(of.database.read);
  if (pages === null) throw new Error("The database has no pages.");
  return pages;
};

describe("shrinkFile", () => {
  it("removes free pages, and leaves a reserve", async () => {
    leaveFreePages();
    const before = await pagesOf(store);
    expect(before.free).toBeGreaterThan(1_900);
    const removed = await shrinkFile(store.database);
    expect(removed).toBe(before.free - 1_024);
    const after = await pagesOf(store);
    expect(after.free).toBe(1_024);
    // SQLite removes pages of its pointer map with those that they describe.
    expect(after.pages).toBeLessThanOrEqual(before.pages - removed);
    expect(await shrinkFile(store.database)).toBe(0);
  });

  it("gives the space back to the file system", async () => {
    leaveFreePages();
    store.sql.pragma("wal_checkpoint(TRUNCATE)");
    const before = statSync(store.path).size;
    await shrinkFile(store.database);
    store.sql.pragma("wal_checkpoint(TRUNCATE)");
    expect(statSync(store.path).size).toBeLessThan(before - 800 * 4_096);
  });

  it("stops at a shutdown", async () => {
    leaveFreePages();
    expect(await shrinkFile(store.database, () => true)).toBe(0);
  });

  it("loses no row", async () => {
    await store.ingest(measurement());
    leaveFreePages();
    await store.ingest(measurement({ id: "after the free pages" }));
    await shrinkFile(store.database);
    expect(store.value("SELECT count(*) FROM web_vitals_raw")).toBe(2);
    expect(store.value("PRAGMA integrity_check")).toBe("ok");
  });
});

describe("vacuumFile", () => {
  it("makes a file of an earlier version one that shrinks", async () => {
    const old = `${store.path}.old`;
    await store.ingest(measurement());
    store.sql.pragma("auto_vacuum = NONE");
    store.sql.prepare("VACUUM INTO ?").run(old);
    const earlier = await Store.open({ path: old });
    try {
      expect((await pagesOf(earlier)).shrinks).toBe(false);
      expect(await shrinkFile(earlier.database)).toBe(0);
    } finally {
      await earlier.close();
    }
    const sizes = await vacuumFile(old);
    expect(sizes.after).toBe(statSync(old).size);
    const now = await Store.open({ path: old });
    try {
      expect((await pagesOf(now)).shrinks).toBe(true);
      expect(now.value("SELECT count(*) FROM web_vitals_raw")).toBe(1);
    } finally {
      await now.close();
      rmSync(old);
    }
  });

  it("refuses a path without a database, and creates none", async () => {
    const path = `${store.path}.absent`;
    await expect(vacuumFile(path)).rejects.toThrow(`There is no database at ${path}.`);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("refuses the database of another program, and leaves it as it is", async () => {
    const path = `${store.path}.foreign`;
    const foreign = new SQLite(path);
    foreign.exec("CREATE TABLE theirs (a)");
    foreign.close();
    await expect(vacuumFile(path)).rejects.toThrow(/another program/);
  });
});

describe("readStatistics", () => {
  it("has rows, bytes, times and the expected size of each table", async () => {
    for (let day = 0; day < 4; day++) {
      const receivedAt = NOW - day * DAY;
      await storeMeasurements(
        store.database.write,
        [0, 1].map((i) => measurement({ id: `${day} ${i}`, receivedAt })),
        receivedAt,
      );
    }
    await store.fold();
    const { tables, file } = await readStatistics(store.database, RETENTION, NOW);
    const raw = tables.find(({ table }) => table === "measurements");
    expect(raw).toMatchObject({ rows: 8, oldest: NOW - 3 * DAY, newest: NOW, retention: RETENTION.raw });
    // Two rows on each of the two whole days since the first row.
    expect(raw?.expected?.rows).toBe(2 * 7);
    expect(raw?.expected?.bytes).toBe(Math.round((14 * (raw?.bytes ?? 0)) / 8));
    expect(tables.find(({ table }) => table === "settings")).toMatchObject({
      retention: null,
      expected: null,
    });
    const all = tables.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(all).toBeLessThanOrEqual((file?.pages ?? 0) * (file?.bytes ?? 0));
    expect(tables.map(({ bytes }) => bytes)).toEqual(tables.map(({ bytes }) => bytes).sort((a, b) => b - a));
  });
});
