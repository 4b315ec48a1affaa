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
import { markFoldedStatement, pendingStatement } from "./sqlite/fold.server";
import { upsertMeasurements } from "./sqlite/upsert-measurements.server";
import { type Statements, sql } from "./statements.server";

/** See `upsertMeasurements`. */
export async function storeMeasurements(
  on: Statements,
  batch: readonly Measurement[],
  storedAt: number,
): Promise<void> {
  if (batch.length > 0) await on.execute("upsertMeasurements", upsertMeasurements(batch, storedAt));
}

/** How many measurements wait for the fold; `limit` at most. */
export async function countPending(on: Statements, limit: number): Promise<number> {
  const [row] = await on.query(
    "countPending",
    rowOf({ n: integer }),
    sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM web_vitals_raw WHERE folded_value IS NULL OR folded_value <> value LIMIT ${limit})`,
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

/** Up to `limit` measurements that wait for the fold, in groups (see `pendingStatement`). */
export const selectPending = (on: Statements, limit: number): Promise<PendingRow[]> =>
  on.query("selectPending", pendingRow, pendingStatement(limit));

/** Marks what `selectPending` returned in the same transaction as reflected in the summaries. */
export const markFolded = (on: Statements, limit: number): Promise<number> =>
  on.execute("markFolded", markFoldedStatement(limit));

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
    sql`SELECT id, metric, value, sequence, route, build_version, device, navigation_type, received_at,
        library, attribution, delivery_type
      FROM web_vitals_raw
      WHERE (received_at, id) > (${start.receivedAt}, ${start.id}) AND received_at < ${window.to}
      ORDER BY received_at, id
      LIMIT ${limit}`,
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
export function deleteMeasurements(
  on: Statements,
  { receivedBefore, storedBefore }: { receivedBefore: number; storedBefore: number },
  limit: number,
): Promise<number> {
  return on.execute(
    "deleteMeasurements",
    sql`DELETE FROM web_vitals_raw WHERE id IN (
      SELECT id FROM web_vitals_raw
      WHERE received_at < ${receivedBefore} AND stored_at < ${storedBefore} AND folded_value = value
      ORDER BY received_at
      LIMIT ${limit})`,
  );
}
