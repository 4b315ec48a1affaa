import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import { type NavigationClass, STORED_NAVIGATIONS, type StoredNavigation } from "../vitals/navigation";
import { join, type Sql, type Statements, sql } from "./statements.server";
import { type SummarySet, tableName, tableOf, unitOf } from "./summaries.server";

/** Which summaries are asked for; `null` means all. */
export type SummaryFilter = {
  route: string | null;
  buildVersion: string | null;
  devices: readonly Device[] | null;
  navigation: NavigationClass | null;
};

/** A stretch of one set of summaries, in its units, `from` included and `to` not. */
export type UnitWindow = SummarySet & { from: number; to: number };

const where = (window: UnitWindow, filter: SummaryFilter): Sql => {
  const conditions = [sql`${unitOf(window)} >= ${window.from}`, sql`${unitOf(window)} < ${window.to}`];
  if (filter.route !== null) conditions.push(sql`route = ${filter.route}`);
  if (filter.buildVersion !== null) conditions.push(sql`build_version = ${filter.buildVersion}`);
  if (filter.devices !== null) conditions.push(sql`device IN (${join([...filter.devices])})`);
  if (filter.navigation !== null) {
    conditions.push(sql`navigation IN (${join([...STORED_NAVIGATIONS[filter.navigation]])})`);
  }
  return join(conditions, " AND ");
};

/** How often the summaries of each unit were written; a unit without any is not in it. */
export async function selectVersions(on: Statements, window: UnitWindow): Promise<Map<number, number>> {
  const rows = await on.query<{ unit: number | bigint; version: number | bigint }>(
    "selectVersions",
    sql`SELECT unit, version FROM summary_versions WHERE summary_table = ${tableName(window)} AND unit >= ${window.from} AND unit < ${window.to}`,
  );
  return new Map(rows.map((row) => [Number(row.unit), Number(row.version)]));
}

/**
 * The summaries of one unit and metric: `sketches` holds their packed sketches one after the other; `routes`, `devices`
 * and `builds` say whose each of them is. A route has one for each device, navigation class and build. Over single
 * routes `builds` is empty: a list as long as that of the routes would cost more than it is ever used for.
 */
export type SummaryGroup = {
  metric: Metric;
  routes: readonly string[];
  devices: readonly Device[];
  builds: readonly string[];
  sketches: Uint8Array;
};

/**
 * The summaries of a window. A row for each of them would take longer to hand over than to read, so there is
 * one for each unit and metric: its lists are made in one pass, and so in the same order. Sketches
 * come as hexadecimal text, since Prisma's adapter takes no BLOB that is not a plain column.
 */
export async function selectGroups(
  on: Statements,
  window: UnitWindow,
  filter: SummaryFilter,
): Promise<Array<SummaryGroup & { unit: number }>> {
  const unit = unitOf(window);
  const rows = await on.query<{
    unit: number | bigint;
    metric: Metric;
    routes: string;
    devices: string;
    builds: string;
    sketches: string;
  }>(
    `selectGroups.${tableName(window)}`,
    sql`SELECT ${unit} AS unit, metric,
        json_group_array(route) AS routes, json_group_array(device) AS devices,
        ${window.scope === "totals" ? sql`json_group_array(build_version)` : sql`'[]'`} AS builds,
        group_concat(hex(sketch), '') AS sketches
      FROM ${tableOf(window)}
      WHERE ${where(window, filter)}
      GROUP BY ${unit}, metric`,
  );
  return rows.map((row) => ({
    unit: Number(row.unit),
    metric: row.metric,
    routes: JSON.parse(row.routes) as string[],
    devices: JSON.parse(row.devices) as Device[],
    builds: JSON.parse(row.builds) as string[],
    sketches: Buffer.from(row.sketches, "hex"),
  }));
}

/** Samples of one unit, stored navigation, build version and metric. */
export type SampleCount = {
  unit: number;
  navigation: StoredNavigation;
  buildVersion: string;
  metric: Metric;
  samples: number;
};

/** Samples of a window in all navigation classes and build versions, whichever of them `filter` asks for. */
export async function selectSamples(
  on: Statements,
  window: UnitWindow,
  filter: SummaryFilter,
): Promise<SampleCount[]> {
  const unit = unitOf(window);
  const rows = await on.query<{
    unit: number | bigint;
    navigation: StoredNavigation;
    build_version: string;
    metric: Metric;
    samples: number | bigint;
  }>(
    `selectSamples.${tableName(window)}`,
    sql`SELECT ${unit} AS unit, navigation, build_version, metric, sum(samples) AS samples
      FROM ${tableOf(window)}
      WHERE ${where(window, { ...filter, navigation: null, buildVersion: null })}
      GROUP BY ${unit}, navigation, build_version, metric`,
  );
  return rows.map((row) => ({
    unit: Number(row.unit),
    navigation: row.navigation,
    buildVersion: row.build_version,
    metric: row.metric,
    samples: Number(row.samples),
  }));
}
