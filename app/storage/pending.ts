/** A pending measurement: when it was received (ms), and its key in the table (of an engine's own choice). */
export type PendingPosition = { receivedAt: number; key: string };

/** Before all measurements. */
export const FIRST_POSITION: PendingPosition = { receivedAt: Number.MIN_SAFE_INTEGER, key: "" };

/**
 * A measurement as the fold read it: its key, its value, and the value that the summaries held for it (empty when none),
 * both in digits that preserve a double.
 */
export type Mark = { key: string; value: string; folded: string };
