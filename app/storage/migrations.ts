import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../platform/project-root";

/** This version can't use the schema of a database; the message names the remedy. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

export type Migration = { name: string; checksum: string; script: string };

/** A migration that Prisma's own table `_prisma_migrations` has. */
export type AppliedMigration = { name: string; checksum: string; finished: boolean };

/** The folder of this version's migrations for a kind of database. */
export const ownMigrations = (engine: "sqlite" | "postgresql"): string =>
  join(projectRoot(), "prisma", engine, "migrations");

/** The migrations of a folder, the oldest first. */
export function migrationsIn(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "migration.sql")))
    .sort()
    .map((name) => {
      const script = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, script, checksum: createHash("sha256").update(script).digest("hex") };
    });
}

/**
 * Those of `migrations` that are not applied yet.
 * @param database its name, for messages
 * @throws MigrationError when an applied one changed, is unknown here, or is unfinished
 */
export function pendingMigrations(
  migrations: Migration[],
  applied: readonly AppliedMigration[],
  database: string,
): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of applied) {
    const known = byName.get(name);
    if (!finished) {
      throw new MigrationError(`The migration ${name} of ${database} is unfinished: restore a backup.`);
    }
    if (known === undefined) {
      throw new MigrationError(
        `${database} belongs to a newer version (this one does not know its migration ${name}): update the cockpit.`,
      );
    }
    if (known.checksum !== checksum) {
      throw new MigrationError(`The migration ${name} changed after it was applied to ${database}.`);
    }
    byName.delete(name);
  }
  return migrations.filter(({ name }) => byName.has(name));
}
