import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { DeliveryType, NavigationType } from "../vitals/navigation";

/** A pending measurement: when it was received (ms), and its key in the table (of an engine's own choice). */
export type PendingPosition = { receivedAt: number; key: string };

/** Before all measurements. */
export const FIRST_POSITION: PendingPosition = { receivedAt: Number.MIN_SAFE_INTEGER, key: "" };

/** What summaries and activity distinguish of a measurement, besides its time. */
export type PendingKind = {
  metric: Metric;
  route: string;
  device: Device;
  navigationType: NavigationType | null;
  deliveryType: DeliveryType | null;
  buildVersion: string;
  library: string | null;
};

/** A pending measurement as the fold read it. */
export type PendingReport = {
  /** The same object for all reports of a kind that were read together. */
  kind: PendingKind;
  /** When it was received, in ms. */
  receivedAt: number;
  value: number;
  /** The value that the summaries hold for it; `null` for none. */
  folded: number | null;
  /** Whether it is as it was stored first, and never changed. */
  isUnchanged: boolean;
  /** Its line of `selectPending`. */
  line: string;
};

/** Consecutive pending measurements, oldest first: all those after one position up to another. */
export type PendingRange = {
  after: PendingPosition;
  last: PendingPosition;
  reports: readonly PendingReport[];
};

/** The key, value and folded value of a measurement as it was read, in the texts of its line. */
export type Mark = readonly [key: string, value: string, folded: string];

/**
 * The fields of a line of `selectPending`, between tabs: no text of a measurement has a control character. Those of the kind
 * are last. `key` is that of `PendingPosition`. `value` and `folded` are in digits that preserve a double; `folded` is empty
 * where it is null. `unchanged` is 1 or 0.
 */
export const LINE = { receivedAt: 0, value: 1, folded: 2, unchanged: 3, key: 4, kind: 5 } as const;

/** The key in a line. */
export const keyOf = (line: string): string => line.split("\t", LINE.key + 1)[LINE.key] ?? "";
