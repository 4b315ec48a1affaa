import { join } from "node:path";
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
import { writerOn } from "../../../../app/storage/sqlite/writer.server";
import { DAY } from "../../../../app/vitals/time";
import { measurementsOf } from "../../../bench/beacons";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const NOW = Date.UTC(2026, 10, 22, 10);
const RETENTION = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };
const SYNCHRONOUS = { kind: "query", sql: "PRAGMA synchronous", values: [] } as const;
const [FULL, NORMAL] = [[{ synchronous: 2 }], [{ synchronous: 1 }]];

describe("openExecutor", () => {
  it("waits for the disk unless a transaction is not durable", async () => {
    const executor = openExecutor(join(folder.path, "executor.db"), { cacheKiB: 1_024 });
    const inTransaction = async (isDurable: boolean): Promise<unknown> => {
      const transaction = await executor.begin({ isDurable });
      const synchronous = await transaction.run(SYNCHRONOUS);
      await transaction.end("COMMIT");
      return synchronous;
    };
    expect(await inTransaction(false)).toEqual(NORMAL);
    expect(await executor.run(SYNCHRONOUS)).toEqual(FULL);
    expect(await inTransaction(false)).toEqual(NORMAL);
    expect(await inTransaction(true)).toEqual(FULL);
    await executor.close();
  });
});

describe("writerOn", () => {
  it("moves a long log after commits, when none waits, and not within one", async () => {
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
    await writer.write.execute("insert", megabyte);
    // Background work is done in turn.
    await writer.transaction("background", async () => {});
    const [{ log, checkpointed }] = moved() as [{ log: number; checkpointed: number }];
    // SQLite begins the log anew with the next write: until then it counts what was in it.
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
