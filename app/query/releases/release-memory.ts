import type { ReleaseHour } from "../../vitals/release-timeline";

/** The traffic of the hours `from` to `to` (excluded), and what was written when it was read (`selectHourVersions`). */
export type ClosedTraffic = { from: number; to: number; written: string; hours: readonly ReleaseHour[] };

/** The traffic of past hours, which each answer would read again: thousands of rows that seldom change. */
export type ReleaseMemory = { closed: ClosedTraffic | null };

export const createReleaseMemory = (): ReleaseMemory => ({ closed: null });

/** The remembered hours, where they are the same, and nothing was written to them since. */
export const recallTraffic = (
  { closed }: ReleaseMemory,
  { from, to, written }: Omit<ClosedTraffic, "hours">,
): readonly ReleaseHour[] | null =>
  closed?.from === from && closed.to === to && closed.written === written ? closed.hours : null;
