import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { NavigationClass } from "../vitals/navigation";
import { DAY, FIVE_MINUTES, HOUR } from "../vitals/time";
import { join, raw, type Sql, type Statements, sql } from "./statements.server";

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

const tableOf = (grain: Grain): Sql => raw(GRAINS[grain].table);
const unitOf = (grain: Grain): Sql => raw(GRAINS[grain].column);

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

/** Which summaries are asked for; `null` means all. */
export type SummaryFilter = {
  route: string | null;
  buildVersion: string | null;
  devices: readonly Device[] | null;
  navigation: NavigationClass | null;
};

/** Summaries of one metric added up: `sketch` is their packed sketches, one after the other. */
export type SummaryGroup = { metric: Metric; route: string; samples: number; sketch: Uint8Array };

/** A stretch of one grain, in its units, `from` included and `to` not. */
export type GrainWindow = { grain: Grain; from: number; to: number };

const where = (grain: Grain, from: number, to: number, filter: SummaryFilter): Sql => {
  const conditions = [sql`${unitOf(grain)} >= ${from}`, sql`${unitOf(grain)} < ${to}`];
  if (filter.route !== null) conditions.push(sql`route = ${filter.route}`);
  if (filter.buildVersion !== null) conditions.push(sql`build_version = ${filter.buildVersion}`);
  if (filter.devices !== null) conditions.push(sql`device IN (${join([...filter.devices])})`);
  if (filter.navigation !== null) conditions.push(sql`navigation = ${filter.navigation}`);
  return join(conditions, " AND ");
};

/** The summaries of a window by route and metric. */
export function selectGroups(
  on: Statements,
  { grain, from, to }: GrainWindow,
  filter: SummaryFilter,
): Promise<SummaryGroup[]> {
  return on.query<SummaryGroup>(
    `selectGroups.${grain}`,
    sql`SELECT metric, route, sum(samples) AS samples, unhex(group_concat(hex(sketch), '')) AS sketch
      FROM ${tableOf(grain)}
      WHERE ${where(grain, from, to, filter)}
      GROUP BY metric, route`,
  );
}

/** Samples of a window by `column` (a navigation class, or a build version) and metric. */
export async function selectSamplesBy(
  on: Statements,
  column: "navigation" | "build_version",
  { grain, from, to }: GrainWindow,
  filter: SummaryFilter,
): Promise<Array<{ key: string; metric: Metric; samples: number }>> {
  const rows = await on.query<{ key: string; metric: Metric; samples: number | bigint }>(
    `selectSamplesBy.${column}.${grain}`,
    sql`SELECT ${raw(column)} AS key, metric, sum(samples) AS samples
      FROM ${tableOf(grain)}
      WHERE ${where(grain, from, to, filter)}
      GROUP BY 1, 2`,
  );
  return rows.map((row) => ({ ...row, samples: Number(row.samples) }));
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
