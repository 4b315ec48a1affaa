import type { Database, OpenOptions } from "./database-contract";
import { openSqlite } from "./sqlite/database.server";

export type { Database } from "./database-contract";

/**
 * Opens the database at `url`, and creates or migrates it as needed.
 * @throws EnvironmentError when `url` names no file that can be written
 * @throws DatabaseFileError when the file is another program's, or damaged
 * @throws MigrationError when this version can't use its schema
 * @throws BusyError when another process locks it for a minute
 */
export const openDatabase = (url: string, options: OpenOptions = {}): Promise<Database> =>
  openSqlite(url, options);
