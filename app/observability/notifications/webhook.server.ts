import { withDeadline } from "../../platform/deadline";
import { cockpitVersion } from "../../platform/version.server";
import { SECOND } from "../../vitals/time";
import type { Outcome, Send } from "../outbox.server";
import { RequestFailure, refusedFailure, unansweredFailure } from "../request-failure";
import { bodyOf, type NotifyFormat } from "./bodies";
import type { IdentifiedNotification } from "./notification";

/** Where notifications are sent, and in which format. */
export type WebhookConfig = { url: string; format: NotifyFormat };

/** How long a webhook may take to answer. */
const TIMEOUT = 10 * SECOND;

/**
 * Posts notifications to the webhook. Any 2xx is a success, whatever its body; a redirect is a failure, since it leads to
 * another receiver than the configured one.
 * @param stopped aborts the request under way
 */
export function createWebhookSender(
  { url, format }: WebhookConfig,
  stopped: AbortSignal,
  timeout = TIMEOUT,
): Send<IdentifiedNotification> {
  return async (notification): Promise<Outcome> => {
    try {
      const response = await withDeadline(stopped, timeout, async (signal) => {
        const answer = await fetch(url, {
          method: "POST",
          redirect: "manual",
          signal,
          headers: {
            "Content-Type": "application/json",
            "Idempotency-Key": notification.id,
            "User-Agent": `vitals-cockpit/${cockpitVersion()}`,
          },
          body: bodyOf(format, notification),
        });
        // The body has no meaning, and may have no end.
        await answer.body?.cancel();
        return answer;
      });
      if (!response.ok) throw refusedFailure(response.status);
      return { ok: true };
    } catch (error) {
      const failure = error instanceof RequestFailure ? error : unansweredFailure(error);
      return { ok: false, mayHaveSucceeded: failure.mayHaveSucceeded, reason: failure.message };
    }
  };
}
