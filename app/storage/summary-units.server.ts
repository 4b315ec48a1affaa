import { z } from "zod";
import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { NavigationClass } from "../vitals/navigation";
import {
  device,
  hexadecimal,
  integer,
  json,
  metric,
  navigationClass,
  parseJson,
  rowOf,
  text,
} from "./row-schema";
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
  if (filter.navigation !== null) conditions.push(sql`navigation = ${filter.navigation}`);
  return join(conditions, " AND ");
};

/** How often the summaries of each unit were written; a unit without any is not in it. */
export async function selectVersions(on: Statements, window: UnitWindow): Promise<Map<number, number>> {
  const rows = await on.query(
    "selectVersions",
    rowOf({ unit: integer, version: integer }),
    sql`SELECT unit, version FROM summary_versions WHERE summary_table = ${tableName(window)} AND unit >= ${window.from} AND unit < ${window.to}`,
  );
  return new Map(rows.map((row) => [Number(row.unit), Number(row.version)]));
}

/**
 * The summaries of one unit and metric: `sketches` holds their packed sketches one after the other; `routes` and
 * `devices` say whose each of them is. A route has one for each device, navigation class and build.
 */
export type SummaryGroup = {
  metric: Metric;
  routes: readonly string[];
  devices: readonly Device[];
  sketches: Uint8Array;
};

const groupRow = rowOf({
  unit: integer,
  metric,
  routes: json(z.array(z.string())),
  devices: json(z.array(device)),
  sketches: hexadecimal,
});

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
  const rows = await on.query(
    `selectGroups.${tableName(window)}`,
    groupRow,
    sql`SELECT ${unit} AS unit, metric,
        json_group_array(route) AS routes, json_group_array(device) AS devices,
        group_concat(hex(sketch), '') AS sketches
      FROM ${tableOf(window)}
      WHERE ${where(window, filter)}
      GROUP BY ${unit}, metric`,
  );
  return rows.map((row) => ({
    unit: Number(row.unit),
    metric: row.metric,
    routes: parseJson(row.routes),
    devices: parseJson(row.devices),
    sketches: Buffer.from(row.sketches, "hex"),
  }));
}

/** Samples of one unit, navigation class, build version and metric. */
export type SampleCount = {
  unit: number;
  navigation: NavigationClass;
  buildVersion: string;
  metric: Metric;
  samples: number;
};

const samplesRow = rowOf({
  unit: integer,
  navigation: navigationClass,
  build_version: text,
  metric,
  samples: integer,
});

/** Samples of a window in all navigation classes and build versions, whichever of them `filter` asks for. */
export async function selectSamples(
  on: Statements,
  window: UnitWindow,
  filter: SummaryFilter,
): Promise<SampleCount[]> {
  const unit = unitOf(window);
  const rows = await on.query(
    `selectSamples.${tableName(window)}`,
    samplesRow,
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
