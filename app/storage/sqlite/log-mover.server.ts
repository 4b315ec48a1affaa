import SQLite from "better-sqlite3";
import { LONG_LOG_PAGES, MOVED_PAGES } from "./log-pages";
import type { LogState } from "./log-state.server";

/** Memory that the writer thread shares with the one that moves the log: how many writes there were, and whether to end. */
export type LogSignal = Int32Array<SharedArrayBuffer>;

const WRITES = 0;
const ENDED = 1;

export const createLogSignal = (): LogSignal => new Int32Array(new SharedArrayBuffer(8));

/** Wakes the thread that moves the log. */
export function signalWrite(signal: LogSignal): void {
  Atomics.add(signal, WRITES, 1);
  Atomics.notify(signal, WRITES);
}

export function signalEnd(signal: LogSignal): void {
  Atomics.store(signal, ENDED, 1);
  Atomics.notify(signal, ENDED);
  signalWrite(signal);
}

/** Least time between two looks at the log, in ms. */
const INTERVAL = 20;

/** How often it tries to begin the log anew, once every ms: a writer leaves little time between two transactions. */
const MOST_ATTEMPTS = 50;

/**
 * Moves the pages of the write-ahead log to the file whenever there are many, until `signal` ends it: commits never wait
 * for that. It blocks its thread.
 * @see https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
 */
export function moveLogUntilEnd(path: string, signal: LogSignal): void {
  const connection = new SQLite(path, { timeout: 0 });
  connection.pragma("synchronous=FULL");
  const checkpoint = (mode: "NOOP" | "PASSIVE" | "RESTART"): LogState => {
    const [state] = connection.pragma(`wal_checkpoint(${mode})`) as [LogState];
    return state;
  };
  const wait = (ms: number): void => void Atomics.wait(signal, ENDED, 0, ms);

  const look = (): void => {
    const { log, checkpointed } = checkpoint("NOOP");
    if (log - checkpointed >= MOVED_PAGES) checkpoint("PASSIVE");
    if (log < LONG_LOG_PAGES) return;
    // What came meanwhile, so that writers wait for few pages only. Where many are left, a reader is in the way.
    const left = checkpoint("PASSIVE");
    if (left.log - left.checkpointed >= MOVED_PAGES) return;
    for (let i = 0; i < MOST_ATTEMPTS && checkpoint("RESTART").busy === 1; i += 1) wait(1);
  };

  while (Atomics.load(signal, ENDED) === 0) {
    const seen = Atomics.load(signal, WRITES);
    try {
      look();
    } catch {
      // Such as a full disk, which writers meet and report. The next write tries again.
    }
    wait(INTERVAL);
    Atomics.wait(signal, WRITES, seen);
  }
  connection.close();
}
