import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { BackupError } from "./backup.server";
import { whenNotBusy } from "./busy.server";
import { assertUsable } from "./migrations.server";

/** How long to wait for other writers, in ms. */
const LOCK_TIMEOUT = 60_000;

/**
 * Rewrites the file without its free pages, so that it can shrink by itself from then on. Other processes can read
 * meanwhile; their writes wait (https://www.sqlite.org/lang_vacuum.html).
 * @returns the sizes before and after, in bytes
 * @throws BackupError where there is no database, or the disk has no space for the copy
 * @throws DatabaseFileError where the database is another program's or damaged
 * @throws BusyError while another process writes for a minute
 */
export async function vacuumFile(path: string): Promise<{ before: number; after: number }> {
  const before = statSync(path, { throwIfNoEntry: false })?.size;
  if (before === undefined) throw new BackupError(`There is no database at ${path}.`);
  await assertUsable(path, { quickCheck: false });
  // A temporary copy, and the log of the rewritten file.
  const needed = 2 * before;
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize < needed) {
    throw new BackupError(`The disk of ${path} has ${bavail * bsize} bytes free, and this needs ${needed}.`);
  }
  const connection = await new PrismaBetterSqlite3({ url: `file:${path}`, timeout: 0 }).connect();
  try {
    await connection.executeScript("PRAGMA auto_vacuum=INCREMENTAL");
    await whenNotBusy(() => connection.executeScript("VACUUM"), LOCK_TIMEOUT);
    // Readers of the old state only delay this; the file shrinks at the next checkpoint then.
    await connection.executeScript("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    await connection.dispose();
  }
  return { before, after: statSync(path).size };
}
