import { setImmediate as nextTurn } from "node:timers/promises";
import { bucketOf, scaleOf } from "../stats/sketch/scale";
import {
  FIRST_POSITION,
  keyOf,
  type PendingKind,
  type PendingPosition,
  type PendingRange,
  type PendingReport,
} from "../storage/pending";
import { type PendingKinds, selectPending } from "../storage/pending-measurements.server";
import type { Statements } from "../storage/statements.server";
import type { Measurement } from "../vitals/measurement";
import { FIVE_MINUTES } from "../vitals/time";
import type { BucketChanges } from "./summary-changes";

/** Measurements that differ only in their values and times; those without an earlier value are their first reports. */
export type PendingGroup = PendingKind &
  BucketChanges & {
    /** Five minutes since the epoch. */
    slot: number;
    /** When the first and the last of them were received, in ms. */
    firstAt: number;
    lastAt: number;
  };

/** What one transaction folds. */
export type PendingSlice = { groups: readonly PendingGroup[]; range: PendingRange };

/** Bounds of measurements of one read: nothing else can run meanwhile, and a read has a fixed cost. */
const LEAST_READ = 500;
const MOST_READ = 4_000;

/**
 * Reads up to `limit` pending measurements, oldest first, and cuts them into slices of consecutive ones: those of a slice
 * are neighbours in the table, so few of its pages change.
 */
export class PendingSlices {
  readonly #read: Statements;
  #left: number;
  /** What is read and in no slice yet, and the position before it. */
  #reports: readonly PendingReport[] = [];
  #after = FIRST_POSITION;
  readonly #kinds: PendingKinds = new Map();

  constructor(read: Statements, limit: number) {
    this.#read = read;
    this.#left = limit;
  }

  /**
   * The next measurements whose work is about `budget`, at least one.
   * @param groupWork the work of a group besides its measurements; each of these is one
   * @returns `null` at the end
   */
  async next(budget: number, groupWork: number): Promise<PendingSlice | null> {
    const groups = new GroupBuilder();
    const reports: PendingReport[] = [];
    const after = this.#after;
    for (let work = 0; work < budget; ) {
      if (this.#reports.length === 0) await this.#readMore(budget - work);
      let count = 0;
      for (; count < this.#reports.length && work < budget; count += 1) {
        const report = this.#reports[count] as PendingReport;
        work += groups.add(report) ? 1 + groupWork : 1;
        reports.push(report);
      }
      const last = this.#reports[count - 1];
      if (last === undefined) break;
      this.#reports = this.#reports.slice(count);
      this.#after = positionOf(last);
    }
    return reports.length === 0 ? null : { groups: groups.all, range: { after, last: this.#after, reports } };
  }

  async #readMore(wanted: number): Promise<void> {
    const limit = Math.min(this.#left, Math.max(LEAST_READ, Math.min(MOST_READ, Math.ceil(wanted))));
    if (limit === 0) return;
    this.#reports = await selectPending(this.#read, this.#after, limit, this.#kinds);
    this.#left = this.#reports.length < limit ? 0 : this.#left - limit;
    await nextTurn();
  }
}

const positionOf = ({ receivedAt, line }: PendingReport): PendingPosition => ({
  receivedAt,
  key: keyOf(line),
});

type Group = PendingGroup & { added: number[]; removed: number[] };

class GroupBuilder {
  readonly all: PendingGroup[] = [];
  readonly #bySlot = new Map<number, Map<PendingKind, Group>>();

  /** @returns whether it is the first one of its group */
  add({
    kind,
    receivedAt,
    value,
    folded,
  }: Pick<PendingReport, "kind" | "receivedAt" | "value" | "folded">): boolean {
    const slot = Math.floor(receivedAt / FIVE_MINUTES);
    let byKind = this.#bySlot.get(slot);
    if (byKind === undefined) {
      byKind = new Map();
      this.#bySlot.set(slot, byKind);
    }
    let group = byKind.get(kind);
    const isNew = group === undefined;
    if (group === undefined) {
      group = Object.assign({ slot, firstAt: receivedAt, lastAt: receivedAt, added: [], removed: [] }, kind);
      byKind.set(kind, group);
      this.all.push(group);
    }
    if (receivedAt < group.firstAt) group.firstAt = receivedAt;
    if (receivedAt > group.lastAt) group.lastAt = receivedAt;
    const scale = scaleOf(kind.metric);
    group.added.push(bucketOf(scale, value));
    if (folded !== null) group.removed.push(bucketOf(scale, folded));
    return isNew;
  }
}

/** Measurements that are not stored in groups: each id once, with none of its values folded yet. */
export function groupMeasurements(measurements: readonly Measurement[]): readonly PendingGroup[] {
  const groups = new GroupBuilder();
  const kinds = new Map<string, PendingKind>();
  for (const measurement of measurements) {
    const { metric, value, route, device, navigationType, buildVersion, library, receivedAt } = measurement;
    const deliveryType = measurement.deliveryType ?? null;
    // Unique, because no route, build version or library contains a line feed.
    const name = `${metric} ${device} ${navigationType} ${deliveryType}\n${library}\n${route}\n${buildVersion}`;
    const kind = kinds.get(name) ?? {
      metric,
      route,
      device,
      navigationType,
      deliveryType,
      buildVersion,
      library,
    };
    kinds.set(name, kind);
    groups.add({ kind, receivedAt, value, folded: null });
  }
  return groups.all;
}
