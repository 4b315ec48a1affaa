import { raw, type Sql, sql } from "../sql";
import { type EncodedBatch, ROW } from "./encoded-batch";
import { sqliteMessage } from "./errors";

/**
 * SQL for a value of each row of `rows` (JSON). `jsonb_each` (SQLite 3.51, https://www.sqlite.org/json1.html#jsonb_each)
 * returns each row in its binary form; `json_each` would return text, which SQLite parses again for each column, and that
 * costs more than storing the row.
 */
const at = (index: number): string => `report.value->>${index}`;

export const fromRows = (rows: string): Sql => sql`FROM jsonb_each(${rows}) AS report`;

export const STORED_COLUMNS = raw(
  "route, id, metric, value, sequence, build, device, navigation, received_at, library, element, resource, attribution",
);

/** What is not in hexadecimal digits has a first character that is none of them. */
const storedId = `coalesce(unhex(${at(ROW.id)}), substr(${at(ROW.id)}, 2))`;

export const STORED_ROUTE = raw(at(ROW.route));

/** The values of `STORED_COLUMNS` after the first. */
export const STORED_VALUES = raw(
  [
    storedId,
    at(ROW.metric),
    at(ROW.value),
    at(ROW.sequence),
    at(ROW.build),
    at(ROW.device),
    at(ROW.navigation),
    at(ROW.receivedAt),
    at(ROW.library),
    at(ROW.element),
    at(ROW.resource),
    `coalesce(unhex(${at(ROW.attribution)}), ${at(ROW.attribution)})`,
  ].join(", "),
);

/** What the summaries hold for a stored row, as a stored value. */
export const HELD = raw("iif(measurements.pending IS NULL, measurements.value, measurements.folded_value)");

/**
 * Stores a batch in one statement (see `storeMeasurements`). It fails when a label has been deleted; SQLite checks that
 * once, and not for each row. What the summaries hold stays known, so that the fold can replace it. `pending` is 0 until a
 * later report changes the row.
 */
export function upsertMeasurements(batch: EncodedBatch, storedAt: number): Sql {
  const isUnknown = sql`EXISTS (
    SELECT 1 FROM jsonb_each(${JSON.stringify(batch.labels)}) AS label
    WHERE label.value NOT IN (SELECT labels.id FROM labels))`;
  const known = raw(`WHERE ${at(ROW.onlyIfStored)} IS NULL
      OR EXISTS (SELECT 1 FROM measurements AS stored WHERE stored.id = ${storedId})`);
  return sql`INSERT INTO measurements (${STORED_COLUMNS}, pending, stored_after)
    SELECT iif(${isUnknown}, NULL, ${STORED_ROUTE}), ${STORED_VALUES}, 0, ${storedAt} - (${raw(at(ROW.receivedAt))})
    ${fromRows(batch.rows)}
    ${batch.conditional ? known : raw("WHERE true")}
    ON CONFLICT (id) DO UPDATE SET
      value = excluded.value,
      pending = iif(${HELD} IS excluded.value, NULL, 1),
      folded_value = nullif(${HELD}, excluded.value),
      library = excluded.library,
      element = excluded.element,
      resource = excluded.resource,
      attribution = excluded.attribution,
      sequence = coalesce(excluded.sequence, measurements.sequence)
    WHERE excluded.metric = measurements.metric
      AND (excluded.sequence IS NULL
        OR measurements.sequence IS NULL
        OR excluded.sequence >= measurements.sequence)`;
}

/** Whether `upsertMeasurements` failed because a label does not exist any more. */
export const isUnknownLabel = (error: unknown): boolean =>
  /NOT NULL constraint failed: measurements\.route\b/.test(sqliteMessage(error));
