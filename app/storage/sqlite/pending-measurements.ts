import { type Sql, sql } from "../sql";
import { DELIVERY_NAME, DEVICE_NAME, METRIC_NAME, NAVIGATION_NAME, storedValue } from "./codes";
import { labelText } from "./labels";

/** Measurements that wait for the fold, oldest first; the same ones at each call in a transaction. */
const oldestPending = (columns: Sql, limit: number): Sql => sql`
  SELECT ${columns} FROM measurements
  WHERE pending IS NOT NULL
  ORDER BY received_at, id
  LIMIT ${limit}`;

/**
 * See `selectPending`. It groups by the stored numbers, and reads the texts of the groups only. 17 significant digits
 * preserve a double in text; SQLite's JSON functions write only 15. `format` would write a null as 0.
 */
export const pendingStatement = (limit: number): Sql => sql`
  SELECT
    slot, ${METRIC_NAME} AS metric, ${labelText("route")} AS route, ${DEVICE_NAME} AS device,
    ${NAVIGATION_NAME} AS navigation_type, ${DELIVERY_NAME} AS delivery_type,
    ${labelText("build")} AS build_version, ${labelText("library")} AS library, first_at, last_at, reports
  FROM (
    SELECT
      received_at / 300000 AS slot, metric, route, device, navigation, build, library,
      min(received_at) AS first_at, max(received_at) AS last_at,
      group_concat(
        format('%!.17g', ${storedValue("value")}) || ':' ||
        iif(folded_value IS NULL, '', format('%!.17g', ${storedValue("folded_value")})), ' '
      ) AS reports
    FROM (${oldestPending(sql`received_at, metric, value, folded_value, route, device, navigation, build, library`, limit)})
    GROUP BY 1, 2, 3, 4, 5, 6, 7)`;

/** Marks the rows of `pendingStatement` as folded. */
export const markFoldedStatement = (limit: number): Sql => sql`
  UPDATE measurements SET pending = NULL, folded_value = NULL
  WHERE (received_at, id) IN (${oldestPending(sql`received_at, id`, limit)})`;
