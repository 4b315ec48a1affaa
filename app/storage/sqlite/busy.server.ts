import { setTimeout as sleep } from "node:timers/promises";
import { monotonic } from "../../platform/clock.server";
import { adapterCause, BusyError } from "../database-errors";
import { sqliteCode } from "./errors";

/** How long a write waits for other processes, in ms. */
export const BUSY_TIMEOUT = 5_000;

/** In ms. Short, because another process leaves little time between two transactions. */
const POLL_INTERVAL = 1;

/** Whether SQLite returned SQLITE_BUSY, which Prisma's adapter reports as a `SocketTimeout`. */
export const isBusy = (error: unknown): boolean =>
  adapterCause(error).kind === "SocketTimeout" || /^SQLITE_BUSY/.test(sqliteCode(error) ?? "");

/**
 * Runs `work`, and repeats it while another process holds the write lock. SQLite's own `busy_timeout` would block the
 * event loop: the process could not answer requests meanwhile.
 * @param work must begin with a write, so that a failed attempt has changed nothing
 * @param timeout how long it retries, in ms
 * @throws BusyError after `timeout`
 * @throws any other error of `work`
 */
export async function whenNotBusy<T>(work: () => Promise<T>, timeout = BUSY_TIMEOUT): Promise<T> {
  const deadline = monotonic() + timeout;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (monotonic() >= deadline) {
        throw new BusyError("Another process has been writing to the database for too long.", {
          cause: error,
        });
      }
    }
    await sleep(POLL_INTERVAL);
  }
}
