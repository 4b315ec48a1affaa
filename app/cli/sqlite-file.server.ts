import { env } from "../platform/env.server";
import { isPostgresqlUrl, withoutSecrets } from "../platform/postgresql-url";
import { sqlitePath } from "../storage/sqlite/database.server";

/**
 * The path of the SQLite file that DATABASE_URL names, for commands that know files only.
 * @param remedy what to do where it names a server, as a clause
 * @throws Error where it names a server
 */
export function sqliteFile(remedy: string): string {
  const url = env().DATABASE_URL;
  if (!isPostgresqlUrl(url)) return sqlitePath(url);
  throw new Error(`DATABASE_URL names ${withoutSecrets(url)}, and this command is for SQLite: ${remedy}.`);
}
