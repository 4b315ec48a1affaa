import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import SQLite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toBulkLine } from "../../app/cli/bulk-line";
import { selectMeasurements, storeMeasurements } from "../../app/storage/measurements.server";
import { applyMigrations } from "../../app/storage/sqlite/migrations.server";
import { moveMeasurements } from "../../app/storage/sqlite/move-measurements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { NOW } from "../support/measurements";
import { PROJECT_ROOT } from "../support/node-bundle";
import { Store } from "../support/store";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

const FIXTURE = join(PROJECT_ROOT, "tests", "fixtures", "stores", "labels-in-rows");

const EXPORTED = readFileSync(`${FIXTURE}.ndjson`, "utf8");

type Figures = { pending: number; columns: string; afterFold: Record<string, string> };
const FIGURES: Figures = JSON.parse(readFileSync(`${FIXTURE}.figures.json`, "utf8"));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

let folder: TemporaryFolder;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, "vitals.db");
  copyFileSync(`${FIXTURE}.db`, path);
});
afterEach(() => folder.remove());

/** All lines of an export, read in pages that end within a millisecond. */
async function exported(store: Store, page = 50): Promise<string> {
  const window = { from: 0, to: Number.MAX_SAFE_INTEGER };
  const lines: string[] = [];
  let last: Measurement | null = null;
  for (;;) {
    const rows: Measurement[] = await selectMeasurements(store.database.read, window, last, page);
    if (rows.length === 0) return lines.join("");
    lines.push(...rows.map(toBulkLine));
    last = rows.at(-1) ?? null;
  }
}

const columnsOf = (store: Store): string =>
  sha256(
    JSON.stringify(
      store.rows("SELECT id, value, folded_value, stored_at, sequence FROM web_vitals_raw ORDER BY id"),
    ),
  );

/** A column of routes and releases that the version before did not have. */
const ADDED_SINCE = "vouched_at";

function tablesOf(store: Store): Record<string, string> {
  const tables = Object.keys(FIGURES.afterFold).map((table) => {
    const columns = store.sql.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table);
    const older = columns.filter((column) => column !== ADDED_SINCE).join();
    const rows = store.sql.prepare(`SELECT ${older} FROM ${table}`).raw().all();
    return [
      table,
      sha256(
        rows
          .map((row) => JSON.stringify(row))
          .sort()
          .join("\n"),
      ),
    ];
  });
  return Object.fromEntries(tables);
}

describe("moveMeasurements on a database of the version before", () => {
  it("leaves the export, every column and the figures of the fold as they were", async () => {
    const store = await Store.open({ path, at: NOW + 2_000 });
    expect(store.value("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'web_vitals_raw_*'")).toBe(0);
    expect(await exported(store)).toBe(EXPORTED);
    expect(await exported(store, 3)).toBe(EXPORTED);
    expect(columnsOf(store)).toBe(FIGURES.columns);
    expect(await store.fold()).toBe(FIGURES.pending);
    expect(tablesOf(store)).toEqual(FIGURES.afterFold);
    expect(await exported(store)).toBe(EXPORTED);
    await store.close();
  });

  it("continues where it was stopped, with reports that came in between", async () => {
    await applyMigrations(path);
    class Stopped extends Error {}
    const totals = new Set<number>();
    // Stops after each slice but the last ones.
    for (let starts = 0; starts < 20; starts += 1) {
      const move = moveMeasurements(path, {
        slice: 10,
        onSlice: ({ moved, total }) => {
          totals.add(total - moved);
          throw new Stopped();
        },
      });
      await expect(move).rejects.toThrow(Stopped);
    }
    const before = new SQLite(path, { readonly: true });
    expect(before.prepare("SELECT count(*) FROM measurements").pluck().get()).toBe(200);
    expect([...totals]).toHaveLength(20);
    before.close();
    const store = await Store.open({ path, at: NOW + 2_000 });
    expect(await exported(store)).toBe(EXPORTED);
    await store.fold();
    expect(tablesOf(store)).toEqual(FIGURES.afterFold);
    await store.close();
  });

  it("is done once when two processes start at once", async () => {
    await applyMigrations(path);
    await Promise.all([moveMeasurements(path, { slice: 7 }), moveMeasurements(path, { slice: 11 })]);
    const store = await Store.open({ path });
    expect(await exported(store)).toBe(EXPORTED);
    await store.close();
  });

  it("is done where another process ends it right after this one has found the table", async () => {
    await applyMigrations(path);
    const { connect } = PrismaBetterSqlite3.prototype;
    let others = 0;
    vi.spyOn(PrismaBetterSqlite3.prototype, "connect").mockImplementation(async function (
      this: PrismaBetterSqlite3,
    ) {
      const connection = await connect.call(this);
      const { queryRaw } = connection;
      connection.queryRaw = async (query) => {
        const result = await queryRaw.call(connection, query);
        if (others === 0) {
          others += 1;
          const other = new SQLite(path);
          other.exec("DROP TABLE web_vitals_raw_unmoved");
          other.close();
        }
        return result;
      };
      return connection;
    });
    await moveMeasurements(path);
    expect(others).toBe(1);
  });

  it("imports its export as it was", async () => {
    const store = await Store.open({ at: NOW + 2_000 });
    const old = await Store.open({ path });
    const window = { from: 0, to: Number.MAX_SAFE_INTEGER };
    const all = await selectMeasurements(old.database.read, window, null, 10_000);
    await storeMeasurements(store.database.write, all, NOW);
    expect(await exported(store)).toBe(EXPORTED);
    await old.close();
    await store.close();
  });
});
