import { join, type Sql, sql } from "../sql";
import type { CoarseGrain, SummarySet } from "../summary-sets";
import { periodColumn, tableOf } from "../summary-sets";
import { texts } from "./texts";

export const sqliteFoldState = {
  open: (grain: CoarseGrain, units: readonly number[]): Sql =>
    sql`INSERT INTO open_periods (grain, unit)
      SELECT ${grain}, value FROM json_each(${JSON.stringify(units)})
      WHERE true
      ON CONFLICT (grain, unit) DO NOTHING`,

  /** Those of `units` that a table has a version of. */
  selectWritten: (table: string, units: readonly number[]): Sql =>
    sql`SELECT unit FROM summary_versions
      WHERE summary_table = ${table} AND unit IN (SELECT value FROM json_each(${JSON.stringify(units)}))`,

  setVersion: (table: string, unit: number, version: number): Sql =>
    sql`INSERT INTO summary_versions (summary_table, unit, version) VALUES (${table}, ${unit}, ${version})
      ON CONFLICT (summary_table, unit) DO UPDATE SET version = excluded.version`,

  /** Sketches are hexadecimal, because Prisma's adapter returns a BLOB only for a plain column. */
  selectCombined: (
    set: SummarySet,
    periods: readonly number[],
    { metric, routes }: { metric: string; routes: readonly string[] },
  ): Sql =>
    sql`SELECT route, device, navigation, build_version, count(*) AS summaries,
        group_concat(hex(sketch), '') AS sketches
      FROM ${tableOf(set)}
      WHERE ${periodColumn(set)} IN (${join([...periods])}) AND metric = ${metric} AND route IN (${texts(routes)})
      GROUP BY route, device, navigation, build_version`,
};
