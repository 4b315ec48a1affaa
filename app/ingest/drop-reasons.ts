/** Reasons for dropping a measurement: part of the response, labels in /metrics, listed in docs/wire-formats.md. */
export const DROP_REASONS = [
  "not-an-object",
  "unknown-metric",
  "value-not-a-number",
  "value-out-of-range",
  "invalid-id",
  "invalid-route",
  "invalid-build-version",
  "too-late",
  "environment-not-accepted",
  "too-many-measurements",
  "repeated-metric",
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

/** One bad measurement; `index` is its position in the beacon. */
export type Dropped = { index: number; reason: DropReason };

/** The reason for ignoring a measurement of a retired metric. */
export const RETIRED_METRIC = "retired-metric";

/** An invalid part of a measurement that was stored without it. */
export type Ignored = { index: number; part: string; reason: string };

/** The body as a whole is unreadable or too large; `message` gives the reason, for the sender. */
export class BeaconError extends Error {
  override name = "BeaconError";
  constructor(
    message: string,
    readonly status: 400 | 413 = 400,
  ) {
    super(message);
  }
}
