import type { Measurement } from "../vitals/measurement";
import { deliveryType, device, float, integer, metric, navigationType, rowOf, text } from "./row-schema";
import type { Script } from "./script";
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
  if (batch.length > 0) await on.engine.measurements.store(on, batch, storedAt);
}

/** Deletes up to `limit` texts that no measurement refers to any more. `at` is the time, in ms. */
export function deleteUnusedLabels(script: Script, at: number, limit: number): void {
  const statement = script.engine.measurements.deleteUnusedLabels;
  if (statement !== null) script.execute("deleteUnusedLabels", statement(at, limit));
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

/** When the oldest measurement that waits for the fold was received, in ms; `null` without any. */
export async function selectOldestPending(on: Statements): Promise<number | null> {
  const [row] = await on.query(
    "selectOldestPending",
    rowOf({ received_at: integer }),
    on.engine.measurements.selectOldestPending(),
  );
  return row === undefined ? null : Number(row.received_at);
}

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
  attribution: text.nullable(),
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
    attribution:
      row.attribution === null ? null : on.engine.measurements.attributionOf(row.metric, row.attribution),
  }));
}

/**
 * Deletes up to `limit` folded measurements that were received before `receivedBefore` and stored before
 * `storedBefore` (both ms): an import of old measurements can still match their repeated reports for a while.
 */
export const deleteMeasurements = (
  script: Script,
  before: { receivedBefore: number; storedBefore: number },
  limit: number,
): void => script.execute("deleteMeasurements", script.engine.measurements.delete(before, limit));
