import { createHash } from "node:crypto";
import { z } from "zod";
import type { Database } from "../../storage/database.server";
import {
  deleteSetting,
  insertSetting,
  replaceSetting,
  type Setting,
  selectSetting,
  selectSettingsUnder,
} from "../../storage/settings.server";
import { METRICS } from "../../vitals/metrics";
import { DAY, MINUTE } from "../../vitals/time";
import { UNATTEMPTED } from "../outbox.server";
import type { Notification } from "./notification";
import { PENDING, type QueuedNotification } from "./queue.server";

/** A regression that a declared look called; `route` is `null` for the site as a whole. */
const call = z.object({ route: z.string().nullable(), metric: z.enum(METRICS) });

export type Call = z.infer<typeof call>;

/** A declared look at a release that is past; times in ms. */
export type DueLook = {
  release: string;
  at: number;
  /** Begin of the stretch in which the release was live. */
  since: number;
  isReplacement: boolean;
};

/** The last look at a release that was evaluated (`null`: none yet), and the regressions that are called since. */
const lookState = z.object({ at: z.number().nullable(), open: z.array(call), until: z.number() });

type LookState = z.infer<typeof lookState>;

/** @throws Error that names the setting when it holds something else */
function parseState({ key, value }: Setting): LookState {
  try {
    return lookState.parse(JSON.parse(value));
  } catch (cause) {
    throw new Error(`The setting ${key} is not the state of a look.`, { cause });
  }
}

/** A look that this process evaluates. `open`: regressions that earlier looks of the same stretch called. */
export type LookClaim = { look: DueLook; open: readonly Call[]; key: string; text: string };

/** When notifications were first configured: replacements before it are history. */
const SINCE = "notifications-since";
const LOOKS = "notification-look:";

/** Longer than a comparison of the largest site. */
const LEASE = 5 * MINUTE;

/** A release without a look in this time has no calls that could be withdrawn. */
const RETENTION = 90 * DAY;

/** Most calls whose withdrawal is watched for. */
const MOST_OPEN = 200;

const isNew = ({ at }: Pick<LookState, "at">, look: DueLook): boolean => at === null || at < look.at;

/**
 * The looks among `looks` that no process has evaluated yet, oldest first. Costs two statements where there are none.
 */
export async function unevaluatedLooks(
  { read, write }: Database,
  looks: readonly DueLook[],
  at: number,
): Promise<DueLook[]> {
  if (looks.length === 0) return [];
  const since = await selectSetting(read, SINCE);
  if (since === null) await insertSetting(write, { key: SINCE, value: String(at) });
  const begin = Number(since ?? at);
  const rows = await selectSettingsUnder(read, LOOKS);
  const states = new Map(rows.map((row) => [row.key, parseState(row)]));
  for (const [key, state] of states) {
    if (state.at !== null && state.at < at - RETENTION) await deleteSetting(write, key);
  }
  return looks
    .filter((look) => {
      const state = states.get(LOOKS + look.release);
      if (state === undefined) return !look.isReplacement || look.at >= begin;
      return isNew(state, look) && state.until <= at;
    })
    .sort((a, b) => a.at - b.at);
}

/** Leases a look to this process; `null` while another has the lease, or where it is evaluated already. */
export async function claimLook(
  { read, write }: Database,
  look: DueLook,
  at: number,
): Promise<LookClaim | null> {
  const key = LOOKS + look.release;
  const before = await selectSetting(read, key);
  const last: LookState =
    before === null ? { at: null, open: [], until: 0 } : parseState({ key, value: before });
  if (!isNew(last, look) || last.until > at) return null;
  // Calls of an earlier stretch of the same release ended with it.
  const open = last.at !== null && last.at < look.since ? [] : last.open;
  const text = JSON.stringify({ ...last, open, until: at + LEASE });
  const isClaimed =
    before === null
      ? await insertSetting(write, { key, value: text })
      : await replaceSetting(write, { key, from: before, to: text });
  return isClaimed ? { look, open, key, text } : null;
}

/**
 * Records what a look called, together with its notifications: both or neither, and only while the lease holds, so that no
 * look has its notifications twice.
 * @param result.open all regressions that are called now
 * @param queuedAt when the notifications are queued, in ms
 * @returns whether it was recorded
 */
export function recordLook(
  database: Database,
  { look, key, text }: LookClaim,
  { open, notifications }: { open: readonly Call[]; notifications: readonly Notification[] },
  queuedAt: number,
): Promise<boolean> {
  const state: LookState = { at: look.at, open: open.slice(0, MOST_OPEN), until: 0 };
  return database.transaction("background", async (tx) => {
    if (!(await replaceSetting(tx, { key, from: text, to: JSON.stringify(state) }))) return false;
    for (const notification of notifications) {
      const id = idOf(look, notification);
      const content: QueuedNotification = { id, ...bounded(notification), queuedAt };
      const value = JSON.stringify({ ...content, ...UNATTEMPTED });
      await insertSetting(tx, { key: PENDING + id, value });
    }
    return true;
  });
}

/** Most characters of a notification, which only names of thousands of characters exceed. */
const MOST_TEXT = 256 * 1024;

/** The notification with as many of its calls as fit. */
function bounded(notification: Notification): Notification {
  let { calls } = notification;
  while (calls.length > 0 && JSON.stringify({ ...notification, calls }).length > MOST_TEXT) {
    calls = calls.slice(0, calls.length >> 1);
  }
  return { ...notification, calls };
}

const idOf = ({ release, at }: DueLook, { event }: Notification): string =>
  createHash("sha256")
    .update(JSON.stringify([release, at, event]))
    .digest("hex")
    .slice(0, 32);
