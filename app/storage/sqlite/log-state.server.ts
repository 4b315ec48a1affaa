import type SQLite from "better-sqlite3";

/** A row of `PRAGMA wal_checkpoint`: pages in the write-ahead log, and those of them that are in the file, too. */
export type LogState = { busy: number; log: number; checkpointed: number };

/** Pages of the write-ahead log that are not in the file yet. */
export function unmovedPages(connection: SQLite.Database): number {
  const [{ log, checkpointed }] = connection.pragma("wal_checkpoint(NOOP)") as [LogState];
  return log - checkpointed;
}
