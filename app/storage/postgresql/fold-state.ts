import type { Engine } from "../engine";
import { join, sql } from "../sql";
import { periodColumn, tableOf } from "../summary-sets";
import { texts } from "./texts";

export const postgresqlFoldState: Engine["foldState"] = {
  open: (grain, units) =>
    sql`INSERT INTO open_periods (grain, unit)
      SELECT ${grain}, value::integer FROM jsonb_array_elements_text(${JSON.stringify(units)}::jsonb) AS value
      ON CONFLICT (grain, unit) DO NOTHING`,

  selectWritten: (table, units) =>
    sql`SELECT unit FROM summary_versions WHERE summary_table = ${table} AND unit IN (${join([...units])})`,

  setVersion: (table, unit, version) =>
    sql`INSERT INTO summary_versions (summary_table, unit, version) VALUES (${table}, ${unit}, ${version})
      ON CONFLICT (summary_table, unit) DO UPDATE SET version = excluded.version`,

  selectCombined: (set, periods, { metric, routes }) =>
    sql`SELECT route, device, navigation, build_version, count(*) AS summaries,
        string_agg(sketch, ''::bytea) AS sketches
      FROM ${tableOf(set)}
      WHERE ${periodColumn(set)} IN (${join([...periods])}) AND metric = ${metric} AND route IN (${texts(routes)})
      GROUP BY route, device, navigation, build_version`,
};
