import type { TrafficState } from "../../storage/releases.server";
import type { ReleaseHour } from "../../vitals/release-timeline";

/** The traffic of the hours `from` to `to` (excluded), and the state of the table that it was read after. */
export type ClosedTraffic = { from: number; to: number; state: TrafficState; hours: readonly ReleaseHour[] };

/** The traffic of past hours, which each answer would read again: thousands of rows that seldom change. */
export type ReleaseMemory = { closed: ClosedTraffic | null };

export const createReleaseMemory = (): ReleaseMemory => ({ closed: null });

const KEYS = ["rows", "samples", "weighted"] as const satisfies ReadonlyArray<keyof TrafficState>;

/** The remembered hours, where they are the same and their state is. */
export const recallTraffic = (
  { closed }: ReleaseMemory,
  from: number,
  to: number,
  state: TrafficState,
): readonly ReleaseHour[] | null =>
  closed?.from === from && closed.to === to && KEYS.every((key) => closed.state[key] === state[key])
    ? closed.hours
    : null;
