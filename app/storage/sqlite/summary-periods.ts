import { type Sql, sql } from "../sql";
import { periodColumn, type SummarySet, tableOf } from "../summary-sets";

export const sqliteSummaryPeriods = {
  /**
   * One pass aggregates all lists of a row, so they have the same order. Sketches are hexadecimal, because Prisma's adapter
   * returns a BLOB only for a plain column.
   */
  selectGroups: (set: SummarySet, condition: Sql): Sql => {
    const period = periodColumn(set);
    return sql`SELECT ${period} AS period, metric,
        json_group_array(route) AS routes, json_group_array(device) AS devices,
        json_group_array(json(iif(navigation = 'prefetch', 'true', 'false'))) AS prefetched,
        ${set.scope === "totals" ? sql`json_group_array(build_version)` : sql`'[]'`} AS builds,
        group_concat(hex(sketch), '') AS sketches
      FROM ${tableOf(set)}
      WHERE ${condition}
      GROUP BY ${period}, metric`;
  },
};
