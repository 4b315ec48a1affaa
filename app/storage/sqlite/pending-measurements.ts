import type { Mark, PendingEnds, PendingPosition } from "../pending";
import type { MeasurementKind } from "../pending-kinds";
import { join, raw, type Sql, sql } from "../sql";
import { deviceOf, metricOf, navigationOf } from "./codes";
import { HELD } from "./upsert-measurements";

/** SQL for the key of a measurement: its id in hexadecimal digits, after a letter for the type of the column. */
const KEY = raw("(iif(typeof(id) = 'blob', 'b', 't') || hex(id))");

/** SQL for the id of a key. The empty key is before all others. */
const idOf = (key: Sql): Sql =>
  sql`iif(substr(${key}, 1, 1) = 'b', unhex(substr(${key}, 2)), CAST(unhex(substr(${key}, 2)) AS TEXT))`;

/** Pending measurements after a position. */
const isPendingAfter = ({ receivedAt, key }: PendingPosition): Sql => sql`
  pending IS NOT NULL AND (received_at, id) > (${receivedAt}, ${idOf(sql`${key}`)})`;

/** The id of a key as a value: SQLite evaluates the expression of `idOf` for each row that an update compares. */
const idIn = (key: string): string | Uint8Array => {
  const id = Buffer.from(key.slice(1), "hex");
  return key.startsWith("b") ? id : id.toString();
};

const isIn = ({ first, last }: PendingEnds): Sql => sql`
  (received_at, id) >= (${first.receivedAt}, ${idIn(first.key)})
  AND (received_at, id) <= (${last.receivedAt}, ${idIn(last.key)})`;

/**
 * SQL for the column "pending" (0, 1 or NULL) of rows of a dense range: conditions on it do not use the index of pending
 * rows. An entry of the index and the look-up of its row cost several times as much as a row of the table, and SQLite
 * collects the rows first where it changes the index by which it finds them.
 */
const DENSELY_PENDING = raw("ifnull(pending, 2)");
const PENDING = raw("pending");

/**
 * SQL for a stored value in digits, those of a tenth without a point. 17 significant digits preserve a double in text;
 * SQLite's JSON functions write only 15.
 */
const digits = (column: string): Sql =>
  raw(`iif(typeof(${column}) = 'integer', ${column}, format('%!.17g', ${column}))`);

const LINE_TEXT = sql`concat_ws(char(9), ${join([
  raw("received_at"),
  digits("value"),
  sql`iif(folded_value IS NULL, '', ${digits("folded_value")})`,
  raw("(pending = 0)"),
  KEY,
  ...["metric", "device", "navigation", "route", "build"].map((column) => raw(column)),
  raw("CASE typeof(library) WHEN 'integer' THEN library WHEN 'null' THEN '' ELSE '=' || library END"),
])})`;

/** One text, with the stored numbers: passing thousands of rows to JavaScript costs more than reading them. */
const linesOf = (line: Sql, rows: Sql, limit: number): Sql => sql`
  SELECT coalesce(group_concat(line, char(10)), '') AS lines FROM (
    SELECT ${line} AS line FROM measurements WHERE ${rows} ORDER BY received_at, id LIMIT ${limit})`;

export const sqlitePending = {
  selectPending: (after: PendingPosition, limit: number): Sql =>
    linesOf(LINE_TEXT, isPendingAfter(after), limit),

  /** Those that are pending of `limit` consecutive measurements, from the first pending one on. */
  scanPending: ({ receivedAt, key }: PendingPosition, limit: number): Sql =>
    linesOf(
      sql`iif(pending IS NULL, NULL, ${LINE_TEXT})`,
      // The second condition is none by which SQLite could begin earlier.
      sql`received_at >= (
          SELECT min(received_at) FROM measurements WHERE ${isPendingAfter({ receivedAt, key })})
        AND (received_at > ${receivedAt} OR id > ${idOf(sql`${key}`)})`,
      limit,
    ),

  /** A value in digits without a point counts tenths. */
  pendingFraction: 10,

  /** The labels that the end of a line refers to. */
  pendingLabels: (text: string): number[] => {
    const [, , , route, build, library = ""] = text.split("\t");
    return [route, build, ...(isLabel(library) ? [library] : [])].map(Number);
  },

  selectLabels: (ids: readonly number[]): Sql =>
    sql`SELECT id, text FROM labels WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,

  /** What the end of a line describes. */
  pendingKind: (text: string, labels: ReadonlyMap<number, string>): MeasurementKind => {
    const [metric, device, navigation, route, build, library = ""] = text.split("\t");
    const labelOf = (id: string | undefined): string => {
      const label = labels.get(Number(id));
      if (label === undefined) throw new Error(`A measurement refers to label ${id}, which does not exist.`);
      return label;
    };
    return {
      metric: metricOf(Number(metric)),
      route: labelOf(route),
      device: deviceOf(Number(device)),
      ...navigationOf(Number(navigation)),
      buildVersion: labelOf(build),
      library: isLabel(library) ? labelOf(library) : library === "" ? null : library.slice(1),
    };
  },

  /** Statements for all of a range. */
  markUnchanged: {
    /** Changes a row where as many of its pending measurements were never folded as are expected. */
    check: (ends: PendingEnds, neverFolded: number): Sql => sql`
      UPDATE sequences SET value = value
      WHERE name = 'summaries' AND ${neverFolded} = (
        SELECT count(*) FROM measurements
        WHERE ${isIn(ends)} AND folded_value IS NULL
          AND ${ends.isDense ? sql`${DENSELY_PENDING} < 2` : sql`${PENDING} IS NOT NULL`})`,

    /** Marks those that are as they were stored first. */
    mark: (ends: PendingEnds): Sql => sql`
      UPDATE measurements SET pending = NULL
      WHERE ${isIn(ends)} AND ${ends.isDense ? DENSELY_PENDING : PENDING} = 0`,
  },

  /**
   * Marks measurements whose value in the summaries is still the one that was read: each summary holds the value of its mark
   * now. One that got another value meanwhile stays pending.
   */
  markFolded: (marks: readonly Mark[]): Sql => sql`
    UPDATE measurements SET
      pending = iif(measurements.value IS mark.value->>1, NULL, 1),
      folded_value = iif(measurements.value IS mark.value->>1, NULL, mark.value->>1)
    FROM jsonb_each(${JSON.stringify(marks.map(([key, ...values]) => [key, ...values.map(codeOf)]))}) AS mark
    WHERE measurements.id = ${idOf(sql`mark.value->>0`)} AND ${HELD} IS mark.value->>2`,
};

/** Whether a library in a line is the number of a label. */
const isLabel = (library: string): boolean => library !== "" && !library.startsWith("=");

/** A value of a line, as its row stores it. */
const codeOf = (text: string): number | null => (text === "" ? null : Number(text));
