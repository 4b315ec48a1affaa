import type { Mark, PendingKind, PendingPosition, PendingRange } from "../pending";
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

type Ends = Pick<PendingRange, "after" | "last">;

const isPendingIn = ({ after, last }: Ends): Sql =>
  sql`${isPendingAfter(after)} AND (received_at, id) <= (${last.receivedAt}, ${idOf(sql`${last.key}`)})`;

/**
 * SQL for a stored value in digits, those of a tenth without a point. 17 significant digits preserve a double in text;
 * SQLite's JSON functions write only 15.
 */
const digits = (column: string): Sql =>
  raw(`iif(typeof(${column}) = 'integer', ${column}, format('%!.17g', ${column}))`);

const LINE_TEXT = join(
  [
    raw("received_at"),
    digits("value"),
    sql`iif(folded_value IS NULL, '', ${digits("folded_value")})`,
    raw("(pending = 0)"),
    KEY,
    ...["metric", "device", "navigation", "route", "build"].map((column) => raw(column)),
    raw("CASE typeof(library) WHEN 'integer' THEN library WHEN 'null' THEN '' ELSE '=' || library END"),
  ],
  " || char(9) || ",
);

export const sqlitePending = {
  /** One text, with the stored numbers: passing thousands of rows to JavaScript costs more than reading them. */
  selectPending: (after: PendingPosition, limit: number): Sql => sql`
    SELECT coalesce(group_concat(line, char(10)), '') AS lines FROM (
      SELECT ${LINE_TEXT} AS line FROM measurements
      WHERE ${isPendingAfter(after)}
      ORDER BY received_at, id
      LIMIT ${limit})`,

  pendingValue: (text: string): number => {
    const value = Number(text);
    return text.includes(".") ? value : value / 10;
  },

  /** The labels that the end of a line refers to. */
  pendingLabels: (text: string): number[] => {
    const [, , , route, build, library = ""] = text.split("\t");
    return [route, build, ...(isLabel(library) ? [library] : [])].map(Number);
  },

  selectLabels: (ids: readonly number[]): Sql =>
    sql`SELECT id, text FROM labels WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,

  /** What the end of a line describes. */
  pendingKind: (text: string, labels: ReadonlyMap<number, string>): PendingKind => {
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

  /**
   * Marks those of a range that are as they were stored first; none where another number of its pending measurements than
   * `neverFolded` was never folded.
   */
  markUnchanged: (range: Ends, neverFolded: number): Sql => sql`
    UPDATE measurements SET pending = NULL
    WHERE ${isPendingIn(range)} AND pending = 0 AND ${neverFolded} = (
      SELECT count(*) FROM measurements WHERE ${isPendingIn(range)} AND folded_value IS NULL)`,

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
