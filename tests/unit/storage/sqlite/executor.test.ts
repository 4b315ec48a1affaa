import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import SQLite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { foldBatch, foldUnstored } from "../../../../app/rollup/fold.server";
import { type Database, openDatabase } from "../../../../app/storage/database.server";
import type { TransactionKind } from "../../../../app/storage/database-contract";
import { storeMeasurements } from "../../../../app/storage/measurements.server";
import { Script } from "../../../../app/storage/script";
import { sql } from "../../../../app/storage/sql";
import { DamageWatch } from "../../../../app/storage/sqlite/damage.server";
import { SQLITE } from "../../../../app/storage/sqlite/engine";
import { openExecutor } from "../../../../app/storage/sqlite/executor.server";
import { LogSync } from "../../../../app/storage/sqlite/log-sync.server";
import { writerOn } from "../../../../app/storage/sqlite/writer.server";
import { DAY } from "../../../../app/vitals/time";
import { measurementsOf } from "../../../bench/beacons";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const NOW = Date.UTC(2026, 10, 22, 10);
const RETENTION = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };
const INSERT = { kind: "execute", sql: "INSERT INTO t VALUES (1)", values: [] } as const;
const COUNT = { kind: "query", sql: "SELECT count(*) AS n FROM t", values: [] } as const;
const SCRIPT = [{ name: "insert", command: INSERT, changes: null }];

/** An executor with an empty table `t`, whose disk needs until `settle` for each sync. */
async function openWithDisk(name: string) {
  const syncs: Array<{ resolve: () => void; reject: (error: Error) => void }> = [];
  const path = join(folder.path, name);
  const executor = openExecutor(
    path,
    { cacheKiB: 1_024 },
    { fdatasync: () => new Promise((resolve, reject) => syncs.push({ resolve, reject })) },
  );
  const created = executor.run({ kind: "execute", sql: "CREATE TABLE t (a)", values: [] });
  const settle = async (error: Error | null = null): Promise<void> => {
    await expect.poll(() => syncs.length).toBe(1);
    const [sync] = syncs.splice(0);
    if (error === null) sync?.resolve();
    else sync?.reject(error);
  };
  await settle();
  await created;
  const isDurable: boolean[] = [];
  const watch = (work: Promise<unknown>): void => {
    const i = isDurable.push(false) - 1;
    work.then(
      () => {
        isDurable[i] = true;
      },
      () => {},
    );
  };
  return { executor, path, syncs, settle, isDurable, watch };
}

describe("openExecutor", () => {
  it("waits for the disk with what is durable, and with nothing else", async () => {
    const { executor, syncs, settle } = await openWithDisk("durable.db");
    const inTransaction = async (isDurable: boolean, how: "COMMIT" | "ROLLBACK"): Promise<void> => {
      const transaction = await executor.begin({ isDurable });
      await transaction.run(INSERT);
      await transaction.end(how);
    };
    await inTransaction(false, "COMMIT");
    await inTransaction(true, "ROLLBACK");
    await executor.script({ isDurable: false, steps: SCRIPT });
    await executor.script({ isDurable: true, steps: [{ name: "insert", command: INSERT, changes: 2 }] });
    expect(await executor.run(COUNT)).toEqual([{ n: 2 }]);
    expect(syncs).toEqual([]);
    const returning = { kind: "query", sql: "INSERT INTO t VALUES (1) RETURNING a", values: [] } as const;
    for (const start of [
      () => executor.run(INSERT),
      () => executor.run(returning),
      () => inTransaction(true, "COMMIT"),
      () => executor.script({ isDurable: true, steps: SCRIPT }),
    ]) {
      const durable = start();
      await settle();
      await durable;
    }
    await executor.close();
  });

  it("writes the next transactions while the disk is busy, and syncs all of them at once", async () => {
    const { executor, syncs, settle, isDurable, watch } = await openWithDisk("busy.db");
    watch(executor.run(INSERT));
    await expect.poll(() => syncs.length).toBe(1);
    watch(executor.run(INSERT));
    watch(executor.script({ isDurable: true, steps: SCRIPT }));
    expect(await executor.run(COUNT)).toEqual([{ n: 3 }]);
    await settle();
    await expect.poll(() => isDurable).toEqual([true, false, false]);
    await settle();
    await expect.poll(() => isDurable).toEqual([true, true, true]);
    expect(syncs).toEqual([]);
    await executor.close();
  });

  it("fails when the disk does, and moves the whole log before anything else is durable", async () => {
    const { executor, path, settle, isDurable, watch } = await openWithDisk("failing.db");
    const moved = (): unknown => {
      const other = new SQLite(path, { readonly: true });
      const [{ log, checkpointed }] = other.pragma("wal_checkpoint(NOOP)") as [
        { log: number; checkpointed: number },
      ];
      other.close();
      return log === checkpointed;
    };
    const failing = executor.run(INSERT);
    await settle(new Error("EIO: i/o error, fdatasync"));
    await expect(failing).rejects.toMatchObject({
      code: "SQLITE_IOERR_FSYNC",
      message: "The disk failed: EIO: i/o error, fdatasync.",
    });
    expect(moved()).toBe(false);

    const reader = new SQLite(path, { readonly: true });
    const rows = reader.prepare("SELECT a FROM t").iterate();
    rows.next();
    await executor.begin({ isDurable: false }).then(async (transaction) => {
      await transaction.run(INSERT);
      await transaction.end("COMMIT");
    });
    // An old reader keeps what came after it out of the file.
    await expect(executor.run(INSERT)).rejects.toMatchObject({ code: "SQLITE_IOERR_FSYNC" });
    rows.return?.();
    reader.close();

    watch(executor.run(INSERT));
    await settle();
    await expect.poll(() => isDurable).toEqual([true]);
    expect(moved()).toBe(true);
    await executor.close();
  });

  it("counts the log as not moved while another connection moves it", async () => {
    const { executor, path, syncs, settle } = await openWithDisk("moving.db");
    const failing = executor.run(INSERT);
    await expect.poll(() => syncs.length).toBe(1);
    const next = executor.run(INSERT);

    const reader = new SQLite(path, { readonly: true });
    const rows = reader.prepare("SELECT a FROM t").iterate();
    rows.next();
    // A restart of the log waits for the reader, and no other connection can move the log meanwhile.
    const other = new Worker(
      `const { workerData } = require("node:worker_threads");
      const connection = require(workerData.module)(workerData.path, { timeout: 60_000 });
      connection.pragma("wal_checkpoint(RESTART)");`,
      { eval: true, workerData: { path, module: createRequire(import.meta.url).resolve("better-sqlite3") } },
    );
    const ended = once(other, "exit");
    const third = new SQLite(path, { timeout: 0 });
    await expect.poll(() => third.pragma("wal_checkpoint(PASSIVE)")).toMatchObject([{ busy: 1 }]);
    await settle(new Error("EIO: i/o error, fdatasync"));
    for (const insert of [failing, next]) {
      await expect(insert).rejects.toMatchObject({ code: "SQLITE_IOERR_FSYNC" });
    }

    rows.return?.();
    reader.close();
    third.close();
    await ended;
    await executor.close();
  });

  it("syncs the log of a database that is named by a symbolic link", async () => {
    mkdirSync(join(folder.path, "volume"));
    const target = join(folder.path, "volume", "target.db");
    new SQLite(target).close();
    const link = join(folder.path, "link.db");
    symlinkSync(target, link);
    const executor = openExecutor(link, { cacheKiB: 1_024 });
    await executor.run({ kind: "execute", sql: "CREATE TABLE t (a)", values: [] });
    await executor.run(INSERT);
    expect(await executor.run(COUNT)).toEqual([{ n: 1 }]);
    await executor.close();
  });
});

