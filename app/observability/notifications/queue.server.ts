import type { Database } from "../../storage/database.server";
import { deleteSetting, selectSettingsUnder } from "../../storage/settings.server";
import { DAY } from "../../vitals/time";
import { type Delivery, deliver, type OutboxRun, type Send } from "../outbox.server";
import type { IdentifiedNotification } from "./notification";

/** A notification as its row of the settings has it; `queuedAt` in ms. */
export type QueuedNotification = IdentifiedNotification & { queuedAt: number };

/** Prefix of the rows of notifications that are not delivered yet. */
export const PENDING = "notification:";

/** An older notification is no news any more. */
const LONGEST_RETRY = 3 * DAY;

/**
 * Sends the queued notifications, oldest first, each once; a failed one is sent again later, with the same id, for three
 * days. Any number of processes may do so at once.
 * @returns the run, and the number of notifications that were dropped after three days
 */
export async function sendNotifications(
  database: Database,
  send: Send<IdentifiedNotification>,
  clock: () => number,
): Promise<OutboxRun & { dropped: number }> {
  const rows = await selectSettingsUnder(database.read, PENDING);
  const queued = rows.map(({ key, value }) => ({
    key,
    content: JSON.parse(value) as QueuedNotification & Delivery,
  }));
  const isOld = ({ content }: (typeof queued)[number]): boolean =>
    content.queuedAt < clock() - LONGEST_RETRY && content.until <= clock();
  const old = queued.filter(isOld);
  for (const { key } of old) await deleteSetting(database.write, key);
  const entries = queued
    .filter((entry) => !isOld(entry))
    .sort((a, b) => a.content.queuedAt - b.content.queuedAt);
  const withoutState: Send<QueuedNotification> = (content, options) => send(notificationOf(content), options);
  const run = await deliver(database, entries, withoutState, { clock, afterwards: "delete" });
  return { ...run, dropped: old.length };
}

/** What is sent of a row: without the state of its delivery. */
const notificationOf = ({
  id,
  version,
  event,
  release,
  baseline,
  look,
  sentence,
  link,
  callCount,
  calls,
}: QueuedNotification): IdentifiedNotification => ({
  id,
  version,
  event,
  release,
  baseline,
  look,
  sentence,
  link,
  callCount,
  calls,
});
