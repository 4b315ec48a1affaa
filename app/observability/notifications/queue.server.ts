import { z } from "zod";
import type { Database } from "../../storage/database.server";
import { deleteSetting, selectSettingsUnder } from "../../storage/settings.server";
import { DAY } from "../../vitals/time";
import { deliver, type OutboxRun, parseDelivery, type Send } from "../outbox.server";
import { type IdentifiedNotification, identifiedNotification } from "./notification";

/** A notification as its row of the settings has it; `queuedAt` in ms. */
const queuedNotification = identifiedNotification.extend({ queuedAt: z.number() });

export type QueuedNotification = z.infer<typeof queuedNotification>;

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
  const queued = rows.map((row) => ({ key: row.key, content: parseDelivery(queuedNotification, row) }));
  const isOld = ({ content }: (typeof queued)[number]): boolean =>
    content.queuedAt < clock() - LONGEST_RETRY && content.until <= clock();
  const old = queued.filter(isOld);
  for (const { key } of old) await deleteSetting(database.write, key);
  const entries = queued
    .filter((entry) => !isOld(entry))
    .sort((a, b) => a.content.queuedAt - b.content.queuedAt);
  const sendParsed: Send<QueuedNotification> = (content, options) =>
    send(identifiedNotification.parse(content), options);
  const run = await deliver(database, entries, sendParsed, {
    schema: queuedNotification,
    clock,
    afterwards: "delete",
  });
  return { ...run, dropped: old.length };
}
