import { once } from "node:events";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import SQLite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createCappedStore } from "../../app/ingest/cardinality-limits.server";
import { GroupCommit } from "../../app/ingest/group-commit";
import { monotonic } from "../../app/platform/clock.server";
import { projectRoot } from "../../app/platform/project-root";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { rowOf, text } from "../../app/storage/row-schema";
import { Script } from "../../app/storage/script";
import { sql } from "../../app/storage/sql";
import { StatementError, WriterLostError } from "../../app/storage/sqlite/errors";
import { openLogThread } from "../../app/storage/sqlite/log-thread.server";
import { isPassing, isUnavailable } from "../../app/storage/unavailable.server";
import { measurement, NOW } from "../support/measurements";
import { eventually } from "../support/server";
import { LIMITS } from "../support/store";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

let folder: TemporaryFolder;
let path: string;
let database: Database;
let other: SQLite.Database;
let threads: Worker[];
const addThread = (thread: Worker): void => {
  threads.push(thread);
};

beforeEach(async () => {
  threads = [];
  process.on("worker", addThread);
  folder = temporaryFolder();
  path = join(folder.path, "vitals.db");
  database = await openDatabase(`file:${path}`, {
    writerScript: join(projectRoot(), "build", "writer.js"),
  });
  other = new SQLite(path);
});
afterEach(async () => {
  other.close();
  await database.close();
  process.removeListener("worker", addThread);
  folder.remove();
});

const ids = (): string[] =>
  other.prepare("SELECT id FROM web_vitals_raw ORDER BY id").pluck().all() as string[];

/** Ends the newest writer thread by an uncaught error: no request is `null`. */
async function crash(): Promise<void> {
  const thread = threads.at(-1);
  if (thread === undefined) throw new Error("There is no writer thread.");
  const exited = new Promise((resolve) => thread.once("exit", resolve));
  thread.postMessage(null);
  await exited;
}

describe("the writer thread", () => {
  it("stores, returns rows, and rolls a failed transaction back", async () => {
    await storeMeasurements(database.write, [measurement({ id: "a" })], NOW);
    const failing = database.transaction("urgent", async (tx) => {
      await storeMeasurements(tx, [measurement({ id: "b" })], NOW);
      throw new Error("changed its mind");
    });
    await expect(failing).rejects.toThrow("changed its mind");
    const read = database.transaction("background", (tx) =>
      tx.query("ids", rowOf({ id: text }), sql`SELECT id FROM web_vitals_raw`),
    );
    expect(await read).toEqual([{ id: "a" }]);
    expect(ids()).toEqual(["a"]);
  });

  it("returns SQLite's own error of a statement", async () => {
    const error = await database.write
      .execute("mistake", sql`UPDATE missing SET a = ${1}`)
      .catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(StatementError);
    expect(error).toMatchObject({ code: "SQLITE_ERROR", message: "no such table: missing" });
    expect(isUnavailable(error)).toBe(false);
  });

  it("preserves bytes, nulls and large numbers", async () => {
    const rows = await database.write.query(
      "values",
      () => z.looseObject({}),
      sql`SELECT ${Uint8Array.of(1, 0, 255)} AS bytes, ${null} AS absent, ${2 ** 45 + 0.5} AS real, ${"é\u0001😀"} AS text`,
    );
    expect(rows).toEqual([
      { bytes: Uint8Array.of(1, 0, 255), absent: null, real: 2 ** 45 + 0.5, text: "é\u0001😀" },
    ]);
  });
});

