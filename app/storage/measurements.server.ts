import type { Device } from "../vitals/devices";
import type { Measurement } from "../vitals/measurement";
import type { Metric } from "../vitals/metrics";
import type { DeliveryType, NavigationType } from "../vitals/navigation";
import { upsertMeasurements } from "./sqlite/upsert-measurements.server";
import { type Statements, sql } from "./statements.server";

/** Stores measurements (see `upsertMeasurements`); durable once the surrounding transaction is. */
export async function storeMeasurements(
  on: Statements,
  batch: readonly Measurement[],
  storedAt: number,
): Promise<void> {
  if (batch.length > 0) await on.execute("upsertMeasurements", upsertMeasurements(batch, storedAt));
}

/** How many measurements are not in the summaries yet, counted up to `limit`. */
export async function countPending(on: Statements, limit: number): Promise<number> {
  const [row] = await on.query<{ n: number | bigint }>(
    "countPending",
    sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM web_vitals_raw WHERE folded_value IS NULL OR folded_value <> value LIMIT ${limit})`,
  );
  return Number(row?.n ?? 0);
}

type RawRow = {
  id: string;
  metric: Metric;
  value: number;
  sequence: number | bigint | null;
  route: string;
  build_version: string;
  device: Device;
  navigation_type: NavigationType | null;
  delivery_type: DeliveryType | null;
  received_at: number | bigint;
  library: string | null;
  attribution: string | null;
};

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
  const rows = await on.query<RawRow>(
    "selectMeasurements",
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
    attribution: row.attribution === null ? null : JSON.parse(row.attribution),
  }));
}

/**
 * Deletes up to `limit` measurements that were received before `receivedBefore`, stored before
 * `storedBefore` (so that an import of old ones can still recognise repeated reports) and folded.
 * @returns how many were deleted
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
