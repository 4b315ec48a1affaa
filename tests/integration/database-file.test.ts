import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sqliteUrl } from "../../app/platform/sqlite-url";
import { openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { selectSetting } from "../../app/storage/settings.server";
import { APPLICATION_ID } from "../../app/storage/sqlite/database-file.server";
import { DamagedDatabaseError } from "../../app/storage/sqlite/errors";
import { isUnavailable } from "../../app/storage/unavailable.server";
import { measurements, NOW } from "../support/measurements";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

let folder: TemporaryFolder;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, "vitals.db");
});
afterEach(() => folder.remove());

const open = (options: { quickCheck?: boolean } = { quickCheck: true }) =>
  openDatabase(sqliteUrl(path), options);

const mode = (file: string): number => statSync(file).mode & 0o777;

function change(statement: string): void {
  const database = new SQLite(path);
  database.exec(statement);
  database.close();
}

/** A closed database of the cockpit with `count` measurements. */
async function cockpitDatabase(count = 3): Promise<void> {
  const database = await open();
  await storeMeasurements(database.write, measurements(count), NOW);
  await database.close();
}

/** Overwrites the pages of a table with noise. */
function damage(table: string): void {
  const database = new SQLite(path);
  const page = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").pluck().get(table);
  const size = database.pragma("page_size", { simple: true });
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0x5a, (Number(page) - 1) * Number(size), Number(page) * Number(size));
  writeFileSync(path, bytes);
}

/** Expects the start to be refused with a message, and the file to stay as it is. */
async function expectRefused(message: RegExp, options?: { quickCheck?: boolean }): Promise<void> {
  const before = readFileSync(path);
  await expect(open(options)).rejects.toThrow(message);
  expect(readFileSync(path).equals(before)).toBe(true);
}

describe("openDatabase on its own file", () => {
  it("marks a new database as the cockpit's, for this user alone", async () => {
    const database = await open();
    expect(mode(path)).toBe(0o600);
    expect(mode(`${path}-wal`)).toBe(0o600);
    await database.close();
    const file = new SQLite(path);
    expect(file.pragma("application_id", { simple: true })).toBe(APPLICATION_ID);
    expect(file.pragma("user_version", { simple: true })).toBeGreaterThan(0);
    file.close();
  });

  it("creates its folder for this user alone", async () => {
    const umask = process.umask(0o022);
    try {
      path = join(folder.path, "data", "vitals.db");
      await (await open()).close();
      expect(mode(join(folder.path, "data"))).toBe(0o700);
    } finally {
      process.umask(umask);
    }
  });

  it("opens a database of a version that had no id, and gives it one", async () => {
    await cockpitDatabase();
    change("PRAGMA application_id = 0; PRAGMA user_version = 0");
    await (await open()).close();
    const file = new SQLite(path);
    expect(file.pragma("application_id", { simple: true })).toBe(APPLICATION_ID);
    expect(file.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get()).toBe(3);
    file.close();
  });

  it("takes the permissions of other users away", async () => {
    const umask = process.umask(0o022);
    try {
      writeFileSync(path, "", { mode: 0o644 });
      expect(mode(path)).toBe(0o644);
      await (await open()).close();
      expect(mode(path)).toBe(0o600);
    } finally {
      process.umask(umask);
    }
  });

  it("opens a file that another process has open", async () => {
    const first = await open();
    const second = await open();
    await storeMeasurements(second.write, measurements(1), NOW);
    await first.close();
    await second.close();
  });
});

describe("openDatabase on a file that it can't use", () => {
  it.each([
    ["one byte", Buffer.from("x")],
    ["text", Buffer.from("key = value\n".repeat(1000))],
    ["a longer text than a header", Buffer.alloc(5000, "SQLite format 4\0")],
  ])("refuses %s, and leaves it unchanged", async (_kind, bytes) => {
    writeFileSync(path, bytes);
    await expectRefused(/is not a SQLite database\. DATABASE_URL must name a database of the cockpit/);
  });

  it.each([
    ["another program's id", "PRAGMA application_id = 1196444487; CREATE TABLE features (id)"],
    ["tables that are not the cockpit's", "CREATE TABLE notes (text)"],
    ["Prisma's table and others", "CREATE TABLE _prisma_migrations (id); CREATE TABLE users (id)"],
    ["write-ahead logging", "PRAGMA journal_mode = WAL; CREATE TABLE notes (text)"],
  ])("refuses a database with %s, and leaves it unchanged", async (_kind, statements) => {
    change(statements);
    await expectRefused(/is the database of another program.*Nothing was changed\./);
  });

  it("refuses a database of a newer version, and leaves it unchanged", async () => {
    await cockpitDatabase();
    change("PRAGMA user_version = 1000");
    await expectRefused(/belongs to a newer version \(its schema has version 1000.*update the cockpit/);
  });

  it("refuses a damaged database, and leaves it unchanged", async () => {
    await cockpitDatabase();
    damage("measurements");
    await expectRefused(/is damaged \(.+\)\. Restore a backup with "npm run restore -- FILE"/);
  });

  it("refuses a file that ends too early, and leaves it unchanged", async () => {
    await cockpitDatabase();
    writeFileSync(path, readFileSync(path).subarray(0, 8192));
    await expectRefused(/is damaged/);
  });

  it("reads only the header and the schema without the quick check", async () => {
    await cockpitDatabase();
    damage("release_traffic");
    await (await open({ quickCheck: false })).close();
  });
});

describe("a database that turns out to be damaged", () => {
  it("is marked as damaged by the statement that meets it", async () => {
    await cockpitDatabase();
    damage("settings");
    const database = await open({ quickCheck: false });
    expect(database.isDamaged()).toBe(false);
    await storeMeasurements(database.write, measurements(1), NOW);
    expect(database.isDamaged()).toBe(false);
    await expect(selectSetting(database.read, "x")).rejects.toThrow();
    expect(database.isDamaged()).toBe(true);
    await database.close();
  });

  it("is not written to any more", async () => {
    await cockpitDatabase();
    damage("settings");
    const database = await open({ quickCheck: false });
    await expect(selectSetting(database.read, "x")).rejects.toThrow();
    const work = vi.fn(async () => {});
    const writes = [
      storeMeasurements(database.write, measurements(1), NOW),
      database.transaction("urgent", work),
    ];
    for (const result of await Promise.allSettled(writes)) {
      const error: unknown = result.status === "rejected" ? result.reason : null;
      expect(error).toBeInstanceOf(DamagedDatabaseError);
      expect(isUnavailable(error)).toBe(true);
    }
    expect(work).not.toHaveBeenCalled();
    await database.close();
  });

  it("is not marked after other failures", async () => {
    const database = await open();
    change("DROP TABLE settings");
    await expect(selectSetting(database.read, "x")).rejects.toThrow();
    expect(database.isDamaged()).toBe(false);
    await database.close();
  });
});
