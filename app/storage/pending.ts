import type { PendingKind } from "./pending-kinds";

/** A pending measurement: when it was received (ms), and its key in the table (of an engine's own choice). */
export type PendingPosition = { receivedAt: number; key: string };

/** Before all measurements. */
export const FIRST_POSITION: PendingPosition = { receivedAt: Number.MIN_SAFE_INTEGER, key: "" };

/** Pending measurements as the fold read them, oldest first, in columns: an object for each would cost more than its work. */
export type PendingReports = {
  length: number;
  /** The same object for all of a kind. */
  kinds: readonly PendingKind[];
  /** When they were received, in ms. */
  receivedAt: Float64Array;
  values: Float64Array;
  /** The values that the summaries hold for them; NaN for none. */
  folded: Float64Array;
  /** 1 for one that is as it was stored first, and never changed. */
  unchanged: Uint8Array;
  /** Lines as those of `LINE`, and where each of them ends. */
  lines: string;
  ends: Int32Array;
  /** Whether most measurements of their time are pending, so that all of that time are read faster than those by an index. */
  isDense: boolean;
};

/** Those with the numbers `from` to `to` (not included): at least one. */
export type PendingPart = { reports: PendingReports; from: number; to: number };

/** The first and the last one of a part. */
export type PendingEnds = { first: PendingPosition; last: PendingPosition; isDense: boolean };

/** The key, value and folded value of a measurement as it was read, in the texts of its line. */
export type Mark = readonly [key: string, value: string, folded: string];

/**
 * The fields of a line of `selectPending`, between tabs: no text of a measurement has a control character. Those of the kind
 * are last. `key` is that of `PendingPosition`. `value` and `folded` are in digits that preserve a double; `folded` is empty
 * where it is null. `unchanged` is 1 or 0.
 */
export const LINE = { receivedAt: 0, value: 1, folded: 2, unchanged: 3, key: 4, kind: 5 } as const;

const lineAt = ({ lines, ends }: PendingReports, i: number): string =>
  lines.slice(i === 0 ? 0 : (ends[i - 1] as number) + 1, ends[i]);

export function positionAt(reports: PendingReports, i: number): PendingPosition {
  const key = lineAt(reports, i).split("\t", LINE.key + 1)[LINE.key] ?? "";
  return { receivedAt: reports.receivedAt[i] as number, key };
}

export function markAt(reports: PendingReports, i: number): Mark {
  const fields = lineAt(reports, i).split("\t", LINE.kind);
  return [fields[LINE.key] ?? "", fields[LINE.value] ?? "", fields[LINE.folded] ?? ""];
}

export const endsOf = ({ reports, from, to }: PendingPart): PendingEnds => ({
  first: positionAt(reports, from),
  last: positionAt(reports, to - 1),
  isDense: reports.isDense,
});
