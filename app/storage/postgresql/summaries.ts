import type { Engine } from "../engine";
import { sql } from "../sql";
import { keyValues, periodColumn, summaryValues, tableName, tableOf } from "../summary-sets";

export const postgresqlSummaries: Engine["summaries"] = {
  selectSketches: (set, keys) =>
    sql`SELECT k.n - 1 AS position, s.sketch
      FROM jsonb_array_elements(${JSON.stringify(keys.map(keyValues))}::jsonb) WITH ORDINALITY AS k (v, n)
      JOIN ${tableOf(set)} AS s
        ON s.${periodColumn(set)} = (k.v->>0)::integer AND s.metric = k.v->>1 AND s.route = k.v->>2
          AND s.device = k.v->>3 AND s.navigation = k.v->>4 AND s.build_version = k.v->>5`,

  bumpVersions: (set, periods) =>
    sql`INSERT INTO summary_versions (summary_table, unit, version)
      SELECT ${tableName(set)}, value::integer, 1
      FROM jsonb_array_elements_text(${JSON.stringify(periods)}::jsonb) AS value
      ON CONFLICT (summary_table, unit) DO UPDATE SET version = summary_versions.version + 1`,

  replace: (set, summaries) => {
    const rows = JSON.stringify(summaries.map((summary) => summaryValues(summary, "base64")));
    return sql`INSERT INTO ${tableOf(set)} (
        ${periodColumn(set)}, metric, route, device, navigation, build_version,
        samples, good, needs_improvement, poor, sketch
      )
      SELECT (v->>0)::integer, v->>1, v->>2, v->>3, v->>4, v->>5,
        (v->>6)::integer, (v->>7)::integer, (v->>8)::integer, (v->>9)::integer, decode(v->>10, 'base64')
      FROM jsonb_array_elements(${rows}::jsonb) AS v
      ON CONFLICT (${periodColumn(set)}, metric, route, device, navigation, build_version) DO UPDATE SET
        samples = excluded.samples, good = excluded.good,
        needs_improvement = excluded.needs_improvement, poor = excluded.poor, sketch = excluded.sketch`;
  },
};
