import type { Engine } from "../engine";
import { sql } from "../sql";
import { periodColumn, tableOf } from "../summary-sets";
import { POSTGRESQL } from "./engine";

/**
 * The tables that grow with traffic, and the column that Citus distributes them by. Summaries of routes are colocated, so
 * that a route's summaries of all grains are on one node. Totals and small tables stay on the coordinator: they are read
 * with every view, and each would be a round trip to the nodes.
 */
export const DISTRIBUTED = [
  { table: "web_vitals_raw", column: "id", with: "none" },
  { table: "web_vitals_five_minutes", column: "route", with: "none" },
  { table: "web_vitals_hourly", column: "route", with: "web_vitals_five_minutes" },
  { table: "web_vitals_daily", column: "route", with: "web_vitals_five_minutes" },
] as const;

/** Whether a table is distributed: one parameter, its name. It can run only where the extension is. */
export const IS_DISTRIBUTED = "SELECT 1 FROM pg_dist_partition WHERE logicalrelid = $1::regclass";

/** PostgreSQL's statements, for tables that are distributed over the nodes of Citus. */
export const CITUS: Engine = {
  ...POSTGRESQL,

  // The coordinator commits its own rows, and then lets the nodes commit theirs, which they have prepared:
  // https://github.com/citusdata/citus/blob/v13.2.2/src/backend/distributed/transaction/transaction_management.c
  showsRoutesLate: true,

  space: {
    ...POSTGRESQL.space,
    /** What the coordinator itself has of a distributed table is its empty shell. */
    selectTableSizes: () =>
      sql`SELECT relname::text AS name,
          CASE WHEN nodes.logicalrelid IS NULL THEN pg_total_relation_size(oid)
            ELSE citus_total_relation_size(oid::regclass) END AS bytes
        FROM pg_class LEFT JOIN pg_dist_partition AS nodes ON nodes.logicalrelid = oid
        WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
        ORDER BY relname`,
  },

  summaryPeriods: {
    /**
     * The inner query has the distributed column among its groups, so the nodes do its work; the coordinator would otherwise
     * get every summary. A list of the inner one is JSON within brackets, which the outer one removes.
     */
    selectGroups: (set, condition) => {
      if (set.scope === "totals") return POSTGRESQL.summaryPeriods.selectGroups(set, condition);
      const period = periodColumn(set);
      return sql`SELECT period, metric,
          '[' || string_agg(substr(routes, 2, length(routes) - 2), ',') || ']' AS routes,
          '[' || string_agg(substr(devices, 2, length(devices) - 2), ',') || ']' AS devices,
          '[' || string_agg(substr(prefetched, 2, length(prefetched) - 2), ',') || ']' AS prefetched,
          '[]' AS builds,
          string_agg(sketches, ''::bytea) AS sketches
        FROM (
          SELECT ${period} AS period, metric, route,
            json_agg(route)::text AS routes, json_agg(device)::text AS devices,
            json_agg(navigation = 'prefetch')::text AS prefetched,
            string_agg(sketch, ''::bytea) AS sketches
          FROM ${tableOf(set)}
          WHERE ${condition}
          GROUP BY ${period}, metric, route) AS of_routes
        GROUP BY period, metric`;
    },
  },
};
