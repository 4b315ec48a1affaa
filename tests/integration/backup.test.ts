import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteUrl } from "../../app/platform/sqlite-url";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { insertSession } from "../../app/storage/sessions.server";
import { backUpDatabase, restoreDatabase } from "../../app/storage/sqlite/backup.server";
import { measurement, measurements, NOW } from "../support/measurements";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

let folder: TemporaryFolder;
let path: string;
let backup: string;
let database: Database | null = null;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, "vitals.db");
  backup = join(folder.path, "copy.db");
});
afterEach(async () => {
  await closeDatabase();
  folder.remove();
});

async function open(): Promise<Database> {
  database = await openDatabase(sqliteUrl(path));
  return database;
}

async function closeDatabase(): Promise<void> {
  await database?.close();
  database = null;
}

function count(file: string): number {
  const copy = new SQLite(file, { readonly: true });
  try {
    return Number(copy.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get());
  } finally {
    copy.close();
  }
}

const kept = (): string => join(folder.path, "vitals.db.before");

describe("backUpDatabase", () => {
  it("copies a database that is open, with what only its log has", async () => {
    const { write } = await open();
    await storeMeasurements(write, measurements(5), NOW);
    const bytes = await backUpDatabase(path, backup);
    expect(count(backup)).toBe(5);
    expect(bytes).toBe(statSync(backup).size);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    await storeMeasurements(write, [measurement({ id: "more" })], NOW);
    expect(count(backup)).toBe(5);
    expect(readdirSync(folder.path).filter((name) => name.includes("part"))).toEqual([]);
  });

  it("never replaces a file", async () => {
    await open();
    writeFileSync(backup, "important");
    await expect(backUpDatabase(path, backup)).rejects.toThrow(/copy\.db exists already\./);
    expect(readFileSync(backup, "utf8")).toBe("important");
  });

  it("leaves nothing behind when it fails", async () => {
    await open();
    await expect(backUpDatabase(path, join(folder.path, "missing", "copy.db"))).rejects.toThrow(/missing/);
    await closeDatabase();
    truncateSync(path, 8192);
    await expect(backUpDatabase(path, backup)).rejects.toThrow();
    expect(readdirSync(folder.path).filter((name) => name.startsWith("copy"))).toEqual([]);
  });

  it("says when there is no database", async () => {
    await expect(backUpDatabase(path, backup)).rejects.toThrow(/There is no database at .*vitals\.db\./);
  });
});

describe("restoreDatabase", () => {
  it("replaces the database by the backup, and retains the replaced one", async () => {
    const { write } = await open();
    await storeMeasurements(write, measurements(5), NOW);
    await backUpDatabase(path, backup);
    await storeMeasurements(write, [measurement({ id: "6" }), measurement({ id: "7" })], NOW);
    await closeDatabase();
    expect(await restoreDatabase(path, backup, kept())).toBe(true);
    expect([count(path), count(kept()), count(backup)]).toEqual([5, 7, 5]);
    const names = ["copy.db", "vitals.db", "vitals.db.before"];
    expect(readdirSync(folder.path).sort()).toEqual(names);
    await open();
  });

  it("ends all sessions, and leaves the backup as it is", async () => {
    const { write } = await open();
    const session = { id: "a", tokenHash: "h", credential: "c", browser: "Firefox", createdAt: NOW };
    await insertSession(write, session);
    await backUpDatabase(path, backup);
    await closeDatabase();
    await restoreDatabase(path, backup, kept());
    const sessions = (file: string): number => {
      const sql = new SQLite(file, { readonly: true });
      const { n } = sql.prepare("SELECT count(*) AS n FROM sessions").get() as { n: number };
      sql.close();
      return n;
    };
    expect([sessions(path), sessions(backup)]).toEqual([0, 1]);
    expect(readdirSync(folder.path).sort()).toEqual(["copy.db", "vitals.db", "vitals.db.before"]);
  });

  it("gives the database to this user alone, whatever the mode of the backup", async () => {
    await open();
    await backUpDatabase(path, backup);
    await closeDatabase();
    chmodSync(backup, 0o644);
    await restoreDatabase(path, backup, kept());
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    [
      "is another program's",
      () => new SQLite(path).exec("CREATE TABLE notes (text)").close(),
      /of another program/,
    ],
    ["is no database", () => writeFileSync(path, "x".repeat(9000)), /is not a SQLite database/],
  ])("refuses to replace a file that %s, and changes nothing", async (_, create, message) => {
    await open();
    await backUpDatabase(path, backup);
    await closeDatabase();
    rmSync(path);
    create();
    const before = readFileSync(path);
    await expect(restoreDatabase(path, backup, kept())).rejects.toThrow(message);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(kept())).toBe(false);
  });

  it("restores where there is no database", async () => {
    await open();
    await backUpDatabase(path, backup);
    await closeDatabase();
    const other = join(folder.path, "other.db");
    expect(await restoreDatabase(other, backup, kept())).toBe(false);
    expect(existsSync(kept())).toBe(false);
    expect(count(other)).toBe(0);
  });

  it("refuses while a process uses the database", async () => {
    const { write } = await open();
    await storeMeasurements(write, measurements(5), NOW);
    await backUpDatabase(path, backup);
    await expect(restoreDatabase(path, backup, kept())).rejects.toThrow(
      /A process uses .*vitals\.db\. Stop every cockpit on it first\. Nothing was changed\./,
    );
    await storeMeasurements(write, [measurement({ id: "more" })], NOW);
    expect(count(path)).toBe(6);
  });

  it("replaces a damaged database, and its log with it", async () => {
    const { write } = await open();
    await storeMeasurements(write, measurements(5), NOW);
    await backUpDatabase(path, backup);
    await closeDatabase();
    truncateSync(path, 8192);
    for (const suffix of ["-wal", "-journal"]) writeFileSync(path + suffix, "left over by a crash");
    expect(await restoreDatabase(path, backup, kept())).toBe(true);
    expect([existsSync(`${path}-wal`), existsSync(`${path}-journal`)]).toEqual([false, false]);
    await open();
    expect(count(path)).toBe(5);
  });

  it.each([
    ["is absent", () => {}, /There is no backup at/],
    ["is empty", () => writeFileSync(backup, ""), /is empty\./],
    ["is no database", () => writeFileSync(backup, "x".repeat(9000)), /is not a SQLite database/],
    ["is damaged", () => truncateSync(backup, 8192), /is damaged/],
    ["has a log", () => writeFileSync(`${backup}-wal`, "x"), /copy\.db-wal has a part of/],
    ["has a journal", () => writeFileSync(`${backup}-journal`, "x"), /copy\.db-journal has a part of/],
    [
      "belongs to a newer version",
      () => {
        const file = new SQLite(backup);
        file.pragma("user_version = 1000");
        file.close();
      },
      /belongs to a newer version/,
    ],
  ])("refuses a backup that %s, and changes nothing", async (kind, spoil, message) => {
    const { write } = await open();
    await storeMeasurements(write, measurements(5), NOW);
    if (kind !== "is absent") await backUpDatabase(path, backup);
    await closeDatabase();
    spoil();
    const before = readFileSync(path);
    await expect(restoreDatabase(path, backup, kept())).rejects.toThrow(message);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(kept())).toBe(false);
  });
});
