import SQLite from "better-sqlite3";
import { moveLog } from "./move-log.server";

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
 */
export function moveLogUntilEnd(path: string, signal: LogSignal, movedPages: number): void {
  const connection = new SQLite(path, { timeout: 0 });
  connection.pragma("synchronous=FULL");
  const wait = (ms: number): void => void Atomics.wait(signal, ENDED, 0, ms);

  while (Atomics.load(signal, ENDED) === 0) {
    const seen = Atomics.load(signal, WRITES);
    let attempts = 1;
    try {
      moveLog(connection, movedPages, () => {
        wait(1);
        attempts += 1;
        return attempts <= MOST_ATTEMPTS;
      });
    } catch {
      // Such as a full disk, which writers meet and report. The next write tries again.
    }
    wait(INTERVAL);
    Atomics.wait(signal, WRITES, seen);
  }
  connection.close();
}
