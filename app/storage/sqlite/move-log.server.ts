import type { Executor } from "./executor.server";
import { LONG_LOG_PAGES, MOVED_PAGES } from "./log-pages";
import type { LogState } from "./log-state.server";

/**
 * Moves the pages of the write-ahead log to the file when there are many, so that the commits that somebody waits for need
 * not. Writers of other processes go on meanwhile, and only a long log makes them wait for a few pages: while they write,
 * there is no other moment at which SQLite begins the log anew.
 * @see https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
 */
export async function moveLog(executor: Pick<Executor, "run">): Promise<void> {
  const { log, checkpointed } = await checkpoint(executor, "NOOP");
  if (log - checkpointed < MOVED_PAGES) return;
  const moved = await checkpoint(executor, "PASSIVE");
  if (moved.log >= LONG_LOG_PAGES) await checkpoint(executor, "RESTART");
}

async function checkpoint(
  executor: Pick<Executor, "run">,
  mode: "NOOP" | "PASSIVE" | "RESTART",
): Promise<LogState> {
  const command = { kind: "query", sql: `PRAGMA wal_checkpoint(${mode})`, values: [] } as const;
  const [state] = (await executor.run(command)) as [LogState];
  return state;
}
