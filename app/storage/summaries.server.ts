import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { NavigationClass } from "../vitals/navigation";
import { DAY, FIVE_MINUTES, HOUR } from "../vitals/time";
import { raw, type Sql, type Statements, sql } from "./statements.server";

/** The grains of the summaries: their tables, their columns of time, and the length of their unit in ms. */
export const GRAINS = {
  fiveMinutes: { table: "web_vitals_five_minutes", column: "slot", length: FIVE_MINUTES },
  hourly: { table: "web_vitals_hourly", column: "hour", length: HOUR },
  daily: { table: "web_vitals_daily", column: "day", length: DAY },
} as const;

export type Grain = keyof typeof GRAINS;

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

export const tableOf = (grain: Grain): Sql => raw(GRAINS[grain].table);
export const unitOf = (grain: Grain): Sql => raw(GRAINS[grain].column);

const keyValues = (key: SummaryKey) => [
  key.unit,
  key.metric,
  key.route,
  key.device,
  key.navigation,
  key.buildVersion,
];

/** The packed sketches that stand under `keys`, in the keys' order; `null` where there is none. */
export async function selectSketches(
  on: Statements,
  grain: Grain,
  keys: readonly SummaryKey[],
): Promise<Array<Uint8Array | null>> {
  const sketches: Array<Uint8Array | null> = keys.map(() => null);
  if (keys.length === 0) return sketches;
  const rows = await on.query<{ position: number | bigint; sketch: Uint8Array }>(
    `selectSketches.${grain}`,
    sql`SELECT k.key AS position, s.sketch
      FROM json_each(${JSON.stringify(keys.map(keyValues))}) AS k
      CROSS JOIN ${tableOf(grain)} AS s
      WHERE s.${unitOf(grain)} = k.value->>0 AND s.metric = k.value->>1 AND s.route = k.value->>2
        AND s.device = k.value->>3 AND s.navigation = k.value->>4 AND s.build_version = k.value->>5`,
  );
  for (const { position, sketch } of rows) sketches[Number(position)] = sketch;
  return sketches;
}

/** Counts the change of every unit that `summaries` touch, for readers that remember. */
async function bumpVersions(on: Statements, grain: Grain, summaries: readonly Summary[]): Promise<void> {
  const units = JSON.stringify([...new Set(summaries.map(({ unit }) => unit))]);
  await on.execute(
    "bumpSummaryVersions",
    sql`INSERT INTO summary_versions (grain, unit, version)
      SELECT ${grain}, value, 1 FROM json_each(${units})
      WHERE true
      ON CONFLICT (grain, unit) DO UPDATE SET version = version + 1`,
  );
}

/** Writes summaries over those that stand under the same keys. */
export async function replaceSummaries(
  on: Statements,
  grain: Grain,
  summaries: readonly Summary[],
): Promise<void> {
  if (summaries.length === 0) return;
  const rows = JSON.stringify(
    summaries.map((s) => [
      ...keyValues(s),
      s.samples,
      s.good,
      s.needsImprovement,
      s.poor,
      Buffer.from(s.sketch).toString("hex"),
    ]),
  );
  await bumpVersions(on, grain, summaries);
  await on.execute(
    `replaceSummaries.${grain}`,
    sql`INSERT INTO ${tableOf(grain)} (
        ${unitOf(grain)}, metric, route, device, navigation, build_version,
        samples, good, needs_improvement, poor, sketch
      )
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5,
        value->>6, value->>7, value->>8, value->>9, unhex(value->>10)
      FROM json_each(${rows})
      WHERE true
      ON CONFLICT (${unitOf(grain)}, metric, route, device, navigation, build_version) DO UPDATE SET
        samples = excluded.samples, good = excluded.good,
        needs_improvement = excluded.needs_improvement, poor = excluded.poor, sketch = excluded.sketch`,
  );
}

/** Deletes the oldest summaries, up to `limit` of them, that lie wholly before `before` (ms). */
export function deleteSummaries(
  on: Statements,
  grain: Grain,
  before: number,
  limit: number,
): Promise<number> {
  const unit = unitOf(grain);
  const oldest = Math.floor(before / GRAINS[grain].length);
  return on.execute(
    `deleteSummaries.${grain}`,
    sql`DELETE FROM ${tableOf(grain)}
      WHERE ${unit} < ${oldest}
        AND (${unit}, metric, route, device, navigation, build_version) IN (
          SELECT ${unit}, metric, route, device, navigation, build_version FROM ${tableOf(grain)}
          WHERE ${unit} < ${oldest}
          LIMIT ${limit})`,
  );
}

/** Forgets the versions of units whose summaries are gone. */
export function deleteSummaryVersions(on: Statements, grain: Grain, before: number): Promise<number> {
  const oldest = Math.floor(before / GRAINS[grain].length);
  return on.execute(
    "deleteSummaryVersions",
    sql`DELETE FROM summary_versions
      WHERE grain = ${grain} AND unit < ${oldest}
        AND NOT EXISTS (SELECT 1 FROM ${tableOf(grain)} WHERE ${unitOf(grain)} < ${oldest})`,
  );
}
