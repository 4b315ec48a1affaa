import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { BusyError } from "../database-errors";
import { whenNotBusy } from "./busy.server";
import { checkFile, DatabaseFileError, FILE_MODE, hasOwnId } from "./database-file.server";
import { isDamage, sqliteCode, sqliteMessage } from "./errors";
import { assertUsable } from "./migrations.server";

/** A backup or a restore that can't be done; the message names the reason. Nothing was changed. */
export class BackupError extends Error {
  override name = "BackupError";
}

type Connection = Awaited<ReturnType<PrismaBetterSqlite3["connect"]>>;

/** How long a restore waits for the processes that use a database, in ms. */
const CLOSE_TIMEOUT = 2_000;

/**
 * Copies a live database: consistent (one read transaction), compact, checked, and under its name only when it is
 * complete (https://www.sqlite.org/lang_vacuum.html#vacuuminto). Writers go on meanwhile.
 * @returns the size of the copy, in bytes
 * @throws BackupError where there is no database, or the target exists
 * @throws DatabaseFileError where the database is another program's or damaged, and where the copy is damaged
 */
export async function backUpDatabase(path: string, target: string): Promise<number> {
  if (!existsSync(path)) throw new BackupError(`There is no database at ${path}.`);
  if (existsSync(target)) throw new BackupError(`${target} exists already.`);
  await assertUsable(path, { quickCheck: false });
  const part = `${target}.part`;
  try {
    // An empty file: VACUUM INTO would create one that every user can read.
    closeSync(openSync(part, "w", FILE_MODE));
    const connection = await new PrismaBetterSqlite3({ url: `file:${path}`, readonly: true }).connect();
    try {
      await connection.executeRaw({
        sql: "VACUUM INTO ?",
        args: [part],
        argTypes: [{ scalarType: "string", arity: "scalar" }],
      });
    } finally {
      await connection.dispose();
    }
    await checkFile(part, { quickCheck: true });
    publish(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw withMessage(error);
  }
  return statSync(target).size;
}

/**
 * Replaces the database at `path` by a copy of `backup`, in one rename. The replaced one stays beside it. No process can
 * open it meanwhile, unless it is damaged.
 * @param keptAs new name of the replaced database
 * @returns whether there was one
 * @throws BackupError while a process uses the database, where there is no backup, and where a part of it is in a side file
 * @throws DatabaseFileError where the backup is another program's or damaged, and where the file at `path` is another program's
 * @throws MigrationError where the backup belongs to a newer version
 */
export async function restoreDatabase(path: string, backup: string, keptAs: string): Promise<boolean> {
  if (!existsSync(backup)) throw new BackupError(`There is no backup at ${backup}.`);
  if (statSync(backup).size === 0) throw new BackupError(`${backup} is empty.`);
  for (const side of [`${backup}-wal`, `${backup}-journal`]) {
    if ((statSync(side, { throwIfNoEntry: false })?.size ?? 0) === 0) continue;
    throw new BackupError(
      `${side} has a part of ${backup}, which would be lost. Restore a backup made with "npm run backup". Nothing was changed.`,
    );
  }
  await assertUsable(backup, { quickCheck: true });
  const replaces = existsSync(path);
  const held = replaces ? await holdFile(path) : null;
  try {
    const part = `${path}.part`;
    try {
      copyFileSync(backup, part, constants.COPYFILE_FICLONE);
      chmodSync(part, FILE_MODE);
      await assertUsable(part, { quickCheck: true });
      await endSessions(part);
    } catch (error) {
      rmSync(part, { force: true });
      throw withMessage(error);
    }
    if (replaces) linkSync(path, keptAs);
    if (held === null) setSideFilesAside(path, keptAs);
    publish(part, path);
  } finally {
    await held?.dispose();
  }
  return replaces;
}

/**
 * Deletes the sessions of a copy: one that ended since the backup would be valid again. A backup of a version without
 * sessions has no table.
 */
async function endSessions(path: string): Promise<void> {
  const connection = await new PrismaBetterSqlite3({ url: `file:${path}` }).connect();
  try {
    const sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'sessions'";
    const { rows } = await connection.queryRaw({ sql, args: [], argTypes: [] });
    if (rows.length === 0) return;
    await connection.executeScript("PRAGMA journal_mode=DELETE; DELETE FROM sessions");
  } finally {
    await connection.dispose();
  }
}

/** The side files of an absent database, or of one that can't be read: SQLite would apply them to the new one. */
function setSideFilesAside(path: string, keptAs: string): void {
  for (const suffix of ["-wal", "-shm", "-journal"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, keptAs + suffix);
  }
}

/** Makes `part` durable, and gives it its name, in one step. */
function publish(part: string, target: string): void {
  sync(part);
  renameSync(part, target);
  sync(dirname(target));
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Writes what the side files have into the database, and locks it.
 * @returns the connection with the lock; `null` for a database that can't be read, and stays as it is
 * @throws BackupError while another process has it open
 * @throws DatabaseFileError where it is another program's
 */
async function holdFile(path: string): Promise<Connection | null> {
  if (!(await mayOpen(path))) return null;
  const connection = await new PrismaBetterSqlite3({ url: `file:${path}`, timeout: 0 }).connect();
  try {
    // In exclusive mode SQLite locks the file itself, which every process that has it open shares
    // (https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory).
    await whenNotBusy(
      () =>
        connection.executeScript(
          "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE",
        ),
      CLOSE_TIMEOUT,
    );
    // `checkFile` can only read, so SQLite could not remove the index of its log.
    rmSync(`${path}-shm`, { force: true });
    return connection;
  } catch (error) {
    await connection.dispose();
    if (error instanceof BusyError) throw inUse(path);
    if (!isDamage(error)) throw withMessage(error);
    return null;
  }
}

/** Whether to lock the database: not one with a journal, which SQLite would apply to it. @throws as `holdFile` does */
async function mayOpen(path: string): Promise<boolean> {
  try {
    await checkFile(path, { quickCheck: false });
    return true;
  } catch (error) {
    if (error instanceof DatabaseFileError && error.kind === "damaged") return true;
    if (sqliteCode(error) === "SQLITE_READONLY_ROLLBACK") {
      if (hasOwnId(path)) return false;
      throw new BackupError(
        `${path}-journal is of an unfinished transaction: move ${path} and it away first.`,
      );
    }
    throw error instanceof BusyError ? inUse(path) : withMessage(error);
  }
}

const inUse = (path: string): BackupError =>
  new BackupError(`A process uses ${path}. Stop every cockpit on it first. Nothing was changed.`);

/** An adapter's error has its reason only in its cause. */
const withMessage = (error: unknown): Error =>
  error instanceof Error && error.name !== "DriverAdapterError"
    ? error
    : new BackupError(`${sqliteMessage(error)}.`, { cause: error });
