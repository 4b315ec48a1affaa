import type { Database } from "../storage/database.server";
import { Script } from "../storage/script";
import { removeFreePages, selectPages } from "../storage/space.server";

/** Pages of one transaction: about 5 ms, during which beacons wait. */
const SLICE = 128;

/** Most slices of one run: 50 MB with pages of 4 kB. */
const MAX_SLICES = 100;

/** Free pages that stay, for the rows of the next hours: a file that shrinks and grows again wastes both. */
const RESERVE_SHARE = 0.1;
const MIN_RESERVE = 1_024;

/**
 * Shrinks a SQLite file after many rows were deleted, in short transactions between which others can write. A tenth of
 * its pages stays free.
 * @param stopped checked between transactions, so that a shutdown need not wait
 * @returns how many pages it removed
 */
export async function shrinkFile(database: Database, stopped: () => boolean = () => false): Promise<number> {
  const file = await selectPages(database.read);
  if (file === null || !file.shrinks) return 0;
  const reserve = Math.max(MIN_RESERVE, Math.floor((file.pages - file.free) * RESERVE_SHARE));
  let excess = file.free - reserve;
  let removed = 0;
  for (let i = 0; i < MAX_SLICES && excess > 0 && !stopped(); i++) {
    const pages = Math.min(SLICE, excess);
    const script = new Script(database.read.engine);
    removeFreePages(script, pages);
    await database.script("repeatable", "shrinkFile", script);
    removed += pages;
    excess -= pages;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return removed;
}
