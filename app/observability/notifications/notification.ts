/** `regression`: a declared look calls at least one; `regression-withdrawn`: a later look no longer calls it. */
export type NotificationEvent = "regression" | "regression-withdrawn";

/** One message for the webhook. Links are paths where the cockpit's public address is not configured. */
export type Notification = {
  version: 1;
  event: NotificationEvent;
  release: string;
  baseline: string;
  /** The declared look that decided, and its time in ISO 8601. */
  look: { kind: string; at: string };
  /** The first of `calls` in a sentence. */
  sentence: string;
  link: string;
  /** All calls of this event at this look; `calls` has at most 20 of them. */
  callCount: number;
  /** `route` is `null` for the site as a whole; `change` has the figures as the JSON endpoint names them. */
  calls: ReadonlyArray<{
    route: string | null;
    metric: string;
    sentence: string;
    link: string;
    change: object;
  }>;
};

/** A notification with the id that stays the same in every attempt, so that a receiver can recognise a repetition. */
export type IdentifiedNotification = Notification & { id: string };
