import type { Engine } from "../engine";
import type { PendingPosition } from "../pending";
import { type Sql, sql } from "../sql";
import { encode, upsert } from "./upsert-measurements";

const IS_PENDING = sql`(folded_value IS NULL OR folded_value <> value)`;

const isAfter = ({ receivedAt, key }: PendingPosition): Sql =>
  sql`(received_at, id) > (${receivedAt}::bigint, ${key})`;

const numberOf = (digits: string): number | null => (digits === "" ? null : Number(digits));

export const postgresqlMeasurements: Engine["measurements"] = {
  // The rows have the texts themselves.
  knownLabels: null,
  addLabels: null,
  deleteUnusedLabels: null,
  isUnknownLabel: () => false,

  encode,
  upsert,

  countPending: (limit) => sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM web_vitals_raw WHERE ${IS_PENDING} LIMIT ${limit}) AS pending`,

  selectOldestPending: () =>
    sql`SELECT received_at FROM web_vitals_raw WHERE ${IS_PENDING} ORDER BY received_at LIMIT 1`,

  selectPendingEnd: (after, limit) => sql`
    SELECT received_at, id AS row_key FROM (
      SELECT received_at, id FROM web_vitals_raw
      WHERE ${IS_PENDING} AND ${isAfter(after)}
      ORDER BY received_at, id
      LIMIT ${limit}) AS pending
    ORDER BY received_at DESC, id DESC
    LIMIT 1`,

  // The text of a double has the fewest digits that preserve it.
  selectPending: (after, last) => sql`
    SELECT
      received_at / 300000 AS slot, metric, route, device, navigation_type, delivery_type,
      build_version, library,
      min(received_at) AS first_at, max(received_at) AS last_at,
      string_agg(
        value::text || ':' || coalesce(folded_value::text, '') || ':' || id, chr(10)
      ) AS reports
    FROM web_vitals_raw
    WHERE ${IS_PENDING} AND ${isAfter(after)}
      AND (received_at, id) <= (${last.receivedAt}::bigint, ${last.key})
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,

  /** A report that came meanwhile stays pending: its value differs from that of the mark. */
  markFolded: (marks) => {
    const ids = marks.map(({ key }) => key);
    const values = marks.map(({ value }) => numberOf(value));
    const folded = marks.map((mark) => numberOf(mark.folded));
    return sql`
      UPDATE web_vitals_raw SET folded_value = mark.value
      FROM unnest(${ids}::text[], ${values}::double precision[], ${folded}::double precision[])
        AS mark (id, value, folded)
      WHERE web_vitals_raw.id = mark.id AND web_vitals_raw.folded_value IS NOT DISTINCT FROM mark.folded`;
  },

  attributionOf: (_metric, stored) => JSON.parse(stored),

  select: (after, to, limit) =>
    sql`SELECT id, metric, value, sequence, route, build_version, device, navigation_type, received_at,
        library, attribution::text AS attribution, delivery_type
      FROM web_vitals_raw
      WHERE (received_at, id) > (${after.receivedAt}, ${after.id}) AND received_at < ${to}
      ORDER BY received_at, id
      LIMIT ${limit}`,

  delete: ({ receivedBefore, storedBefore }, limit) =>
    sql`DELETE FROM web_vitals_raw WHERE id IN (
      SELECT id FROM web_vitals_raw
      WHERE received_at < ${receivedBefore} AND stored_at < ${storedBefore} AND folded_value = value
      ORDER BY received_at
      LIMIT ${limit})`,
};
