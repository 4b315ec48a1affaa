import { z } from "zod";
import type { Database } from "../storage/database.server";
import {
  deleteSetting,
  insertSetting,
  replaceSetting,
  type Setting,
  selectSetting,
} from "../storage/settings.server";
import { MINUTE, SECOND } from "../vitals/time";

/** The outcome of an attempt. `mayHaveSucceeded`: the receiver may have processed it nevertheless. */
export type Outcome = { ok: true } | { ok: false; mayHaveSucceeded: boolean; reason: string };

/** The state of one delivery: a row of the settings, so that it is shared by processes and survives a restart. */
const delivery = z.object({
  done: z.boolean(),
  attempts: z.number(),
  /** No process attempts it before this time (ms): the lease of an attempt, or the pause after a failure. */
  until: z.number(),
  /** Absent in states that an earlier version stored: the attempt may have succeeded. */
  mayHaveSucceeded: z.boolean().default(true),
});

export type Delivery = z.infer<typeof delivery>;

/** @throws Error that names the setting when it holds something else */
export function parseDelivery<T>(schema: z.ZodType<T>, { key, value }: Setting): T & Delivery {
  try {
    return z.intersection(schema, delivery).parse(JSON.parse(value));
  } catch (cause) {
    throw new Error(`The setting ${key} is not the state of a delivery.`, { cause });
  }
}

/** A delivery that nobody has attempted yet. */
export const UNATTEMPTED: Delivery = { done: false, attempts: 0, until: 0, mayHaveSucceeded: false };

/** Longer than any attempt. After it another process may attempt the delivery of one that was killed. */
const LEASE = MINUTE;

const FIRST_PAUSE = 30 * SECOND;
const LONGEST_PAUSE = 10 * MINUTE;

/** The pause after the `attempts`th failure, in ms. */
const pauseAfter = (attempts: number): number =>
  Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(attempts - 1, 10));

export type OutboxRun = { delivered: number; failure: string | null };

/** What is delivered under a key of the settings; the content of the first attempt stays. */
export type OutboxEntry<T> = { key: string; content: T };

/** Sends one content. `checkExisting`: an earlier attempt may have succeeded. */
export type Send<T> = (content: T, options: { checkExisting: boolean }) => Promise<Outcome>;

/**
 * Delivers each entry once, however many processes try at once. The run ends with the first failure, because the next
 * entry has the same receiver; a failed entry is attempted again after a pause that doubles up to ten minutes.
 * @param options.schema of a stored content
 * @param options.afterwards `mark` keeps the row of a delivered entry, so that the same key is never delivered again;
 *   `delete` deletes it, and expects that every entry has a row before it is delivered (`UNATTEMPTED`)
 */
export async function deliver<T extends object>(
  database: Database,
  entries: readonly OutboxEntry<T>[],
  send: Send<T>,
  { schema, clock, afterwards }: { schema: z.ZodType<T>; clock: () => number; afterwards: "mark" | "delete" },
): Promise<OutboxRun> {
  let delivered = 0;
  for (const { key, content } of entries) {
    const claim = await claimOf(
      database,
      schema,
      { key, content: afterwards === "mark" ? content : null },
      clock(),
    );
    if (claim === null) continue;
    const outcome = await send(claim.content, { checkExisting: claim.checkExisting });
    if (outcome.ok && afterwards === "delete") await deleteSetting(database.write, key);
    else {
      const { attempts } = claim.content;
      const after = outcome.ok
        ? { done: true, mayHaveSucceeded: false, until: clock() }
        : { mayHaveSucceeded: outcome.mayHaveSucceeded, until: clock() + pauseAfter(attempts) };
      const to = JSON.stringify({ ...claim.content, ...after });
      await replaceSetting(database.write, { key, from: claim.text, to });
    }
    if (!outcome.ok) return { delivered, failure: outcome.reason };
    delivered += 1;
  }
  return { delivered, failure: null };
}

type Claim<T> = { content: T & Delivery; text: string; checkExisting: boolean };

/**
 * Leases an entry to this process; `null` while another has the lease, during a pause, and after the delivery.
 * @param entry.content of an entry without a row; `null` where that means that it was delivered and deleted
 */
async function claimOf<T extends object>(
  { read, write }: Database,
  schema: z.ZodType<T>,
  { key, content }: { key: string; content: T | null },
  at: number,
): Promise<Claim<T> | null> {
  const leased = { until: at + LEASE, mayHaveSucceeded: true };
  const before = await selectSetting(read, key);
  if (before === null) {
    if (content === null) return null;
    const first = { ...content, ...UNATTEMPTED, ...leased, attempts: 1 };
    const text = JSON.stringify(first);
    return (await insertSetting(write, { key, value: text }))
      ? { content: first, text, checkExisting: false }
      : null;
  }
  const last = parseDelivery(schema, { key, value: before });
  if (last.done || last.until > at) return null;
  // The content stays that of the first attempt: a receiver can recognise it.
  const next = { ...last, ...leased, attempts: last.attempts + 1 };
  const text = JSON.stringify(next);
  return (await replaceSetting(write, { key, from: before, to: text }))
    ? { content: next, text, checkExisting: last.mayHaveSucceeded }
    : null;
}
