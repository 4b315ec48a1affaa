import { setImmediate as nextTurn } from "node:timers/promises";
import { bucketOf, scaleOf } from "../stats/sketch/scale";
import { FIRST_POSITION, type PendingPart, type PendingReports, positionAt } from "../storage/pending";
import { type PendingKind, PendingKinds } from "../storage/pending-kinds";
import { selectPending } from "../storage/pending-measurements.server";
import type { Statements } from "../storage/statements.server";
import type { Measurement } from "../vitals/measurement";
import { FIVE_MINUTES } from "../vitals/time";
import type { BucketChanges } from "./summary-changes";

/** Measurements that differ only in their values and times; those without an earlier value are their first reports. */
export type PendingGroup = BucketChanges & {
  kind: PendingKind;
  /** Five minutes since the epoch. */
  slot: number;
  /** When the first and the last of them were received, in ms. */
  firstAt: number;
  lastAt: number;
};

/** What one transaction folds; `length` measurements. */
export type PendingSlice = { groups: readonly PendingGroup[]; parts: readonly PendingPart[]; length: number };

/** Bounds of measurements of one read: nothing else can run meanwhile, and a read has a fixed cost. */
const LEAST_READ = 500;
const MOST_READ = 4_000;

/**
 * Reads up to `limit` pending measurements, oldest first, and cuts them into slices of consecutive ones: those of a slice
 * are neighbours in the table, so few of its pages change.
 */
export class PendingSlices {
  readonly #read: Statements;
  readonly #kinds: PendingKinds;
  #left: number;
  /** What was read last, and how many of it are in slices. */
  #reports: PendingReports | null = null;
  #used = 0;
  #after = FIRST_POSITION;

  constructor(read: Statements, limit: number, kinds: PendingKinds) {
    this.#read = read;
    this.#left = limit;
    this.#kinds = kinds;
  }

  /**
   * The next measurements whose work is about `budget`, at least one.
   * @param groupWork the work of a group besides its measurements; each of these is one
   * @returns `null` at the end
   */
  async next(budget: number, groupWork: number): Promise<PendingSlice | null> {
    const groups = new GroupBuilder();
    const parts: PendingPart[] = [];
    let length = 0;
    for (let work = 0; work < budget; ) {
      if (this.#used === (this.#reports?.length ?? 0)) await this.#readMore(budget - work);
      const reports = this.#reports;
      if (reports === null) break;
      const from = this.#used;
      let to = from;
      for (; to < reports.length && work < budget; to += 1) {
        const folded = reports.folded[to] as number;
        const isNew = groups.add(
          reports.kinds[to] as PendingKind,
          reports.receivedAt[to] as number,
          reports.values[to] as number,
          Number.isNaN(folded) ? null : folded,
        );
        work += isNew ? 1 + groupWork : 1;
      }
      parts.push({ reports, from, to });
      length += to - from;
      this.#used = to;
      this.#after = positionAt(reports, to - 1);
    }
    return length === 0 ? null : { groups: groups.all, parts, length };
  }

  async #readMore(wanted: number): Promise<void> {
    this.#reports = null;
    this.#used = 0;
    const limit = Math.min(this.#left, Math.max(LEAST_READ, Math.min(MOST_READ, Math.ceil(wanted))));
    if (limit === 0) return;
    const reports = await selectPending(this.#read, this.#after, limit, this.#kinds);
    this.#left = reports.isLast ? 0 : this.#left - reports.length;
    if (reports.length > 0) this.#reports = reports;
    await nextTurn();
  }
}

type Group = PendingGroup & { added: number[]; removed: number[] };

class GroupBuilder {
  readonly all: PendingGroup[] = [];
  readonly #bySlot = new Map<number, Map<PendingKind, Group>>();

  /**
   * @param folded `null` where the summaries hold no value of it
   * @returns whether it is the first one of its group
   */
  add(kind: PendingKind, receivedAt: number, value: number, folded: number | null): boolean {
    const slot = Math.floor(receivedAt / FIVE_MINUTES);
    let byKind = this.#bySlot.get(slot);
    if (byKind === undefined) {
      byKind = new Map();
      this.#bySlot.set(slot, byKind);
    }
    const scale = scaleOf(kind.metric);
    const bucket = bucketOf(scale, value);
    const removed = folded === null ? -1 : bucketOf(scale, folded);
    const group = byKind.get(kind);
    if (group === undefined) {
      const first: Group = {
        kind,
        slot,
        firstAt: receivedAt,
        lastAt: receivedAt,
        // Most groups have one measurement: an array that grows is allocated for 17.
        added: [bucket],
        removed: removed === -1 ? [] : [removed],
      };
      byKind.set(kind, first);
      this.all.push(first);
      return true;
    }
    if (receivedAt < group.firstAt) group.firstAt = receivedAt;
    if (receivedAt > group.lastAt) group.lastAt = receivedAt;
    group.added.push(bucket);
    if (removed !== -1) group.removed.push(removed);
    return false;
  }
}

/** Measurements that are not stored in groups: each id once, with none of its values folded yet. */
export function groupMeasurements(measurements: readonly Measurement[]): readonly PendingGroup[] {
  const groups = new GroupBuilder();
  const kinds = new PendingKinds();
  for (const measurement of measurements) {
    const { metric, value, route, device, navigationType, buildVersion, library, receivedAt } = measurement;
    const deliveryType = measurement.deliveryType ?? null;
    // Unique, because no route, build version or library contains a line feed.
    const name = `${metric} ${device} ${navigationType} ${deliveryType}\n${library}\n${route}\n${buildVersion}`;
    const kind =
      kinds.get(name) ??
      kinds.add(name, { metric, route, device, navigationType, deliveryType, buildVersion, library });
    groups.add(kind, receivedAt, value, null);
  }
  return groups.all;
}
