import { join } from "node:path";
import { env } from "../platform/env.server";
import { isPostgresqlUrl } from "../platform/postgresql-url";
import { projectRoot } from "../platform/project-root";
import { sqlitePath } from "../storage/sqlite/database.server";

/**
 * Where a process stores its profiles: beside a SQLite file and under its name, because two databases of one folder have
 * two; in the program's own folder where the database is a server.
 * @param name such as "profiles"
 */
export function profileFolder(name: string): string {
  const url = env().DATABASE_URL;
  return isPostgresqlUrl(url) ? join(projectRoot(), "data", name) : `${sqlitePath(url)}-${name}`;
}
