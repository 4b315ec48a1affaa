import type SQLite from "better-sqlite3";
import { LONG_LOG_PAGES, MOVED_PAGES } from "./log-pages";

/**
 * Pages in the write-ahead log, and those of them that are in the file, too. `busy`: 1 where another connection was in the
 * way; both numbers are -1 where that one moves the log.
 */
export type LogState = { busy: 0 | 1; log: number; checkpointed: number };

/**
 * Moves the pages of the write-ahead log to the file when there are many, so that the commits that somebody waits for need
 * not. Writers go on meanwhile, and only a long log makes them wait for a few pages: while they write, there is no other
 * moment at which SQLite begins the log anew.
 * @param pages least number of them to move
 * @param waits waits a little for another writer; returns whether to try again to begin the log anew
 * @see https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
 */
export function moveLog(connection: SQLite.Database, pages: number, waits: () => boolean): void {
  const checkpoint = (mode: "NOOP" | "PASSIVE" | "RESTART"): LogState => {
    const [state] = connection.pragma(`wal_checkpoint(${mode})`) as [LogState];
    return state;
  };
  const { log, checkpointed } = checkpoint("NOOP");
  if (log - checkpointed >= pages) checkpoint("PASSIVE");
  if (log < LONG_LOG_PAGES) return;
  // What came meanwhile, so that writers wait for few pages only. Where many are left, a reader is in the way.
  const left = checkpoint("PASSIVE");
  if (left.log - left.checkpointed >= MOVED_PAGES) return;
  while (checkpoint("RESTART").busy === 1 && waits());
}
