import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { NavigationClass } from "../vitals/navigation";
import { DAY, FIVE_MINUTES, HOUR } from "../vitals/time";
import { bytes, integer, rowOf } from "./row-schema";
import { raw, type Sql, type Statements, sql } from "./statements.server";

/** The grains of the summaries: their tables, their columns of time, and the length of their unit in ms. */
export const GRAINS = {
  fiveMinutes: { table: "web_vitals_five_minutes", column: "slot", length: FIVE_MINUTES },
  hourly: { table: "web_vitals_hourly", column: "hour", length: HOUR },
  daily: { table: "web_vitals_daily", column: "day", length: DAY },
} as const;

export type Grain = keyof typeof GRAINS;

/** Retention of each grain, in ms: a fold ignores older measurements. */
export type Retention = Readonly<Record<Grain, number>>;

/** Summaries of single routes, or of all routes together (`route` is then empty). */
export type Scope = "routes" | "totals";

/** Which of the six tables is meant. */
export type SummarySet = { grain: Grain; scope: Scope };

/** Every set there is. */
export const SUMMARY_SETS: readonly SummarySet[] = (Object.keys(GRAINS) as Grain[]).flatMap((grain) => [
  { grain, scope: "routes" },
  { grain, scope: "totals" },
]);

/** What one summary is about; `unit` counts the grain's units since the epoch (UTC). */
export type SummaryKey = {
  unit: number;
  metric: Metric;
  route: string;
  device: Device;
  navigation: NavigationClass;
  buildVersion: string;
};

/** A summary: its samples by rating, and their packed sketch. */
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
export const unitOf = ({ grain }: Pick<SummarySet, "grain">): Sql => raw(GRAINS[grain].column);

const keyValues = (key: SummaryKey) => [
  key.unit,
  key.metric,
  key.route,
  key.device,
  key.navigation,
  key.buildVersion,
];

const sketchRow = rowOf({ position: integer, sketch: bytes });

/** The packed sketches that stand under `keys`, in the keys' order; `null` where there is none. */
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
      WHERE s.${unitOf(set)} = k.value->>0 AND s.metric = k.value->>1 AND s.route = k.value->>2
        AND s.device = k.value->>3 AND s.navigation = k.value->>4 AND s.build_version = k.value->>5`,
  );
  for (const { position, sketch } of rows) sketches[Number(position)] = sketch;
  return sketches;
}

/** Counts the change of every unit that `summaries` touch, for readers that remember. */
async function bumpVersions(on: Statements, set: SummarySet, summaries: readonly Summary[]): Promise<void> {
  const units = JSON.stringify([...new Set(summaries.map(({ unit }) => unit))]);
  await on.execute(
    "bumpSummaryVersions",
    sql`INSERT INTO summary_versions (summary_table, unit, version)
      SELECT ${tableName(set)}, value, 1 FROM json_each(${units})
      WHERE true
      ON CONFLICT (summary_table, unit) DO UPDATE SET version = version + 1`,
  );
}

/** Writes summaries over those that stand under the same keys. */
export async function replaceSummaries(
  on: Statements,
  set: SummarySet,
  summaries: readonly Summary[],
): Promise<void> {
  if (summaries.length === 0) return;
  const rows = JSON.stringify(
    summaries.map((s) => [
      s.unit,
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
        ${unitOf(set)}, metric, route, device, navigation, build_version,
        samples, good, needs_improvement, poor, sketch
      )
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5,
        value->>6, value->>7, value->>8, value->>9, unhex(value->>10)
      FROM jsonb_each(${rows})
      WHERE true
      ON CONFLICT (${unitOf(set)}, metric, route, device, navigation, build_version) DO UPDATE SET
        samples = excluded.samples, good = excluded.good,
        needs_improvement = excluded.needs_improvement, poor = excluded.poor, sketch = excluded.sketch`,
  );
}

/** Deletes the oldest summaries, up to `limit` of them, that lie wholly before `before` (ms). */
export function deleteSummaries(
  on: Statements,
  set: SummarySet,
  before: number,
  limit: number,
): Promise<number> {
  const unit = unitOf(set);
  const oldest = Math.floor(before / GRAINS[set.grain].length);
  return on.execute(
    `deleteSummaries.${tableName(set)}`,
    sql`DELETE FROM ${tableOf(set)}
      WHERE ${unit} < ${oldest}
        AND (${unit}, metric, route, device, navigation, build_version) IN (
          SELECT ${unit}, metric, route, device, navigation, build_version FROM ${tableOf(set)}
          WHERE ${unit} < ${oldest}
          LIMIT ${limit})`,
  );
}

/** Forgets the versions of units whose summaries are gone. */
export function deleteSummaryVersions(on: Statements, set: SummarySet, before: number): Promise<number> {
  const oldest = Math.floor(before / GRAINS[set.grain].length);
  return on.execute(
    "deleteSummaryVersions",
    sql`DELETE FROM summary_versions
      WHERE summary_table = ${tableName(set)} AND unit < ${oldest}
        AND NOT EXISTS (SELECT 1 FROM ${tableOf(set)} WHERE ${unitOf(set)} < ${oldest})`,
  );
}
