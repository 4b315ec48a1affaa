import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import {
  type AppliedMigration,
  MigrationError,
  migrationsIn,
  ownMigrations,
  pendingMigrations,
} from "../migrations";
import { postgresqlMessage, sqlState } from "./errors";

/** Prisma's own table, so that `prisma migrate status` and `prisma migrate deploy` work on the same database. */
const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

/** How long a start waits for another process that migrates, in ms. */
const LOCK_TIMEOUT = 60_000;

/** Two processes that create the first table at once: one of them meets a duplicate in the catalogue, and tries again. */
const MOST_ATTEMPTS = 5;

/**
 * Brings a database to the newest schema, in one transaction: a process that is killed leaves the old schema, and of
 * several that start at once one migrates while the others wait. Where nothing is to do, it only reads.
 * @param name of the database, for messages
 * @throws MigrationError when a migration fails, changed after it ran, is unknown here, or is unfinished
 */
export async function applyPostgresqlMigrations(
  client: Client,
  name: string,
  folder = ownMigrations("postgresql"),
): Promise<void> {
  const migrations = migrationsIn(folder);
  if (pendingMigrations(migrations, await selectApplied(client), name).length === 0) return;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await migrate(client, name, folder);
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {});
      if (error instanceof MigrationError) throw error;
      const isRace = ["23505", "42P07", "42710"].includes(sqlState(error) ?? "");
      if (!isRace || attempt === MOST_ATTEMPTS) throw failed(error, name);
    }
  }
}

async function migrate(client: Client, name: string, folder: string): Promise<void> {
  await client.query("BEGIN");
  await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT}`);
  await client.query(MIGRATIONS_TABLE);
  await client.query("LOCK TABLE _prisma_migrations IN SHARE ROW EXCLUSIVE MODE");
  for (const migration of pendingMigrations(migrationsIn(folder), await selectApplied(client), name)) {
    try {
      await client.query(migration.script);
    } catch (error) {
      throw new MigrationError(
        `The migration ${migration.name} can't be applied to ${name} (${postgresqlMessage(error)}). Nothing was changed.${hint(error)}`,
        { cause: error },
      );
    }
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
        VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
  }
  await client.query("COMMIT");
}

function failed(error: unknown, name: string): MigrationError {
  return new MigrationError(
    `The tables of ${name} can't be created (${postgresqlMessage(error)}). Nothing was changed.${hint(error)}`,
    { cause: error },
  );
}

function hint(error: unknown): string {
  const state = sqlState(error);
  if (state === "42501")
    return " Its user needs the right to create tables: GRANT CREATE ON SCHEMA public TO …";
  if (state === "42P07") return " Another program uses it: create a database for the cockpit alone.";
  return "";
}

/** The migrations that Prisma's own table has, without those that were rolled back; none without the table. */
async function selectApplied(client: Client): Promise<AppliedMigration[]> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists",
  );
  if (tables[0]?.exists !== true) return [];
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
      FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  return rows;
}
