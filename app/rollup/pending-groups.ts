import { bucketOf, scaleOf } from "../stats/sketch/scale";
import type { PendingRow } from "../storage/measurements.server";
import type { Device } from "../vitals/devices";
import type { Measurement } from "../vitals/measurement";
import type { Metric } from "../vitals/metrics";
import type { DeliveryType, NavigationType } from "../vitals/navigation";
import { FIVE_MINUTES } from "../vitals/time";
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

/** Measurements in groups, as `selectPending` groups stored ones: each id once, with none of its values folded yet. */
export function groupMeasurements(measurements: readonly Measurement[]): PendingGroup[] {
  const groups = new Map<string, PendingGroup>();
  for (const measurement of measurements) {
    const { metric, route, device, navigationType, buildVersion, library, receivedAt } = measurement;
    const deliveryType = measurement.deliveryType ?? null;
    const slot = Math.floor(receivedAt / FIVE_MINUTES);
    // Unique, because no route, build version or library contains a line feed.
    const name = `${slot} ${metric} ${device} ${navigationType} ${deliveryType}\n${library}\n${route}\n${buildVersion}`;
    let group = groups.get(name);
    if (group === undefined) {
      const times = { firstAt: receivedAt, lastAt: receivedAt };
      const changes = { added: [], removed: [] };
      group = {
        slot,
        metric,
        route,
        device,
        navigationType,
        deliveryType,
        buildVersion,
        library,
        ...times,
        changes,
      };
      groups.set(name, group);
    }
    group.firstAt = Math.min(group.firstAt, receivedAt);
    group.lastAt = Math.max(group.lastAt, receivedAt);
    group.changes.added.push(bucketOf(scaleOf(metric), measurement.value));
  }
  return [...groups.values()];
}
