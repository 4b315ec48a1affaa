import { z } from "zod";
import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import { STORED_NAVIGATIONS, type StoredNavigation } from "../vitals/navigation";
import {
  device,
  integer,
  json,
  metric,
  packed,
  parseJson,
  rowOf,
  storedNavigation,
  text,
  unpacked,
} from "./row-schema";
import { join, type Sql, sql } from "./sql";
import type { Statements } from "./statements.server";
import type { SummaryFilter } from "./summary-filter";
import { periodColumn, type SummarySet, tableName, tableOf } from "./summary-sets";

/** Periods `from` (included) to `to` (excluded) of one set of summaries. */
export type PeriodWindow = SummarySet & { from: number; to: number };

const where = (window: PeriodWindow, filter: SummaryFilter): Sql => {
  const conditions = [
    sql`${periodColumn(window)} >= ${window.from}`,
    sql`${periodColumn(window)} < ${window.to}`,
  ];
  if (filter.route !== null) conditions.push(sql`route = ${filter.route}`);
  if (filter.buildVersion !== null) conditions.push(sql`build_version = ${filter.buildVersion}`);
  if (filter.devices !== null) conditions.push(sql`device IN (${join([...filter.devices])})`);
  if (filter.navigation !== null) {
    conditions.push(sql`navigation IN (${join([...STORED_NAVIGATIONS[filter.navigation]])})`);
  }
  return join(conditions, " AND ");
};

/** Versions by period: how often its summaries were written. A period without summaries is missing. */
export async function selectVersions(on: Statements, window: PeriodWindow): Promise<Map<number, number>> {
  const rows = await on.query(
    "selectVersions",
    rowOf({ period: integer, version: integer }),
    sql`SELECT unit AS period, version FROM summary_versions WHERE summary_table = ${tableName(window)} AND unit >= ${window.from} AND unit < ${window.to}`,
  );
  return new Map(rows.map((row) => [Number(row.period), Number(row.version)]));
}

/**
 * The summaries of one period and metric: `sketches` concatenates their packed sketches, and `routes`, `devices`,
 * `prefetched` and `builds` have the route, device and build of each and whether it is of prefetched loads. A route has one for each device, navigation class and build. For
 * single routes `builds` is empty: no reader needs the list, which would be as long as that of the routes.
 */
export type SummaryGroup = {
  metric: Metric;
  routes: readonly string[];
  devices: readonly Device[];
  prefetched: readonly boolean[];
  builds: readonly string[];
  sketches: Uint8Array;
};

const groupRow = rowOf({
  period: integer,
  metric,
  routes: json(z.array(z.string())),
  devices: json(z.array(device)),
  prefetched: json(z.array(z.boolean())),
  builds: json(z.array(z.string())),
  sketches: packed,
});

/**
 * The summaries of a window, as one row per period and metric, because passing a row per summary to JavaScript costs more
 * than reading it. All lists of a row have the same order.
 */
export async function selectGroups(
  on: Statements,
  window: PeriodWindow,
  filter: SummaryFilter,
): Promise<Array<SummaryGroup & { period: number }>> {
  const rows = await on.query(
    `selectGroups.${tableName(window)}`,
    groupRow,
    on.engine.summaryPeriods.selectGroups(window, where(window, filter)),
  );
  return rows.map((row) => ({
    period: Number(row.period),
    metric: row.metric,
    routes: parseJson(row.routes),
    devices: parseJson(row.devices),
    prefetched: parseJson(row.prefetched),
    builds: parseJson(row.builds),
    sketches: unpacked(row.sketches),
  }));
}

export type SampleCount = {
  period: number;
  navigation: StoredNavigation;
  buildVersion: string;
  metric: Metric;
  samples: number;
};

const samplesRow = rowOf({
  period: integer,
  navigation: storedNavigation,
  build_version: text,
  metric,
  samples: integer,
});

/** Samples of a window by period, stored navigation, build version and metric; `filter` may name neither of the two. */
export async function selectSamples(
  on: Statements,
  window: PeriodWindow,
  filter: SummaryFilter,
): Promise<SampleCount[]> {
  const period = periodColumn(window);
  const rows = await on.query(
    `selectSamples.${tableName(window)}`,
    samplesRow,
    sql`SELECT ${period} AS period, navigation, build_version, metric, sum(samples) AS samples
      FROM ${tableOf(window)}
      WHERE ${where(window, { ...filter, navigation: null, buildVersion: null })}
      GROUP BY ${period}, navigation, build_version, metric`,
  );
  return rows.map((row) => ({
    period: Number(row.period),
    navigation: row.navigation,
    buildVersion: row.build_version,
    metric: row.metric,
    samples: Number(row.samples),
  }));
}
