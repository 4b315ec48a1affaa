import { z } from "zod";
import type { Measurement } from "../vitals/measurement";
import {
  deliveryType,
  device,
  float,
  integer,
  json,
  metric,
  navigationType,
  parseJson,
  rowOf,
  text,
} from "./row-schema";
import type { Statements } from "./statements.server";

/**
 * Stores a batch, one row per id; ids must be unique within it.
 *
 * A later report replaces value, attribution and library when its sequence is the highest so far (an equal or absent one
 * counts as later), and nothing else, so that a measurement never moves to another hour, route or release. A report that
 * reuses an id for another metric changes nothing, and neither does an `onlyIfStored` report of an unknown id.
 */
export async function storeMeasurements(
  on: Statements,
  batch: readonly Measurement[],
  storedAt: number,
): Promise<void> {
  if (batch.length === 0) return;
  await on.execute("upsertMeasurements", on.engine.measurements.upsert(batch, storedAt));
}

/** How many measurements wait for the fold; `limit` at most. */
export async function countPending(on: Statements, limit: number): Promise<number> {
  const [row] = await on.query(
    "countPending",
    rowOf({ n: integer }),
    on.engine.measurements.countPending(limit),
  );
  return Number(row?.n ?? 0);
}

const pendingRow = rowOf({
  slot: integer,
  metric,
  route: text,
  device,
  navigation_type: navigationType.nullable(),
  delivery_type: deliveryType.nullable(),
  build_version: text,
  library: text.nullable(),
  first_at: integer,
  last_at: integer,
  reports: text,
});

export type PendingRow = z.infer<typeof pendingRow>;

/**
 * Up to `limit` measurements that wait for the fold, grouped by all columns that the summaries distinguish. `reports`
 * lists each one as `value:folded_value` (the latter empty when null), separated by blanks.
 */
export const selectPending = (on: Statements, limit: number): Promise<PendingRow[]> =>
  on.query("selectPending", pendingRow, on.engine.measurements.selectPending(limit));

/** Marks what `selectPending` returned in the same transaction as reflected in the summaries. */
export const markFolded = (on: Statements, limit: number): Promise<number> =>
  on.execute("markFolded", on.engine.measurements.markFolded(limit));

const measurementRow = rowOf({
  id: text,
  metric,
  value: float,
  sequence: integer.nullable(),
  route: text,
  build_version: text,
  device,
  navigation_type: navigationType.nullable(),
  delivery_type: deliveryType.nullable(),
  received_at: integer,
  library: text.nullable(),
  attribution: json(z.record(z.string(), z.union([z.string(), z.number()]))).nullable(),
});

/**
 * Up to `limit` measurements received in [from, to), by time and id, after the one that `after` names.
 */
export async function selectMeasurements(
  on: Statements,
  window: { from: number; to: number },
  after: { receivedAt: number; id: string } | null,
  limit: number,
): Promise<Measurement[]> {
  const start = after ?? { receivedAt: window.from, id: "" };
  const rows = await on.query(
    "selectMeasurements",
    measurementRow,
    on.engine.measurements.select(start, window.to, limit),
  );
  return rows.map((row) => ({
    id: row.id,
    metric: row.metric,
    value: row.value,
    route: row.route,
    buildVersion: row.build_version,
    device: row.device,
    navigationType: row.navigation_type,
    ...(row.delivery_type !== null && { deliveryType: row.delivery_type }),
    receivedAt: Number(row.received_at),
    sequence: row.sequence === null ? null : Number(row.sequence),
    library: row.library,
    attribution: row.attribution === null ? null : parseJson(row.attribution),
  }));
}

/**
 * Deletes up to `limit` folded measurements that were received before `receivedBefore` and stored before
 * `storedBefore` (both ms): an import of old measurements can still match their repeated reports for a while.
 * @returns how many it deleted
 */
export const deleteMeasurements = (
  on: Statements,
  before: { receivedBefore: number; storedBefore: number },
  limit: number,
): Promise<number> => on.execute("deleteMeasurements", on.engine.measurements.delete(before, limit));