describe("LogSync", () => {
  it("opens the log again after it could not be opened", async () => {
    const log = join(folder.path, "late.db-wal");
    const sync = new LogSync(log, () => true);
    await expect(sync.done()).rejects.toMatchObject({ code: "SQLITE_IOERR_FSYNC" });
    writeFileSync(log, "");
    await sync.done();
    await sync.close();
  });

  it("closes where the log could not be opened", async () => {
    const sync = new LogSync(join(folder.path, "absent.db-wal"), () => true);
    await expect(sync.done()).rejects.toMatchObject({ code: "SQLITE_IOERR_FSYNC" });
    await sync.close();
  });
});

describe("writerOn", () => {
  it("moves a long log after background work, where no thread does, and not within a commit", async () => {
    const path = join(folder.path, "commits.db");
    const executor = openExecutor(path, { cacheKiB: 1_024 });
    await executor.run({ kind: "execute", sql: "CREATE TABLE t (a)", values: [] });
    const writer = writerOn(executor, new DamageWatch(path));
    const other = new SQLite(path);
    const moved = (): unknown => other.pragma("wal_checkpoint(NOOP)");
    const megabyte = sql`INSERT INTO t VALUES (zeroblob(1000000))`;
    for (let i = 0; i < 31; i += 1) {
      await writer.write.execute("insert", megabyte);
      expect(moved()).toMatchObject([{ checkpointed: 0 }]);
    }
    // Each is done in turn: the second one after the log is moved.
    await writer.transaction("background", async () => {});
    await writer.transaction("background", async () => {});
    // SQLite begins the log anew with the next write: until then it counts what was in it.
    const [{ log, checkpointed }] = moved() as [{ log: number; checkpointed: number }];
    expect({ isLong: log > 6_000, left: log - checkpointed }).toEqual({ isLong: true, left: 0 });
    other.close();
    await writer.close();
  });

  it("makes every kind of transaction and script durable but a repeatable one", async () => {
    const begun: boolean[] = [];
    const executor = openExecutor(join(folder.path, "writer.db"), { cacheKiB: 1_024 });
    const watched: typeof executor = {
      ...executor,
      begin: (options) => {
        begun.push(options.isDurable);
        return executor.begin(options);
      },
      script: (script) => {
        begun.push(script.isDurable);
        return executor.script(script);
      },
    };
    const writer = writerOn(watched, new DamageWatch(join(folder.path, "writer.db")));
    for (const kind of ["urgent", "background", "repeatable"] as const) {
      await writer.transaction(kind, async () => {});
      await writer.script(kind, "nothing", new Script(SQLITE));
    }
    await writer.close();
    expect(begun).toEqual([true, true, true, true, false, false]);
  });
});

describe("the fold", () => {
  it("is repeatable for stored measurements, and durable for those that nothing would fold again", async () => {
    const database = await openDatabase(`file:${join(folder.path, "fold.db")}`);
    const kinds: TransactionKind[] = [];
    const watched: Database = {
      ...database,
      script: (kind, name, script) => {
        kinds.push(kind);
        return database.script(kind, name, script);
      },
    };
    await storeMeasurements(database.write, measurementsOf(1, NOW), NOW);
    await foldBatch(watched, 10, RETENTION, NOW);
    expect(new Set(kinds)).toEqual(new Set(["repeatable"]));
    kinds.length = 0;
    await foldUnstored(watched, measurementsOf(2, NOW), RETENTION, NOW);
    expect(kinds).toEqual(["background"]);
    await database.close();
  });
});
