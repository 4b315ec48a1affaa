import { type Sql, sql } from "../sql";
import {
  keyValues,
  periodColumn,
  type Summary,
  type SummaryKey,
  type SummarySet,
  summaryValues,
  tableName,
  tableOf,
} from "../summary-sets";

export const sqliteSummaries = {
  /** `position` of each key in `keys`, and its sketch. */
  selectSketches: (set: SummarySet, keys: readonly SummaryKey[]): Sql =>
    sql`SELECT k.key AS position, s.sketch
      FROM jsonb_each(${JSON.stringify(keys.map(keyValues))}) AS k
      CROSS JOIN ${tableOf(set)} AS s
      WHERE s.${periodColumn(set)} = k.value->>0 AND s.metric = k.value->>1 AND s.route = k.value->>2
        AND s.device = k.value->>3 AND s.navigation = k.value->>4 AND s.build_version = k.value->>5`,

  bumpVersions: (set: SummarySet, periods: readonly number[]): Sql =>
    sql`INSERT INTO summary_versions (summary_table, unit, version)
      SELECT ${tableName(set)}, value, 1 FROM json_each(${JSON.stringify(periods)})
      WHERE true
      ON CONFLICT (summary_table, unit) DO UPDATE SET version = version + 1`,

  replace: (set: SummarySet, summaries: readonly Summary[]): Sql => {
    const rows = JSON.stringify(summaries.map((summary) => summaryValues(summary, "hex")));
    return sql`INSERT INTO ${tableOf(set)} (
        ${periodColumn(set)}, metric, route, device, navigation, build_version,
        samples, good, needs_improvement, poor, sketch
      )
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5,
        value->>6, value->>7, value->>8, value->>9, unhex(value->>10)
      FROM jsonb_each(${rows})
      WHERE true
      ON CONFLICT (${periodColumn(set)}, metric, route, device, navigation, build_version) DO UPDATE SET
        samples = excluded.samples, good = excluded.good,
        needs_improvement = excluded.needs_improvement, poor = excluded.poor, sketch = excluded.sketch`;
  },
};
