import type { TimedTable } from "../../storage/space.server";
import { GRAINS, type Retention, SUMMARY_SETS, tableName } from "../../storage/summary-sets";
import { HOUR } from "../../vitals/time";

/**
 * The tables whose rows end with a retention (in ms): the large ones.
 * @param rawTable that of single measurements
 */
export function timedTables(
  rawTable: string,
  retention: Retention & { raw: number },
): Array<TimedTable & { retention: number }> {
  return [
    // SQLite's, and PostgreSQL's.
    { table: "measurements", column: "received_at", length: 1, retention: retention.raw },
    { table: rawTable, column: "received_at", length: 1, retention: retention.raw },
    ...SUMMARY_SETS.map((set) => ({
      table: tableName(set),
      column: GRAINS[set.grain].column,
      length: GRAINS[set.grain].length,
      retention: retention[set.grain],
    })),
    { table: "release_traffic", column: "hour", length: HOUR, retention: retention.hourly },
  ];
}
