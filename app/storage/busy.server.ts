import { setTimeout as sleep } from "node:timers/promises";
import { monotonic } from "../platform/clock.server";
import { Prisma } from "./generated/sqlite/client";

/** How long a write waits for those of other processes, in ms. */
export const BUSY_TIMEOUT = 5_000;

/** How often it looks meanwhile, in ms: between two transactions of another process there may be little time. */
const INTERVAL = 5;

/** Another process has been writing for too long; the same thing may succeed later. */
export class BusyError extends Error {
  override name = "BusyError";
}

/** Whether a statement found another process writing: run by a client, or by its adapter without one. */
function isBusy(error: unknown): boolean {
  const failure =
    error instanceof Prisma.PrismaClientKnownRequestError ? error.meta?.driverAdapterError : error;
  const { cause } = (failure ?? {}) as { cause?: { kind?: unknown } };
  return cause?.kind === "SocketTimeout";
}

/**
 * Does `work` as soon as no other process is writing. SQLite could wait by itself, but it would stop the whole
 * process: no request would be read or answered meanwhile.
 * @param work begins with a write, so that nothing is done yet when it finds the database busy
 * @param patience how long it waits, in ms
 * @throws BusyError when the database has been busy for that long
 * @throws whatever else `work` does
 */
export async function whenNotBusy<T>(work: () => Promise<T>, patience = BUSY_TIMEOUT): Promise<T> {
  const until = monotonic() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (monotonic() >= until) {
        throw new BusyError("Another process has been writing to the database for too long.", {
          cause: error,
        });
      }
    }
    await sleep(INTERVAL);
  }
}
