/** The time now, in ms since the epoch. */
export type Clock = () => number;

/** The one reading of the system's clock: everything else is handed a `Clock`. */
export const now: Clock = () => Date.now();

/** Milliseconds that only ever grow, for durations. */
export const monotonic: Clock = () => performance.now();
