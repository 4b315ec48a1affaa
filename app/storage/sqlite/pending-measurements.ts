import type { Mark, PendingPosition } from "../pending";
import { raw, type Sql, sql } from "../sql";
import { DELIVERY_NAME, DEVICE_NAME, METRIC_NAME, NAVIGATION_NAME, storedValue, valueCode } from "./codes";
import { labelText } from "./labels";
import { HELD } from "./upsert-measurements";

/** SQL for the key of a measurement: its id in hexadecimal digits, after a letter for the type of the column. */
const KEY = raw("iif(typeof(id) = 'blob', 'b', 't') || hex(id)");

/** SQL for the id of a key. The empty key is before all others. */
const idOf = (key: Sql): Sql =>
  sql`iif(substr(${key}, 1, 1) = 'b', unhex(substr(${key}, 2)), CAST(unhex(substr(${key}, 2)) AS TEXT))`;

/** Pending measurements after a position, oldest first. */
const isPendingAfter = ({ receivedAt, key }: PendingPosition): Sql => sql`
  pending IS NOT NULL AND (received_at, id) > (${receivedAt}, ${idOf(sql`${key}`)})`;

/** The last one of the next `limit` pending measurements. */
export const pendingEndStatement = (after: PendingPosition, limit: number): Sql => sql`
  SELECT received_at, ${KEY} AS row_key FROM (
    SELECT received_at, id FROM measurements
    WHERE ${isPendingAfter(after)}
    ORDER BY received_at, id
    LIMIT ${limit})
  ORDER BY received_at DESC, id DESC
  LIMIT 1`;

/**
 * See `selectPending`. It groups by the stored numbers, and reads the texts of the groups only. 17 significant digits
 * preserve a double in text; SQLite's JSON functions write only 15. `format` would write a null as 0.
 */
export const pendingStatement = (after: PendingPosition, last: PendingPosition): Sql => sql`
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
        iif(folded_value IS NULL, '', format('%!.17g', ${storedValue("folded_value")})) || ':' || ${KEY},
        char(10)
      ) AS reports
    FROM measurements
    WHERE ${isPendingAfter(after)} AND (received_at, id) <= (${last.receivedAt}, ${idOf(sql`${last.key}`)})
    GROUP BY 1, 2, 3, 4, 5, 6, 7)`;

/** A value in digits, as its row stores it. */
const codeOf = (digits: string): number | null => (digits === "" ? null : valueCode(Number(digits)));

/**
 * Marks measurements whose value in the summaries is still the one that was read: each summary holds the value of its mark
 * now. One that got another value meanwhile stays pending.
 */
export const markFoldedStatement = (marks: readonly Mark[]): Sql => sql`
  UPDATE measurements SET
    pending = iif(measurements.value IS mark.value->>1, NULL, 1),
    folded_value = iif(measurements.value IS mark.value->>1, NULL, mark.value->>1)
  FROM jsonb_each(${JSON.stringify(
    marks.map(({ key, value, folded }) => [key, codeOf(value), codeOf(folded)]),
  )}) AS mark
  WHERE measurements.id = ${idOf(sql`mark.value->>0`)} AND ${HELD} IS mark.value->>2`;
