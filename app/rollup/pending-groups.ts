import type { PendingRow } from "../storage/measurements.server";
import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { DeliveryType, NavigationType } from "../vitals/navigation";
import { type BucketChanges, parseChanges } from "./summary-changes";

/** Pending measurements that differ only in their values. */
export type PendingGroup = {
  /** Five minutes since the epoch. */
  slot: number;
  metric: Metric;
  route: string;
  device: Device;
  navigationType: NavigationType | null;
  deliveryType: DeliveryType | null;
  buildVersion: string;
  library: string | null;
  firstAt: number;
  lastAt: number;
  changes: BucketChanges;
};

export const toGroup = (row: PendingRow): PendingGroup => ({
  slot: Number(row.slot),
  metric: row.metric,
  route: row.route,
  device: row.device,
  navigationType: row.navigation_type,
  deliveryType: row.delivery_type,
  buildVersion: row.build_version,
  library: row.library,
  firstAt: Number(row.first_at),
  lastAt: Number(row.last_at),
  changes: parseChanges(row.metric, row.reports),
});
