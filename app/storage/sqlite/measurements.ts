import { type Sql, sql } from "../sql";
import { markFoldedStatement, pendingStatement } from "./pending-measurements";
import { upsertMeasurements } from "./upsert-measurements";

export const sqliteMeasurements = {
  upsert: upsertMeasurements,

  countPending: (limit: number): Sql => sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM web_vitals_raw WHERE folded_value IS NULL OR folded_value <> value LIMIT ${limit})`,

  selectPending: pendingStatement,

  markFolded: markFoldedStatement,

  /** By time and id, after the row that has these. */
  select: (after: { receivedAt: number; id: string }, to: number, limit: number): Sql =>
    sql`SELECT id, metric, value, sequence, route, build_version, device, navigation_type, received_at,
        library, attribution, delivery_type
      FROM web_vitals_raw
      WHERE (received_at, id) > (${after.receivedAt}, ${after.id}) AND received_at < ${to}
      ORDER BY received_at, id
      LIMIT ${limit}`,

  delete: ({ receivedBefore, storedBefore }: DeletedMeasurements, limit: number): Sql =>
    sql`DELETE FROM web_vitals_raw WHERE id IN (
      SELECT id FROM web_vitals_raw
      WHERE received_at < ${receivedBefore} AND stored_at < ${storedBefore} AND folded_value = value
      ORDER BY received_at
      LIMIT ${limit})`,
};

/** Received and stored before these times, in ms. */
type DeletedMeasurements = { receivedBefore: number; storedBefore: number };
