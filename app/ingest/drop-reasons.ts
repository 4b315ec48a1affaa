/** Why a measurement is dropped. Named in the answer, counted in /metrics, listed in docs/wire-formats.md. */
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

/** One bad measurement, by its place in the beacon. */
export type Dropped = { index: number; reason: DropReason };

/** The reason why a measurement of a retired metric is ignored. */
export const RETIRED_METRIC = "retired-metric";

/** A part of a measurement that was left out while the measurement itself was kept. */
export type Ignored = { index: number; part: string; reason: string };

/** Something about a beacon as a whole that makes it unreadable; `message` says what, for its sender. */
export class BeaconError extends Error {
  override name = "BeaconError";
}
