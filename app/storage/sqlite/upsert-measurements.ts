import { raw, type Sql, sql } from "../sql";
import { type EncodedBatch, ROW } from "./encoded-batch";
import { sqliteMessage } from "./errors";

/**
 * SQL for the stored columns of each row of `rows` (JSON), from `report` joined with the numbers of its labels.
 * `jsonb_each` (SQLite 3.51, https://www.sqlite.org/json1.html#jsonb_each) returns each row in its binary form; `json_each`
 * would return text, which SQLite parses again for each column, and that costs more than storing the row.
 */
const at = (index: number): string => `report.value->>${index}`;

export const STORED_COLUMNS = raw(
  "id, metric, value, sequence, route, build, device, navigation, received_at, library, element, resource, attribution",
);

/** The values of `STORED_COLUMNS`. The join order must be that of `FROM_ROWS`. */
export const STORED_VALUES = raw(
  [
    `coalesce(unhex(${at(ROW.packedId)}), ${at(ROW.textId)})`,
    at(ROW.metric),
    at(ROW.value),
    at(ROW.sequence),
    "route.id",
    "build.id",
    at(ROW.device),
    at(ROW.navigation),
    at(ROW.receivedAt),
    "library.stored",
    "element.stored",
    "resource.stored",
    `coalesce(unhex(${at(ROW.attributionFields)}), ${at(ROW.attributionJson)})`,
  ].join(", "),
);

const JOINS = raw(
  (["route", "build", "library", "element", "resource"] as const)
    .map((name) => `LEFT JOIN numbers AS ${name} ON ${name}.label = ${at(ROW[name])}`)
    .join(" "),
);

/** `id` is the number of each label of the batch, `stored` also the text of one without a number. */
export const withNumbers = (labels: EncodedBatch["labels"]): Sql => sql`
  WITH numbers AS MATERIALIZED (
    SELECT label.key AS label, labels.id AS id, coalesce(labels.id, label.value) AS stored
    FROM json_each(${JSON.stringify(labels.map(({ text }) => text))}) AS label
    LEFT JOIN labels ON labels.text = label.value)`;

export const fromRows = (rows: string): Sql => sql`FROM jsonb_each(${rows}) AS report ${JOINS}`;

/** What the summaries hold for a stored row, as a stored value. */
export const HELD = raw("iif(measurements.pending IS NULL, measurements.value, measurements.folded_value)");

const storedId = raw(`coalesce(unhex(${at(ROW.packedId)}), ${at(ROW.textId)})`);

/**
 * Stores a batch in one statement (see `storeMeasurements`). A route or build without a label fails it, other texts without
 * one are stored themselves. What the summaries hold stays known, so that the fold can replace it. `pending` is 0 until a
 * later report changes the row.
 */
export function upsertMeasurements(batch: EncodedBatch, storedAt: number): Sql {
  const known = sql`WHERE ${raw(at(ROW.onlyIfStored))} = 0
      OR EXISTS (SELECT 1 FROM measurements AS stored WHERE stored.id = ${storedId})`;
  return sql`${withNumbers(batch.labels)}
    INSERT INTO measurements (${STORED_COLUMNS}, pending, stored_after)
    SELECT ${STORED_VALUES}, 0, ${storedAt} - (${raw(at(ROW.receivedAt))})
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

/** Whether `upsertMeasurements` failed because a route or build has no label any more. */
export const isUnknownLabel = (error: unknown): boolean =>
  /NOT NULL constraint failed: measurements\.(?:route|build)\b/.test(sqliteMessage(error));
