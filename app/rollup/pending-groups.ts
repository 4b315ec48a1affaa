import { setImmediate as nextTurn } from "node:timers/promises";
import { bucketOf, type Scale, scaleOf } from "../stats/sketch/scale";
import { type PendingRow, selectPending } from "../storage/measurements.server";
import { FIRST_POSITION, type Mark } from "../storage/pending";
import type { Statements } from "../storage/statements.server";
import type { Device } from "../vitals/devices";
import type { Measurement } from "../vitals/measurement";
import type { Metric } from "../vitals/metrics";
import { type DeliveryType, type NavigationType, storedNavigationOf } from "../vitals/navigation";
import { FIVE_MINUTES } from "../vitals/time";
import type { BucketChange } from "./summary-changes";

/** A report's change of the buckets, and how to mark it; an unstored one is not marked. */
export type PendingReport = BucketChange & { mark: Mark | null };

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
  reports: readonly PendingReport[];
};

/** Measurements of one read, in which nothing else can run. */
const READ_BATCH = 2_000;

/** Reads up to `limit` pending measurements, oldest first, a part at a time. */
export async function readPending(read: Statements, limit: number): Promise<PendingGroup[]> {
  const groups: PendingGroup[] = [];
  let after = FIRST_POSITION;
  for (let left = limit; left > 0; left -= READ_BATCH) {
    const part = await selectPending(read, after, Math.min(left, READ_BATCH));
    if (part === null) break;
    groups.push(...part.rows.map(toGroup));
    after = part.last;
    await nextTurn();
  }
  return groups;
}

const toGroup = (row: PendingRow): PendingGroup => ({
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
  reports: parseReports(scaleOf(row.metric), row.reports),
});

/** @param reports see `selectPending` */
function parseReports(scale: Scale, reports: string): PendingReport[] {
  return reports.split("\n").map((report) => {
    const first = report.indexOf(":");
    const second = report.indexOf(":", first + 1);
    const value = report.slice(0, first);
    const folded = report.slice(first + 1, second);
    return {
      added: bucketOf(scale, Number(value)),
      removed: folded === "" ? null : bucketOf(scale, Number(folded)),
      mark: { key: report.slice(second + 1), value, folded },
    };
  });
}

/** Measurements in groups, as `readPending` groups stored ones: each id once, with none of its values folded yet. */
export function groupMeasurements(measurements: readonly Measurement[]): PendingGroup[] {
  const groups = new Map<string, PendingGroup & { reports: PendingReport[] }>();
  for (const measurement of measurements) {
    const { metric, route, device, navigationType, buildVersion, library, receivedAt } = measurement;
    const deliveryType = measurement.deliveryType ?? null;
    const slot = Math.floor(receivedAt / FIVE_MINUTES);
    // Unique, because no route, build version or library contains a line feed.
    const name = `${slot} ${metric} ${device} ${navigationType} ${deliveryType}\n${library}\n${route}\n${buildVersion}`;
    let group = groups.get(name);
    if (group === undefined) {
      group = {
        slot,
        metric,
        route,
        device,
        navigationType,
        deliveryType,
        buildVersion,
        library,
        firstAt: receivedAt,
        lastAt: receivedAt,
        reports: [],
      };
      groups.set(name, group);
    }
    group.firstAt = Math.min(group.firstAt, receivedAt);
    group.lastAt = Math.max(group.lastAt, receivedAt);
    group.reports.push({ added: bucketOf(scaleOf(metric), measurement.value), removed: null, mark: null });
  }
  return [...groups.values()];
}

/** A name of the total that a group belongs to, and then of its route. */
const sortKey = ({ slot, metric, device, navigationType, deliveryType, buildVersion, route }: PendingGroup) =>
  `${slot} ${metric} ${device} ${storedNavigationOf(navigationType, deliveryType)} ${buildVersion}\n${route}`;

/**
 * Sorts groups so that those of one summary, and of one total, follow each other: few of them are written by two slices.
 */
export function sortGroups(groups: readonly PendingGroup[]): PendingGroup[] {
  const keyed = groups.map((group) => ({ key: sortKey(group), group }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ group }) => group);
}

/** Cuts sorted groups into slices. A group of many reports becomes several. */
export class GroupSlices {
  readonly #groups: readonly PendingGroup[];
  #group = 0;
  #report = 0;

  constructor(groups: readonly PendingGroup[]) {
    this.#groups = groups;
  }

  /**
   * The next groups whose work is about `budget`, at least one report.
   * @param work of a group besides its reports, each of which is one
   * @returns an empty slice at the end
   */
  next(budget: number, work: number): PendingGroup[] {
    const slice: PendingGroup[] = [];
    let left = budget;
    for (let group = this.#groups[this.#group]; group !== undefined; group = this.#groups[this.#group]) {
      const { reports } = group;
      const most = Math.max(slice.length === 0 ? 1 : 0, left - work);
      if (most <= 0) break;
      const end = Math.min(reports.length, this.#report + most);
      slice.push({ ...group, reports: reports.slice(this.#report, end) });
      left -= work + end - this.#report;
      if (end < reports.length) {
        this.#report = end;
        break;
      }
      this.#group += 1;
      this.#report = 0;
    }
    return slice;
  }
}
