import type { Engine } from "../engine";
import { sql } from "../sql";

export const postgresqlSpace: Engine["space"] = {
  rawTable: "web_vitals_raw",

  /** Of the tables in the user's own schema. */
  selectTableSizes: () =>
    sql`SELECT relname::text AS name, pg_total_relation_size(oid) AS bytes
      FROM pg_class
      WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
      ORDER BY relname`,

  // The server's autovacuum reuses space by itself.
  selectPages: null,
  removeFreePage: null,
};