describe("a writer thread that ends", () => {
  it("is started again, and a batch under way is stored by the next one", async () => {
    const store = createCappedStore(database, LIMITS);
    await store([measurement({ id: "known" })], NOW);
    const delays: unknown[] = [];
    const buffer = new GroupCommit({
      store: (batch) => store(batch, NOW),
      capacity: 100,
      maxBatch: 10,
      maxUnderWay: 2,
      isTemporary: isPassing,
      onDelay: (error) => delays.push(error),
      monotonic: () => 0,
    });
    other.exec("BEGIN IMMEDIATE");
    const first = buffer.commit([measurement({ id: "a" })]);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const second = buffer.commit([measurement({ id: "b" })]);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await crash();
    other.exec("COMMIT");
    await Promise.all([first, second]);
    expect(ids()).toEqual(["a", "b", "known"]);
    expect(delays.length).toBeGreaterThan(0);
    expect(delays.every((error) => error instanceof WriterLostError)).toBe(true);
    // The one that moves the log, and two that write.
    expect(threads).toHaveLength(3);
  });

  it("runs a script while this thread does something else, and waits for another program's lock", async () => {
    const insert = (key: string) => sql`INSERT INTO settings (key, value) VALUES (${key}, '1')`;
    const count = () => other.prepare("SELECT count(*) FROM settings WHERE key LIKE 'test:%'").pluck().get();
    other.exec("BEGIN IMMEDIATE");
    const script = new Script(database.read.engine);
    script.execute("insert", insert("test:a"));
    script.execute("insert", insert("test:b"));
    const writing = database.script("repeatable", "test", script);
    // Its message has gone to the thread then.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    other.prepare("INSERT INTO settings VALUES ('test:other', '1')").run();
    other.exec("COMMIT");
    // This thread is busy until the whole script is written: nothing of it needs this thread.
    const deadline = monotonic() + 60_000;
    while (count() !== 3 && monotonic() < deadline)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    expect(count()).toBe(3);
    const { refusedBy, othersVersion } = await writing;
    expect(refusedBy).toBeNull();
    const again = await database.script("repeatable", "test", new Script(database.read.engine));
    expect(again.othersVersion).toBe(othersVersion);
    other.prepare("DELETE FROM settings WHERE key LIKE 'test:%'").run();
    const afterOther = await database.script("repeatable", "test", new Script(database.read.engine));
    expect(afterOther.othersVersion).not.toBe(othersVersion);
  });

  it("goes on where the thread that moves the log fails", async () => {
    const log = openLogThread(
      join(projectRoot(), "build", "writer.js"),
      join(folder.path, "no", "file.db"),
      1,
    );
    await eventually(
      () => log.isRunning,
      (isRunning) => !isRunning,
    );
    await log.close();
  });

  it("moves the write-ahead log in a thread beside it, and ends that with the database", async () => {
    const log = () => other.pragma("wal_checkpoint(NOOP)") as [{ log: number; checkpointed: number }];
    const script = new Script(database.read.engine);
    // Some 2,000 pages.
    const value = sql`hex(zeroblob(1000000))`;
    for (const key of ["a", "b", "c", "d"]) {
      script.execute("insert", sql`INSERT INTO settings (key, value) VALUES (${`test:${key}`}, ${value})`);
    }
    // The thread looks at the log after this one, and sleeps a while: what is written meanwhile counts, too.
    await database.write.execute("insert", sql`INSERT INTO settings (key, value) VALUES ('test:0', '1')`);
    await database.script("repeatable", "test", script);
    await eventually(
      async () => log()[0],
      ({ log, checkpointed }) => log >= 1_000 && checkpointed === log,
    );
    const ended = Promise.all(threads.map((thread) => once(thread, "exit")));
    await database.close();
    expect(await ended).toEqual([[0], expect.anything()]);
    database = await openDatabase(`file:${path}`);
  });

  it("leaves nothing of an open transaction, whose other statements run nowhere", async () => {
    const failing = database.transaction("background", async (tx) => {
      await storeMeasurements(tx, [measurement({ id: "a" })], NOW);
      await crash();
      await storeMeasurements(tx, [measurement({ id: "b" })], NOW);
    });
    const error = await failing.catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(WriterLostError);
    expect(isUnavailable(error)).toBe(true);
    await storeMeasurements(database.write, [measurement({ id: "c" })], NOW);
    expect(ids()).toEqual(["c"]);
  });
});
