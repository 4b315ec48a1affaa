import type { Engine } from "./engine";
import { bytes, integer, rowOf } from "./row-schema";
import type { Script } from "./script";
import { empty, type Sql, sql } from "./sql";
import type { Statements } from "./statements.server";
import {
  type CoarseGrain,
  FINER,
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

/** Statements that replace summaries. Their text is built before the transaction, which then is shorter. */
export type SummaryReplacement = { set: SummarySet; bump: Sql | null; replace: Sql };

/**
 * Builds the statements that replace summaries, and increment the version of every period that they change, for the caches
 * of readers; `null` without any.
 * @param keepsVersions for summaries of an open period, which nobody reads
 */
export function buildReplacement(
  engine: Engine,
  set: SummarySet,
  summaries: readonly Summary[],
  { keepsVersions = false }: { keepsVersions?: boolean } = {},
): SummaryReplacement | null {
  if (summaries.length === 0) return null;
  const periods = [...new Set(summaries.map(({ period }) => period))];
  return {
    set,
    bump: keepsVersions ? null : engine.summaries.bumpVersions(set, periods),
    replace: engine.summaries.replace(set, summaries),
  };
}

export function replaceSummaries(script: Script, replacement: SummaryReplacement | null): void {
  if (replacement === null) return;
  const { set, bump, replace } = replacement;
  if (bump !== null) {
    script.execute("bumpSummaryVersions", bump);
    // A reader with this version and the summaries before it would keep them for as long as nothing else changes them.
    if (script.engine.showsRoutesLate && set.scope === "routes") {
      script.executeAfterwards("bumpSummaryVersions", bump);
    }
  }
  script.execute(`replaceSummaries.${tableName(set)}`, replace);
}

/** Deletes up to `limit` summaries of periods that end before `before` (ms), and of no open hour or day. */
export function deleteSummaries(script: Script, set: SummarySet, before: number, limit: number): void {
  const period = periodColumn(set);
  const oldest = Math.floor(before / GRAINS[set.grain].length);
  const isOld = sql`${period} < ${oldest} ${beforeOpenPeriods(set, oldest)}`;
  script.execute(
    `deleteSummaries.${tableName(set)}`,
    sql`DELETE FROM ${tableOf(set)}
      WHERE ${period} < ${oldest}
        AND (${period}, metric, route, device, navigation, build_version) IN (
          SELECT ${period}, metric, route, device, navigation, build_version FROM ${tableOf(set)}
          WHERE ${isOld}
          LIMIT ${limit})`,
  );
}

/**
 * A condition that leaves out what open periods of the coarser grain consist of. Its subquery does not depend on the row:
 * Citus refuses one that does, as the small table is on another node.
 */
function beforeOpenPeriods(set: SummarySet, oldest: number): Sql {
  const coarse = (Object.keys(FINER) as CoarseGrain[]).find((grain) => FINER[grain].grain === set.grain);
  if (coarse === undefined) return empty;
  return sql`AND ${periodColumn(set)} < (
    SELECT coalesce(min(unit) * ${FINER[coarse].periods}, ${oldest}) FROM open_periods WHERE grain = ${coarse})`;
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
