/** The time now, in ms since the epoch. */
export type Clock = () => number;

/** The only access to the system's clock: all other code receives a `Clock`. */
export const now: Clock = () => Date.now();

/** A monotonic clock in ms, for durations. */
export const monotonic: Clock = () => performance.now();
