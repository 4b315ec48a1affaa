import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { StoredNavigation } from "../vitals/navigation";
import { DAY, FIVE_MINUTES, HOUR } from "../vitals/time";
import { bytes, integer, rowOf } from "./row-schema";
import { raw, type Sql, type Statements, sql } from "./statements.server";

/** The grains of the summaries: table, column of the period, and length of a period in ms. */
export const GRAINS = {
  fiveMinutes: { table: "web_vitals_five_minutes", column: "slot", length: FIVE_MINUTES },
  hourly: { table: "web_vitals_hourly", column: "hour", length: HOUR },
  daily: { table: "web_vitals_daily", column: "day", length: DAY },
} as const;

export type Grain = keyof typeof GRAINS;

/** Retention of each grain, in ms: a fold ignores older measurements. */
export type Retention = Readonly<Record<Grain, number>>;

/** Summaries of single routes, or totals over all routes (`route` is then empty). */
export type Scope = "routes" | "totals";

/** One of the six tables. */
export type SummarySet = { grain: Grain; scope: Scope };

export const SUMMARY_SETS: readonly SummarySet[] = (Object.keys(GRAINS) as Grain[]).flatMap((grain) => [
  { grain, scope: "routes" },
  { grain, scope: "totals" },
]);

/** `period` counts the periods of the grain since the epoch (UTC). */
export type SummaryKey = {
  period: number;
  metric: Metric;
  route: string;
  device: Device;
  navigation: StoredNavigation;
  buildVersion: string;
};

/** A summary: sample counts by rating, and the packed sketch. */
export type Summary = SummaryKey & {
  samples: number;
  good: number;
  needsImprovement: number;
  poor: number;
  sketch: Uint8Array;
};

export const tableName = ({ grain, scope }: SummarySet): string =>
  scope === "totals" ? `${GRAINS[grain].table}_totals` : GRAINS[grain].table;
export const tableOf = (set: SummarySet): Sql => raw(tableName(set));
export const periodColumn = ({ grain }: Pick<SummarySet, "grain">): Sql => raw(GRAINS[grain].column);

const keyValues = (key: SummaryKey) => [
  key.period,
  key.metric,
  key.route,
  key.device,
  key.navigation,
  key.buildVersion,
];

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
    sql`SELECT k.key AS position, s.sketch
      FROM jsonb_each(${JSON.stringify(keys.map(keyValues))}) AS k
      CROSS JOIN ${tableOf(set)} AS s
      WHERE s.${periodColumn(set)} = k.value->>0 AND s.metric = k.value->>1 AND s.route = k.value->>2
        AND s.device = k.value->>3 AND s.navigation = k.value->>4 AND s.build_version = k.value->>5`,
  );
  for (const { position, sketch } of rows) sketches[Number(position)] = sketch;
  return sketches;
}

/** Increments the version of every period that `summaries` change, for the caches of readers. */
async function bumpVersions(on: Statements, set: SummarySet, summaries: readonly Summary[]): Promise<void> {
  const periods = JSON.stringify([...new Set(summaries.map(({ period }) => period))]);
  await on.execute(
    "bumpSummaryVersions",
    sql`INSERT INTO summary_versions (summary_table, unit, version)
      SELECT ${tableName(set)}, value, 1 FROM json_each(${periods})
      WHERE true
      ON CONFLICT (summary_table, unit) DO UPDATE SET version = version + 1`,
  );
}

export async function replaceSummaries(
  on: Statements,
  set: SummarySet,
  summaries: readonly Summary[],
): Promise<void> {
  if (summaries.length === 0) return;
  const rows = JSON.stringify(
    summaries.map((s) => [
      s.period,
      s.metric,
      s.route,
      s.device,
      s.navigation,
      s.buildVersion,
      s.samples,
      s.good,
      s.needsImprovement,
      s.poor,
      Buffer.from(s.sketch.buffer, s.sketch.byteOffset, s.sketch.byteLength).toString("hex"),
    ]),
  );
  await bumpVersions(on, set, summaries);
  await on.execute(
    `replaceSummaries.${tableName(set)}`,
    sql`INSERT INTO ${tableOf(set)} (
        ${periodColumn(set)}, metric, route, device, navigation, build_version,
        samples, good, needs_improvement, poor, sketch
      )
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5,
        value->>6, value->>7, value->>8, value->>9, unhex(value->>10)
      FROM jsonb_each(${rows})
      WHERE true
      ON CONFLICT (${periodColumn(set)}, metric, route, device, navigation, build_version) DO UPDATE SET
        samples = excluded.samples, good = excluded.good,
        needs_improvement = excluded.needs_improvement, poor = excluded.poor, sketch = excluded.sketch`,
  );
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
