import type { Database } from "../../storage/database.server";
import {
  countRows,
  countRowsBetween,
  type FilePages,
  selectPages,
  selectSpan,
  selectTableSizes,
} from "../../storage/space.server";
import type { Retention } from "../../storage/summary-sets";
import { type Forecast, forecast, recentDays } from "./forecast";
import { timedTables } from "./timed-tables";

/**
 * One table. Times are ms since the epoch and `retention` ms; those and `expected` are `null` for tables without a
 * retention of their own, `expected` also without one whole day of rows.
 */
export type TableStatistics = {
  table: string;
  rows: number;
  bytes: number;
  oldest: number | null;
  newest: number | null;
  retention: number | null;
  expected: Forecast | null;
};

/** The tables, the largest first, and the file of a SQLite database. */
export type DatabaseStatistics = { tables: TableStatistics[]; file: FilePages | null };

/** Reads every table and every page once. `at` in ms since the epoch. */
export async function readStatistics(
  { read }: Database,
  retention: Retention & { raw: number },
  at: number,
): Promise<DatabaseStatistics> {
  const timed = new Map(
    timedTables(read.engine.space.rawTable, retention).map((table) => [table.table, table]),
  );
  const tables: TableStatistics[] = [];
  for (const [table, bytes] of await selectTableSizes(read)) {
    const times = timed.get(table);
    if (times === undefined) {
      const rows = await countRows(read, table);
      tables.push({ table, rows, bytes, oldest: null, newest: null, retention: null, expected: null });
      continue;
    }
    const { rows, oldest, newest } = await selectSpan(read, times);
    const days = recentDays(oldest, at);
    const expected =
      days === null
        ? null
        : forecast(
            { rows, bytes },
            { recent: await countRowsBetween(read, times, days), days, retention: times.retention },
          );
    tables.push({ table, rows, bytes, oldest, newest, retention: times.retention, expected });
  }
  tables.sort((a, b) => b.bytes - a.bytes);
  return { tables, file: await selectPages(read) };
}
