import { monotonic, now } from "../../platform/clock.server";
import { log } from "../../platform/log.server";
import { metrics } from "../../platform/metrics.server";
import { createRateLimitedLog } from "../../platform/rate-limited-log";
import type { Database } from "../../storage/database.server";
import { MINUTE, SECOND } from "../../vitals/time";
import { startBackgroundLoop } from "../background-loop.server";
import type { Send } from "../outbox.server";
import type { IdentifiedNotification } from "./notification";
import { sendNotifications } from "./queue.server";

/** How soon a queued notification is sent. */
const SEND_INTERVAL = 5 * SECOND;

/** How soon a look is evaluated once it is due. */
const LOOK_INTERVAL = MINUTE;

/**
 * Evaluates due looks and sends notifications in the background, in two loops, so that a slow webhook delays nothing.
 * @param evaluateLooks queues the notifications of at most one look
 * @param stop aborts a request under way
 */
export function startNotifications(
  database: Database,
  { evaluateLooks, send }: { evaluateLooks: () => Promise<void>; send: Send<IdentifiedNotification> },
  stop: AbortController,
): { stop(): Promise<void> } {
  const { notifications } = metrics();
  // A counter that appears with its first increment has no rate before it.
  for (const outcome of ["sent", "failed", "dropped"] as const) notifications.inc({ outcome }, 0);
  const warn = createRateLimitedLog<string>(monotonic, (reason, times) =>
    log().warn({ times }, `a notification could not be sent and will be retried: ${reason}`),
  );
  const warnOfLook = createRateLimitedLog(monotonic, (err, times) =>
    log().error({ err, times }, "a declared look could not be evaluated and will be retried"),
  );
  const fail = (reason: string): void => {
    notifications.inc({ outcome: "failed" });
    warn(reason);
  };
  const sendQueued = async (): Promise<void> => {
    const { delivered, dropped, failure } = await sendNotifications(database, send, now);
    notifications.inc({ outcome: "sent" }, delivered);
    notifications.inc({ outcome: "dropped" }, dropped);
    if (delivered > 0) log().info({ notifications: delivered }, "sent to NOTIFY_WEBHOOK_URL");
    if (dropped > 0)
      log().warn({ notifications: dropped }, "dropped notifications after three days of retries");
    if (failure !== null && !stop.signal.aborted) fail(failure);
  };
  const sending = startBackgroundLoop(sendQueued, {
    interval: SEND_INTERVAL,
    onError: (error) => fail(error instanceof Error ? error.message : String(error)),
    stop,
  });
  const looking = startBackgroundLoop(evaluateLooks, { interval: LOOK_INTERVAL, onError: warnOfLook, stop });
  return {
    async stop() {
      await Promise.all([sending.stop(), looking.stop()]);
    },
  };
}
