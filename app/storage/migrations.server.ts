import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { z } from "zod";
import { projectRoot } from "../platform/project-root";
import { whenNotBusy } from "./busy.server";

/** This version can't use the schema of a database; the message names the remedy. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

type Migration = { name: string; checksum: string; script: string };

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

/** Name, checksum, and whether it is finished (0 or 1). */
const appliedRows = z.array(z.tuple([z.string(), z.string(), z.int()]));

const NOW_MS = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

function migrationsIn(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "migration.sql")))
    .sort()
    .map((name) => {
      const script = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, script, checksum: createHash("sha256").update(script).digest("hex") };
    });
}

/** How long a start waits for another process that migrates or writes, in ms: another one may rebuild a large table. */
const LOCK_TIMEOUT = 60_000;

/**
 * Brings the SQLite file at `path` to the newest schema, in one transaction: a process that is killed leaves the old
 * schema, and of two processes that start at once only one migrates.
 * @throws MigrationError when a migration fails, changed after it ran, is unknown here, or is unfinished
 * @throws BusyError when another process locks the file for a minute
 */
export async function applyMigrations(
  path: string,
  folder = join(projectRoot(), "prisma", "sqlite", "migrations"),
): Promise<void> {
  const migrations = migrationsIn(folder);
  // SQLite ignores its busy timeout while it turns a new file into WAL mode, so `whenNotBusy` waits.
  const connection = await new PrismaBetterSqlite3({ url: `file:${path}`, timeout: 0 }).connect();
  try {
    await whenNotBusy(() => connection.executeScript("PRAGMA journal_mode=WAL"), LOCK_TIMEOUT);
    await whenNotBusy(() => connection.executeScript(`BEGIN IMMEDIATE; ${MIGRATIONS_TABLE}`), LOCK_TIMEOUT);
    const { rows } = await connection.queryRaw({
      sql: "SELECT migration_name, checksum, finished_at IS NOT NULL FROM _prisma_migrations WHERE rolled_back_at IS NULL",
      args: [],
      argTypes: [],
    });
    const applied = appliedRows.parse(rows);
    for (const { name, script, checksum } of pending(migrations, applied, path)) {
      try {
        await connection.executeScript(script);
      } catch (error) {
        throw new MigrationError(
          `The migration ${name} can't be applied to ${path} (${reasonOf(error)}). Nothing was changed.`,
        );
      }
      await connection.executeScript(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
         VALUES ('${randomUUID()}', '${checksum}', '${name}', ${NOW_MS}, ${NOW_MS}, 1)`,
      );
    }
    await connection.executeScript("COMMIT");
  } finally {
    await connection.dispose();
  }
}

/** SQLite's message; the adapter's own is only a kind. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { originalMessage?: string }; message?: string };
  return cause?.originalMessage ?? message ?? String(error);
}

function pending(migrations: Migration[], applied: z.infer<typeof appliedRows>, path: string): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, checksum, isFinished] of applied) {
    const known = byName.get(name);
    if (isFinished === 0) {
      throw new MigrationError(`The migration ${name} of ${path} is unfinished: restore a backup.`);
    }
    if (known === undefined) {
      throw new MigrationError(
        `${path} belongs to a newer version (this one does not know its migration ${name}): update the cockpit.`,
      );
    }
    if (known.checksum !== checksum) {
      throw new MigrationError(`The migration ${name} changed after it was applied to ${path}.`);
    }
    byName.delete(name);
  }
  return migrations.filter(({ name }) => byName.has(name));
}
