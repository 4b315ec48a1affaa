import type { Engine } from "../engine";
import { sql } from "../sql";
import { periodColumn, tableOf } from "../summary-sets";

export const postgresqlSummaryPeriods: Engine["summaryPeriods"] = {
  /** One pass aggregates all lists of a row, so they have the same order. */
  selectGroups: (set, condition) => {
    const period = periodColumn(set);
    return sql`SELECT ${period} AS period, metric,
        json_agg(route)::text AS routes, json_agg(device)::text AS devices,
        json_agg(navigation = 'prefetch')::text AS prefetched,
        ${set.scope === "totals" ? sql`json_agg(build_version)::text` : sql`'[]'`} AS builds,
        string_agg(sketch, ''::bytea) AS sketches
      FROM ${tableOf(set)}
      WHERE ${condition}
      GROUP BY ${period}, metric`;
  },
};
