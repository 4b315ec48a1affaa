import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CLOCK_BEGINNING } from "./cockpit";

type Fill = (databaseFile: string) => Promise<void>;

const HOUR = 3_600_000;

/** The variable with the folder of the filled databases of a run. */
export const FOLDER_VARIABLE = "E2E_FILLED_DATABASES";

/**
 * Copies a database that is filled once in a run: by the worker that needs it first, while others wait. A worker whose
 * clock began in another hour needs one of its own.
 * @param name the same for all that fill it alike
 */
export const filledOnce =
  (name: string, fill: Fill): Fill =>
  async (databaseFile) => {
    const hour = Math.floor(CLOCK_BEGINNING / HOUR);
    const folder = join(process.env[FOLDER_VARIABLE] ?? "", `${name}-${hour}`);
    const filled = join(folder, "filled.db");
    while (!(await succeeds(copyFile(filled, databaseFile), "ENOENT"))) {
      if (await succeeds(mkdir(folder), "EEXIST")) await fillInto(folder, filled, fill);
      else await pause(50);
    }
  };

async function fillInto(folder: string, filled: string, fill: Fill): Promise<void> {
  try {
    const filling = join(folder, "filling.db");
    await fill(filling);
    await rename(filling, filled);
  } catch (error) {
    // The next worker tries, and fails with an error of its own.
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Resolves to false for the error that another worker causes. */
async function succeeds(attempt: Promise<unknown>, expected: string): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) return false;
    throw error;
  }
}
