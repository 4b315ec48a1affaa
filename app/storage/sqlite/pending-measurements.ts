import type { Mark, PendingPosition } from "../pending";
import { type Sql, sql } from "../sql";

/** Pending measurements after a position, oldest first. */
const isPendingAfter = ({ receivedAt, key }: PendingPosition): Sql => sql`
  (folded_value IS NULL OR folded_value <> value)
  AND (received_at, rowid) > (${receivedAt}, CAST(${key} AS INTEGER))`;

/** The last one of the next `limit` pending measurements. */
export const pendingEndStatement = (after: PendingPosition, limit: number): Sql => sql`
  SELECT received_at, CAST(position AS TEXT) AS row_key FROM (
    SELECT received_at, rowid AS position FROM web_vitals_raw
    WHERE ${isPendingAfter(after)}
    ORDER BY received_at, rowid
    LIMIT ${limit})
  ORDER BY received_at DESC, position DESC
  LIMIT 1`;

/**
 * See `selectPending`. 17 significant digits preserve a double in text; SQLite's JSON functions write only 15. `format`
 * would write a null as 0.
 */
export const pendingStatement = (after: PendingPosition, last: PendingPosition): Sql => sql`
  SELECT
    received_at / 300000 AS slot, metric, route, device, navigation_type, delivery_type,
    build_version, library,
    min(received_at) AS first_at, max(received_at) AS last_at,
    group_concat(
      format('%!.17g', value) || ':' || iif(folded_value IS NULL, '', format('%!.17g', folded_value)) || ':' || rowid,
      char(10)
    ) AS reports
  FROM web_vitals_raw
  WHERE ${isPendingAfter(after)}
    AND (received_at, rowid) <= (${last.receivedAt}, CAST(${last.key} AS INTEGER))
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;

/**
 * Marks measurements that nobody marked since they were read. SQLite reads a double back from its 17 digits exactly.
 * A comparison with IS covers a null.
 */
export const markFoldedStatement = (marks: readonly Mark[]): Sql => {
  const rows = marks.map(({ key, value, folded }) => `[${key},${value},${folded === "" ? "null" : folded}]`);
  return sql`
  UPDATE web_vitals_raw SET folded_value = mark.value->>1
  FROM jsonb_each(${`[${rows.join(",")}]`}) AS mark
  WHERE web_vitals_raw.rowid = mark.value->>0 AND web_vitals_raw.folded_value IS mark.value->>2`;
};
