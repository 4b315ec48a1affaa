import { isPostgresqlUrl } from "../platform/postgresql-url";
import type { Database, OpenOptions } from "./database-contract";
import { openPostgresql } from "./postgresql/database.server";
import { openSqlite } from "./sqlite/database.server";

export type { Database } from "./database-contract";

/**
 * Opens the database at `url`, and creates or migrates its tables as needed.
 * @throws EnvironmentError when `url` names no file that can be written, and no server that answers
 * @throws DatabaseFileError when the file is another program's, or damaged
 * @throws MigrationError when this version can't use its schema
 * @throws BusyError when another process locks the file for a minute
 */
export const openDatabase = (url: string, options: OpenOptions = {}): Promise<Database> =>
  isPostgresqlUrl(url) ? openPostgresql(url, options) : openSqlite(url, options);
