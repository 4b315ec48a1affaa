import { integer, rowOf, text } from "./row-schema";
import type { Script } from "./script";
import { raw, sql } from "./sql";
import type { Statements } from "./statements.server";

/** Bytes of each table with its indexes, by name. */
export async function selectTableSizes(on: Statements): Promise<Map<string, number>> {
  const rows = await on.query(
    "selectTableSizes",
    rowOf({ name: text, bytes: integer }),
    on.engine.space.selectTableSizes(),
  );
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}

/** A table whose rows have a time: its column, in units of `length` ms since the epoch. */
export type TimedTable = { table: string; column: string; length: number };

/** Rows of a table. `oldest` and `newest` are ms since the epoch, `null` without rows. */
export type TableSpan = { rows: number; oldest: number | null; newest: number | null };

/** The rows of `table`, and their times. Reads all of them. */
export async function selectSpan(on: Statements, { table, column, length }: TimedTable): Promise<TableSpan> {
  const time = raw(column);
  const [row] = await on.query(
    "selectSpan",
    rowOf({ n: integer, oldest: integer.nullable(), newest: integer.nullable() }),
    sql`SELECT count(*) AS n, min(${time}) AS oldest, max(${time}) AS newest FROM ${raw(table)}`,
  );
  const inMs = (value: number | bigint | null | undefined): number | null =>
    value === null || value === undefined ? null : Number(value) * length;
  return { rows: Number(row?.n ?? 0), oldest: inMs(row?.oldest), newest: inMs(row?.newest) };
}

/** The number of rows of `table` from `from` (included) to `to` (excluded), both ms since the epoch. */
export async function countRowsBetween(
  on: Statements,
  { table, column, length }: TimedTable,
  { from, to }: { from: number; to: number },
): Promise<number> {
  const time = raw(column);
  const [row] = await on.query(
    "countRowsBetween",
    rowOf({ n: integer }),
    sql`SELECT count(*) AS n FROM ${raw(table)}
      WHERE ${time} >= ${Math.ceil(from / length)} AND ${time} < ${Math.ceil(to / length)}`,
  );
  return Number(row?.n ?? 0);
}

/** The number of rows of a table. */
export async function countRows(on: Statements, table: string): Promise<number> {
  const [row] = await on.query(
    "countRows",
    rowOf({ n: integer }),
    sql`SELECT count(*) AS n FROM ${raw(table)}`,
  );
  return Number(row?.n ?? 0);
}

/**
 * Pages of a SQLite file; `free` ones hold nothing, and are used before the file grows. `bytes` is the size of a page.
 * `shrinks`: whether free pages can be removed. A file of an earlier version needs a `VACUUM` first.
 */
export type FilePages = { pages: number; free: number; bytes: number; shrinks: boolean };

/** @returns `null` for a database that is no file of this machine */
export async function selectPages(on: Statements): Promise<FilePages | null> {
  const { space } = on.engine;
  if (space.selectPages === null) return null;
  const [row] = await on.query(
    "selectPages",
    rowOf({ pages: integer, free: integer, bytes: integer, shrinks: integer }),
    space.selectPages(),
  );
  if (row === undefined) return null;
  const { pages, free, bytes, shrinks } = row;
  return { pages: Number(pages), free: Number(free), bytes: Number(bytes), shrinks: Number(shrinks) === 1 };
}

/** Removes up to `pages` free pages from the end of a SQLite file that shrinks. */
export function removeFreePages(script: Script, pages: number): void {
  const { removeFreePage } = script.engine.space;
  if (removeFreePage === null) return;
  for (let i = 0; i < pages; i++) script.execute("removeFreePage", removeFreePage());
}
