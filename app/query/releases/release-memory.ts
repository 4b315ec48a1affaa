import { PastHours, type ReleaseHour } from "../../vitals/release-timeline";

/** Which hours were read, and what was written to them when they were (`selectHourVersions`). */
type ReadHours = { from: number; to: number; written: string };

/** The traffic of the hours `from` to `to` (excluded). */
export type ClosedTraffic = ReadHours & { hours: readonly ReleaseHour[]; past: PastHours };

/** The traffic of past hours, which each answer would read again: thousands of rows that seldom change. */
export type ReleaseMemory = { closed: ClosedTraffic | null };

export const createReleaseMemory = (): ReleaseMemory => ({ closed: null });

/** The remembered hours, where they are the same, and nothing was written to them since. */
export const recallTraffic = (
  { closed }: ReleaseMemory,
  { from, to, written }: ReadHours,
): ClosedTraffic | null =>
  closed?.from === from && closed.to === to && closed.written === written ? closed : null;

export function rememberTraffic(
  memory: ReleaseMemory,
  read: ReadHours,
  hours: readonly ReleaseHour[],
): ClosedTraffic {
  memory.closed = { ...read, hours, past: new PastHours(hours) };
  return memory.closed;
}
