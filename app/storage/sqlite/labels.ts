import { DAY } from "../../vitals/time";
import { raw, type Sql, sql } from "../sql";
import type { Label } from "./encoded-batch";

/**
 * Bounds of the table of labels: no more of them are added beyond either, but for routes and builds, whose number the
 * cardinality limits bound. A text that has no number is stored in its row, so nothing is lost. A statement may exceed
 * them by the labels of its batch.
 */
export const MAX_LABELS = 100_000;
export const MAX_LABEL_BYTES = 32 * 1024 * 1024;

/**
 * How many days a label outlives the newest measurement, at least: clocks of processes differ, and a report may refer to
 * a measurement that another process received.
 */
const DAYS_AHEAD = 2;

/** The day until which labels of a batch are used, as a number of days since the epoch. */
export const lastDayOf = (newest: number): number => Math.floor(newest / DAY) + DAYS_AHEAD;

/** Adds labels, and extends the time until which known ones are used. */
export const addLabels = (labels: readonly Label[], newest: number): Sql => sql`
  INSERT INTO labels (text, used_until)
  SELECT value->>0, ${raw(String(DAY))} * max(
    ${lastDayOf(newest)}, coalesce((SELECT max(received_at) FROM measurements) / ${raw(String(DAY))} + ${DAYS_AHEAD}, 0))
  FROM json_each(${JSON.stringify(labels.map(({ text, required }) => [text, required ? 1 : 0]))}) AS label
  WHERE value->>1 = 1
    OR (SELECT labels < ${MAX_LABELS} AND bytes < ${MAX_LABEL_BYTES} FROM label_totals)
    OR EXISTS (SELECT 1 FROM labels WHERE text = label.value->>0)
  ON CONFLICT (text) DO UPDATE SET used_until = excluded.used_until WHERE used_until < excluded.used_until`;

/** The numbers of texts that have one. */
export const selectNumbers = (labels: readonly Label[]): Sql => sql`
  SELECT id, text FROM labels
  WHERE text IN (SELECT value FROM json_each(${JSON.stringify(labels.map(({ text }) => text))}))`;

/** The numbers of labels by their texts, from rows of `selectNumbers`; `null` for one that has none. */
export function numbersOf(
  labels: readonly Label[],
  rows: Iterable<readonly [text: string, id: number]>,
): Map<string, number | null> {
  const numbers = new Map<string, number | null>(labels.map(({ text }) => [text, null]));
  for (const [text, id] of rows) numbers.set(text, id);
  return numbers;
}

/** Deletes up to `limit` labels that no measurement uses; `at` is the time, in ms. */
export const deleteUnusedLabels = (at: number, limit: number): Sql => sql`
  DELETE FROM labels WHERE id IN (
    SELECT id FROM labels
    WHERE used_until < min(${at}, coalesce((SELECT min(received_at) FROM measurements), ${at}))
    LIMIT ${limit})`;

/** SQL for the number of a label; `null` when there is none. */
export const labelId = (text: string): Sql => sql`(SELECT labels.id FROM labels WHERE labels.text = ${text})`;

/** SQL for the text of a column that holds the number of a label, or the text itself. */
export const labelText = (column: string): Sql =>
  raw(`iif(typeof(${column}) = 'integer', (SELECT text FROM labels WHERE labels.id = ${column}), ${column})`);
