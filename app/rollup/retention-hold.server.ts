import { countAgreeingClocks, selectNewestReceived } from "../storage/clock-evidence.server";
import type { Database } from "../storage/database.server";
import { deleteSetting, insertSetting, selectSetting, upsertSetting } from "../storage/settings.server";
import type { Statements } from "../storage/statements.server";
import { DAY } from "../vitals/time";

/** Retention deletes nothing while it is held. Times in ms since the epoch. */
export type RetentionHold = {
  /** The last time at which the clock was right, as far as the database knows. */
  lastKnown: number;
  /** What the clock said then. */
  heldAt: number;
};

/** When retention last ran, and the hold, as `lastKnown heldAt`. */
const RAN_AT = "retention:ran-at";
const HOLD = "retention:hold";

/** A clock that is further ahead of the last run holds retention, in ms. */
const LONGEST_GAP = DAY;

/** So many page views whose visitors' clocks agree with the server's lift a hold, and most measurements that are read for it. */
const AGREEING = 30;
const MOST_READ = 5_000;

/**
 * Whether retention must not delete now: a clock that jumped ahead would delete everything. It is held when the clock is
 * more than a day ahead of the last run of retention (of the newest measurement, where it never ran), and
 * released by `confirmRetention`, by a clock that is back, and by visitors whose clocks agree with the server's. Call it
 * before each run.
 * @param at the server's clock, in ms since the epoch
 * @returns `null` when retention may run
 */
export async function checkRetentionHold(database: Database, at: number): Promise<RetentionHold | null> {
  const { read, write } = database;
  const stored = parseHold(await selectSetting(read, HOLD));
  if (stored !== null) {
    const isBack = at <= stored.lastKnown + LONGEST_GAP;
    if (!isBack && !(await visitorsAgree(database, stored))) return stored;
  } else {
    const ranAt = await selectSetting(read, RAN_AT);
    const lastKnown = ranAt === null ? await selectNewestReceived(read) : Number(ranAt);
    if (lastKnown !== null && at > lastKnown + LONGEST_GAP) {
      const hold = { lastKnown, heldAt: at };
      await insertSetting(write, { key: HOLD, value: `${lastKnown} ${at}` });
      return hold;
    }
  }
  await release(write, at);
  return null;
}

/**
 * Releases the hold: an admin confirms that the clock is right.
 * @returns the hold there was; `null` without one
 */
export async function confirmRetention(database: Database, at: number): Promise<RetentionHold | null> {
  const hold = parseHold(await selectSetting(database.read, HOLD));
  await release(database.write, at);
  return hold;
}

/** In this order, a process that ends between the two statements leaves the hold, which the next run releases again. */
async function release(write: Statements, at: number): Promise<void> {
  await upsertSetting(write, { key: RAN_AT, value: String(at) });
  await deleteSetting(write, HOLD);
}

async function visitorsAgree({ read }: Database, { heldAt }: RetentionHold): Promise<boolean> {
  const agreeing = await countAgreeingClocks(read, { since: heldAt, tolerance: DAY, limit: MOST_READ });
  return agreeing >= AGREEING;
}

function parseHold(value: string | null): RetentionHold | null {
  const [lastKnown = Number.NaN, heldAt = Number.NaN] = (value ?? "").split(" ").map(Number);
  return value === null || Number.isNaN(heldAt) ? null : { lastKnown, heldAt };
}
