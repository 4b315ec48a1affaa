import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import SQLite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BusyError } from "../../app/storage/database-errors";
import { integer, rowOf } from "../../app/storage/row-schema";
import { sql } from "../../app/storage/sql";
import { isUnavailable } from "../../app/storage/unavailable.server";
import { measurement } from "../support/measurements";
import { Store } from "../support/store";

let store: Store;
let other: SQLite.Database;
beforeEach(async () => {
  store = await Store.open();
  other = new SQLite(store.path);
});
afterEach(async () => {
  other.close();
  await store.close();
});

/** `true` as long as a promise has not been settled after a few turns of the event loop. */
async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
  return !settled;
}

describe("whenNotBusy while another program writes", () => {
  it("waits with a commit without blocking the process", async () => {
    other.exec("BEGIN IMMEDIATE");
    const committing = store.ingest(measurement());
    expect(await isWaiting(committing)).toBe(true);
    const [row] = await store.database.read.query(
      "count",
      rowOf({ n: integer }),
      sql`SELECT count(*) AS n FROM web_vitals_raw`,
    );
    expect(Number(row?.n)).toBe(0);
    other.exec("COMMIT");
    await committing;
    expect(store.value("SELECT count(*) FROM web_vitals_raw")).toBe(1);
  });

  it("waits with a fold, and folds once", async () => {
    await store.ingest(measurement());
    other.exec("BEGIN IMMEDIATE");
    const folding = store.fold();
    expect(await isWaiting(folding)).toBe(true);
    other.exec("ROLLBACK");
    expect(await folding).toBe(1);
    expect(store.value("SELECT sum(samples) FROM web_vitals_five_minutes")).toBe(1);
  });

  it("continues in the order of the calls", async () => {
    await store.ingest(measurement({ value: 0 }));
    other.exec("BEGIN IMMEDIATE");
    const reports = [1, 2, 3].map((value) => store.ingest(measurement({ value })));
    expect(await isWaiting(Promise.all(reports))).toBe(true);
    other.exec("ROLLBACK");
    await Promise.all(reports);
    expect(store.value("SELECT value FROM web_vitals_raw")).toBe(3);
  });

  it("throws any other error at once", async () => {
    other.exec("DROP TABLE measurements");
    // Had it waited, it would be told that the database was busy.
    const failure = await store.ingest(measurement()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(BusyError);
  });
});

describe("isUnavailable", () => {
  it("recognises a full disk", async () => {
    const connection = await new PrismaBetterSqlite3({ url: `file:${store.path}` }).connect();
    await connection.executeScript("PRAGMA max_page_count = 1");
    const write = async () =>
      connection.executeScript("CREATE TABLE more AS SELECT zeroblob(1000000) AS zeros");
    const error = await write().catch((failure: unknown) => failure);
    await connection.dispose();
    expect(isUnavailable(error)).toBe(true);
  });

  it("recognises a database that another program locks", () => {
    expect(isUnavailable(new BusyError("locked"))).toBe(true);
  });

  it("leaves mistakes of a statement to others", async () => {
    const failing = store.database.write.execute("mistake", sql`UPDATE nothing SET a = 1`);
    expect(isUnavailable(await failing.catch((failure: unknown) => failure))).toBe(false);
    expect(isUnavailable(new Error("SQLITE_FULL"))).toBe(false);
  });
});
