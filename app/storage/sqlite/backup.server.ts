import {
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
import { BusyError, whenNotBusy } from "../busy.server";
import { assertUsable } from "../migrations.server";
import { sqliteMessage } from "../sqlite-errors";
import { checkFile, FILE_MODE, isDamage } from "./database-file.server";

/** A backup or a restore that can't be done; the message names the reason. Nothing was changed. */
export class BackupError extends Error {
  override name = "BackupError";
}

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
 * Replaces the database at `path` by a copy of `backup`, in one rename. The replaced one stays beside it.
 * @param keptAs new name of the replaced database
 * @returns whether there was one
 * @throws BackupError while a process uses the database, or where there is no backup
 * @throws DatabaseFileError where the backup is another program's, or damaged
 * @throws MigrationError where the backup belongs to a newer version
 */
export async function restoreDatabase(path: string, backup: string, keptAs: string): Promise<boolean> {
  if (!existsSync(backup)) throw new BackupError(`There is no backup at ${backup}.`);
  if (statSync(backup).size === 0) throw new BackupError(`${backup} is empty.`);
  await assertUsable(backup, { quickCheck: true });
  const replaces = existsSync(path);
  if (replaces) await closeFile(path);
  const part = `${path}.part`;
  try {
    copyFileSync(backup, part, constants.COPYFILE_FICLONE);
    await assertUsable(part, { quickCheck: true });
  } catch (error) {
    rmSync(part, { force: true });
    throw withMessage(error);
  }
  if (replaces) {
    linkSync(path, keptAs);
    // The side files of a damaged database: SQLite would apply them to the new one.
    for (const suffix of ["-wal", "-shm"]) {
      if (existsSync(path + suffix)) renameSync(path + suffix, keptAs + suffix);
    }
  }
  publish(part, path);
  return replaces;
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
 * Writes what the side files have into the database, and removes them.
 * @throws BackupError while another process has it open
 */
async function closeFile(path: string): Promise<void> {
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
  } catch (error) {
    if (error instanceof BusyError) {
      throw new BackupError(`A process uses ${path}. Stop every cockpit on it first. Nothing was changed.`);
    }
    if (!isDamage(error)) throw withMessage(error);
  } finally {
    await connection.dispose();
  }
}

/** An adapter's error has its reason only in its cause. */
const withMessage = (error: unknown): Error =>
  error instanceof Error && error.name !== "DriverAdapterError"
    ? error
    : new BackupError(`${sqliteMessage(error)}.`, { cause: error });
