import { bytes, integer, rowOf } from "./row-schema";
import { sql } from "./sql";
import type { Statements } from "./statements.server";
import {
  GRAINS,
  periodColumn,
  type Summary,
  type SummaryKey,
  type SummarySet,
  tableName,
  tableOf,
} from "./summary-sets";

const sketchRow = rowOf({ position: integer, sketch: bytes });

/** The packed sketches of `keys`, in the order of the keys; `null` where there is none. */
export async function selectSketches(
  on: Statements,
  set: SummarySet,
  keys: readonly SummaryKey[],
): Promise<Array<Uint8Array | null>> {
  const sketches: Array<Uint8Array | null> = keys.map(() => null);
  if (keys.length === 0) return sketches;
  const rows = await on.query(
    `selectSketches.${tableName(set)}`,
    sketchRow,
    on.engine.summaries.selectSketches(set, keys),
  );
  for (const { position, sketch } of rows) sketches[Number(position)] = sketch;
  return sketches;
}

/** Replaces summaries, and increments the version of every period that they change, for the caches of readers. */
export async function replaceSummaries(
  on: Statements,
  set: SummarySet,
  summaries: readonly Summary[],
): Promise<void> {
  if (summaries.length === 0) return;
  const periods = [...new Set(summaries.map(({ period }) => period))];
  await on.execute("bumpSummaryVersions", on.engine.summaries.bumpVersions(set, periods));
  await on.execute(`replaceSummaries.${tableName(set)}`, on.engine.summaries.replace(set, summaries));
}

/** Deletes up to `limit` summaries of periods that end before `before` (ms). */
export function deleteSummaries(
  on: Statements,
  set: SummarySet,
  before: number,
  limit: number,
): Promise<number> {
  const period = periodColumn(set);
  const oldest = Math.floor(before / GRAINS[set.grain].length);
  return on.execute(
    `deleteSummaries.${tableName(set)}`,
    sql`DELETE FROM ${tableOf(set)}
      WHERE ${period} < ${oldest}
        AND (${period}, metric, route, device, navigation, build_version) IN (
          SELECT ${period}, metric, route, device, navigation, build_version FROM ${tableOf(set)}
          WHERE ${period} < ${oldest}
          LIMIT ${limit})`,
  );
}

/** Deletes the versions of periods that end before `before` (ms), once their summaries are deleted. */
export function deleteSummaryVersions(on: Statements, set: SummarySet, before: number): Promise<number> {
  const oldest = Math.floor(before / GRAINS[set.grain].length);
  return on.execute(
    "deleteSummaryVersions",
    sql`DELETE FROM summary_versions
      WHERE summary_table = ${tableName(set)} AND unit < ${oldest}
        AND NOT EXISTS (SELECT 1 FROM ${tableOf(set)} WHERE ${periodColumn(set)} < ${oldest})`,
  );
}
