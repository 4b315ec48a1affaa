import type SQLite from "better-sqlite3";

/** A row of `PRAGMA wal_checkpoint`: pages in the write-ahead log, and those of them that are in the file, too. */
export type LogState = { busy: number; log: number; checkpointed: number };

/** Pages of the write-ahead log that are not in the file yet; 0 where that can't be read. */
export function unmovedPages(connection: SQLite.Database): number {
  try {
    const [{ log, checkpointed }] = connection.pragma("wal_checkpoint(NOOP)") as [LogState];
    return log - checkpointed;
  } catch {
    // A failure here must not look like one of the transaction before it, which is committed.
    return 0;
  }
}
