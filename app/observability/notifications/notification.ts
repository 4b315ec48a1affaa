import { z } from "zod";

/** `regression`: a declared look calls at least one; `regression-withdrawn`: a later look no longer calls it. */
const event = z.enum(["regression", "regression-withdrawn"]);

export type NotificationEvent = z.infer<typeof event>;

/** One message for the webhook. Links are paths where the cockpit's public address is not configured. */
const notification = z.object({
  version: z.literal(1),
  event,
  release: z.string(),
  baseline: z.string(),
  /** The declared look that decided, and its time in ISO 8601. */
  look: z.object({ kind: z.string(), at: z.string() }),
  /** The first of `calls` in a sentence. */
  sentence: z.string(),
  link: z.string(),
  /** All calls of this event at this look; `calls` has at most 20 of them. */
  callCount: z.number(),
  /** `route` is `null` for the site as a whole; `change` has the figures as the JSON endpoint names them. */
  calls: z.array(
    z.object({
      route: z.string().nullable(),
      metric: z.string(),
      sentence: z.string(),
      link: z.string(),
      change: z.record(z.string(), z.unknown()),
    }),
  ),
});

export type Notification = z.infer<typeof notification>;

/** A notification with the id that stays the same in every attempt, so that a receiver can recognise a repetition. */
export const identifiedNotification = notification.extend({ id: z.string() });

export type IdentifiedNotification = z.infer<typeof identifiedNotification>;
