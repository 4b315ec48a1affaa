import { randomUUID } from "node:crypto";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import {
  type Migration,
  MigrationError,
  migrationsIn,
  ownMigrations,
  pendingMigrations,
} from "../migrations";
import { whenNotBusy } from "./busy.server";
import { APPLICATION_ID, checkFile, type FileCheck, selectApplied } from "./database-file.server";
import { sqliteMessage } from "./errors";

/** Prisma's own table, so that `prisma migrate status` and `prisma migrate deploy` work on the same database. */
const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" DATETIME,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" DATETIME,
  "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

const OWN_MIGRATIONS = ownMigrations("sqlite");

const NOW_MS = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/** How long a start waits for another process that migrates or writes, in ms: another one may rebuild a large table. */
const LOCK_TIMEOUT = 60_000;

export type MigrationOptions = {
  /** Folder of the migrations; the product's own when absent. */
  folder?: string;
  /** Whether to check every page of the file first; costs a read of the whole file. */
  quickCheck?: boolean;
};

/**
 * Brings the SQLite file at `path` to the newest schema, in one transaction: a process that is killed leaves the old
 * schema, and of two processes that start at once only one migrates. A file that this version can't use is unchanged.
 * @throws DatabaseFileError when the file is no database of the cockpit, or damaged
 * @throws MigrationError when a migration fails, changed after it ran, is unknown here, or is unfinished
 * @throws BusyError when another process locks the file for a minute
 */
export async function applyMigrations(
  path: string,
  { folder = OWN_MIGRATIONS, quickCheck = false }: MigrationOptions = {},
): Promise<void> {
  const { migrations, check } = await checkSchema(path, folder, quickCheck);
  // SQLite ignores its busy timeout while it turns a new file into WAL mode, so `whenNotBusy` waits.
  const connection = await new PrismaBetterSqlite3({ url: `file:${path}`, timeout: 0 }).connect();
  try {
    // Only a file without tables changes its mode (https://www.sqlite.org/pragma.html#pragma_auto_vacuum).
    await whenNotBusy(
      () => connection.executeScript("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL"),
      LOCK_TIMEOUT,
    );
    await whenNotBusy(() => connection.executeScript(`BEGIN IMMEDIATE; ${MIGRATIONS_TABLE}`), LOCK_TIMEOUT);
    for (const { name, script, checksum } of pendingMigrations(
      migrations,
      await selectApplied(connection),
      path,
    )) {
      try {
        await connection.executeScript(script);
      } catch (error) {
        throw new MigrationError(
          `The migration ${name} can't be applied to ${path} (${sqliteMessage(error)}). Nothing was changed.`,
        );
      }
      await connection.executeScript(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
         VALUES ('${randomUUID()}', '${checksum}', '${name}', ${NOW_MS}, ${NOW_MS}, 1)`,
      );
    }
    if (check.applicationId !== APPLICATION_ID || check.userVersion !== migrations.length) {
      await connection.executeScript(
        `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`,
      );
    }
    await connection.executeScript("COMMIT");
  } finally {
    await connection.dispose();
  }
}

/**
 * Checks that this version can use the database at `path`, and changes nothing.
 * @throws DatabaseFileError when the file is no database of the cockpit, or damaged
 * @throws MigrationError when its schema is newer, unfinished or changed
 * @throws BusyError when another process locks the file for a minute
 */
export async function assertUsable(path: string, { quickCheck }: { quickCheck: boolean }): Promise<void> {
  await checkSchema(path, OWN_MIGRATIONS, quickCheck);
}

async function checkSchema(
  path: string,
  folder: string,
  quickCheck: boolean,
): Promise<{ migrations: Migration[]; check: FileCheck }> {
  const migrations = migrationsIn(folder);
  const check = await checkFile(path, { quickCheck });
  pendingMigrations(migrations, check.appliedMigrations ?? [], path);
  if (check.userVersion > migrations.length) {
    throw new MigrationError(
      `${path} belongs to a newer version (its schema has version ${check.userVersion}, this one knows ${migrations.length}): update the cockpit.`,
    );
  }
  return { migrations, check };
}
