import { type Sql, sql } from "../sql";

/** Measurements that wait for the fold, oldest first; the same ones at each call in a transaction. */
const pendingRows = (limit: number): Sql => sql`
  SELECT rowid FROM web_vitals_raw
  WHERE folded_value IS NULL OR folded_value <> value
  ORDER BY received_at, rowid
  LIMIT ${limit}`;

/**
 * See `selectPending`. 17 significant digits preserve a double in text; SQLite's JSON functions write only 15. `format`
 * would write a null as 0.
 */
export const pendingStatement = (limit: number): Sql => sql`
  SELECT
    received_at / 300000 AS slot, metric, route, device, navigation_type, delivery_type,
    build_version, library,
    min(received_at) AS first_at, max(received_at) AS last_at,
    group_concat(
      format('%!.17g', value) || ':' || iif(folded_value IS NULL, '', format('%!.17g', folded_value)), ' '
    ) AS reports
  FROM web_vitals_raw
  WHERE rowid IN (${pendingRows(limit)})
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;

/** Marks the rows of `pendingStatement` as folded. */
export const markFoldedStatement = (limit: number): Sql => sql`
  UPDATE web_vitals_raw SET folded_value = value WHERE rowid IN (${pendingRows(limit)})`;
