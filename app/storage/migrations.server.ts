import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { z } from "zod";
import { projectRoot } from "../platform/project-root";
import { whenNotBusy } from "./busy.server";

/** A database whose schema this version can't work with, with what to do about it. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

type Migration = { name: string; checksum: string; script: string };

/** Prisma's own table, so that `prisma migrate status` and `deploy` understand the same database. */
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
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

const UNIX_MS = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

function migrationsIn(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "migration.sql")))
    .sort()
    .map((name) => {
      const script = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, script, checksum: createHash("sha256").update(script).digest("hex") };
    });
}

/** How long a start waits for another process that migrates or writes, in ms: rebuilding a large table takes a while. */
const PATIENCE = 60_000;

/**
 * Brings the SQLite file at `path` to the newest schema. All of it happens in one transaction, so that a
 * process killed in the middle leaves the old schema, and two processes that start at once do it once.
 * @throws MigrationError when a migration fails, was changed after it ran, is unknown here, or was left unfinished
 * @throws BusyError when another process kept the file locked for a minute
 */
export async function applyMigrations(
  path: string,
  folder = join(projectRoot(), "prisma", "sqlite", "migrations"),
): Promise<void> {
  const migrations = migrationsIn(folder);
  // Waiting is done here: SQLite waits for no other process while a fresh file becomes one with a write-ahead log.
  const connection = await new PrismaBetterSqlite3({ url: `file:${path}`, timeout: 0 }).connect();
  try {
    await whenNotBusy(() => connection.executeScript("PRAGMA journal_mode=WAL"), PATIENCE);
    await whenNotBusy(() => connection.executeScript(`BEGIN IMMEDIATE; ${BOOKKEEPING}`), PATIENCE);
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
         VALUES ('${randomUUID()}', '${checksum}', '${name}', ${UNIX_MS}, ${UNIX_MS}, 1)`,
      );
    }
    await connection.executeScript("COMMIT");
  } finally {
    await connection.dispose();
  }
}

/** What SQLite said; the adapter's own message is only a kind. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { originalMessage?: string }; message?: string };
  return cause?.originalMessage ?? message ?? String(error);
}

function pending(migrations: Migration[], applied: z.infer<typeof appliedRows>, path: string): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, checksum, isFinished] of applied) {
    const known = byName.get(name);
    if (isFinished === 0) {
      throw new MigrationError(`The migration ${name} of ${path} was left unfinished: restore a backup.`);
    }
    if (known === undefined) {
      throw new MigrationError(
        `${path} was made by a newer version (its migration ${name} is not known here): update the cockpit.`,
      );
    }
    if (known.checksum !== checksum) {
      throw new MigrationError(`The migration ${name} was changed after it was applied to ${path}.`);
    }
    byName.delete(name);
  }
  return migrations.filter(({ name }) => byName.has(name));
}
