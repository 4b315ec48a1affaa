import {
  claimLook,
  type DueLook,
  recordLook,
  unevaluatedLooks,
} from "../observability/notifications/looks.server";
import { startNotifications } from "../observability/notifications/loop.server";
import { createWebhookSender } from "../observability/notifications/webhook.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { lookNotifications } from "../presenters/api/notification";
import { COMPARE_PREVIOUS, DEFAULT_QUERY } from "../query/cockpit-query";
import { type DeclaredLook, lastLooks, queryOfLook } from "../query/comparison/declared-looks";
import { PageContext, type PageSources } from "../query/page-context.server";
import type { Database } from "../storage/database.server";
import { HOUR } from "../vitals/time";
import { observability } from "./observability.server";
import { pageContext } from "./readers.server";

/**
 * Starts to notify of what declared looks decide, where a webhook is configured.
 * @returns how to stop it
 */
export function notifyOfLooks(database: Database): () => Promise<void> {
  const { notifications } = observability();
  if (notifications === null) return async () => {};
  const { address, webhook } = notifications;
  if (env().PUBLIC_URL === null) {
    log().warn("NOTIFY_WEBHOOK_URL is set without PUBLIC_URL: links in notifications are only paths");
  }
  const stop = new AbortController();
  const evaluateLooks = (): Promise<void> =>
    evaluateDueLook(database, pageContext(COMPARING).sources, address);
  const loop = startNotifications(
    database,
    { evaluateLooks, send: createWebhookSender(webhook, stop.signal) },
    stop,
  );
  return () => loop.stop();
}

const COMPARING = { ...DEFAULT_QUERY, compare: COMPARE_PREVIOUS };

/** Evaluates the oldest look that is due, if any, and queues its notifications. Compares at most two releases. */
export async function evaluateDueLook(
  database: Database,
  sources: PageSources,
  address: string,
): Promise<void> {
  const history = await new PageContext(COMPARING, sources).releases();
  const looks = new Map(lastLooks(history, sources.now).map((one) => [one.release, one]));
  const due = await unevaluatedLooks(database, [...looks.values()].map(dueLook), sources.now);
  for (const one of due) {
    const declared = looks.get(one.release);
    const claim = await claimLook(database, one, sources.now);
    if (declared === undefined || claim === null) continue;
    const query = queryOfLook(declared, sources.now);
    const comparison = await new PageContext(query, sources).comparison(null);
    const result =
      comparison.status === "unavailable"
        ? { open: claim.open, notifications: [] }
        : lookNotifications(comparison, claim.open, {
            look: declared.look,
            window: { from: declared.since, to: Math.ceil(sources.now / HOUR) * HOUR },
            address,
          });
    await recordLook(database, claim, result, sources.now);
    return;
  }
}

const dueLook = ({ release, since, look }: DeclaredLook): DueLook => ({
  release,
  since,
  at: look.at,
  isReplacement: look.kind === "replacement",
});
