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
import { empty, join, type Sql, sql } from "./sql";
import type { Statements } from "./statements.server";
import type { SummaryFilter } from "./summary-filter";
import {
  type CoarseGrain,
  FINER,
  isCoarse,
  periodColumn,
  type SummarySet,
  tableName,
  tableOf,
} from "./summary-sets";

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

/** Whether a period is open, so that it consists of periods of the next finer grain, and its version. */
export type PeriodState = { version: number; isOpen: boolean };

/**
 * The states of a window's periods. A version grows whenever the period's summaries, or those that an open one consists of,
 * are written, and when it closes. A period without summaries is missing.
 */
export async function selectPeriodStates(
  on: Statements,
  window: PeriodWindow,
): Promise<Map<number, PeriodState>> {
  const rows = await on.query(
    "selectPeriodStates",
    rowOf({ period: integer, version: integer, open: integer }),
    // One statement: a period may close between two.
    sql`SELECT period, sum(version) AS version, max(open) AS open FROM (
        SELECT unit AS period, version, 0 AS open FROM summary_versions
        WHERE summary_table = ${tableName(window)} AND unit >= ${window.from} AND unit < ${window.to}
        ${isCoarse(window.grain) ? openParts({ ...window, grain: window.grain }) : empty}) AS parts
      GROUP BY period`,
  );
  return new Map(
    rows.map((row) => [Number(row.period), { version: Number(row.version), isOpen: Number(row.open) === 1 }]),
  );
}

/** Versions of what the open periods of a window consist of, with the period of each. */
function openParts({ grain, scope, from, to }: PeriodWindow & { grain: CoarseGrain }): Sql {
  const partsOf = (of: CoarseGrain, owner: Sql): Sql => {
    const { grain: finer, periods } = FINER[of];
    return sql`JOIN summary_versions AS part ON part.summary_table = ${tableName({ grain: finer, scope })}
      AND part.unit >= ${owner}.unit * ${periods} AND part.unit < (${owner}.unit + 1) * ${periods}`;
  };
  const isWanted = sql`period.grain = ${grain} AND period.unit >= ${from} AND period.unit < ${to}`;
  const own = sql`UNION ALL
    SELECT period.unit AS period, part.version, 1 AS open FROM open_periods AS period ${partsOf(grain, sql`period`)}
    WHERE ${isWanted}`;
  if (grain === "hourly") return own;
  return sql`${own}
    UNION ALL
    SELECT period.unit AS period, part.version, 1 AS open FROM open_periods AS period
    JOIN open_periods AS inner_period ON inner_period.grain = 'hourly'
      AND inner_period.unit >= period.unit * ${FINER.daily.periods}
      AND inner_period.unit < (period.unit + 1) * ${FINER.daily.periods}
    ${partsOf("hourly", sql`inner_period`)}
    WHERE ${isWanted}`;
}

/** The versions of a window's periods; see `selectPeriodStates`. */
export async function selectVersions(on: Statements, window: PeriodWindow): Promise<Map<number, number>> {
  const states = await selectPeriodStates(on, window);
  return new Map([...states].map(([period, { version }]) => [period, version]));
}

/**
 * A text that changes whenever measurements of the hours `from` (included) to `to` (excluded, hours since the epoch) are
 * written: each write increments the version of an hour or of five minutes of it.
 *
 * Versions only grow, and the retention deletes only the oldest. So a write that makes up for the sum of the deleted
 * versions is later than all of these, and changes the sum of versions times their positions.
 */
export async function selectHourVersions(on: Statements, from: number, to: number): Promise<string> {
  const of = (grain: "hourly" | "fiveMinutes", periods: number): Sql =>
    sql`SELECT ${grain} AS grain, count(*) AS periods, CAST(coalesce(sum(version), 0) AS BIGINT) AS versions,
        CAST(coalesce(sum(CAST(version AS BIGINT) * (unit - ${from * periods} + 1)), 0) AS BIGINT) AS weighted
      FROM summary_versions
      WHERE summary_table = ${tableName({ grain, scope: "totals" })}
        AND unit >= ${from * periods} AND unit < ${to * periods}`;
  const rows = await on.query(
    "selectHourVersions",
    rowOf({ grain: text, periods: integer, versions: integer, weighted: integer }),
    sql`${of("hourly", 1)} UNION ALL ${of("fiveMinutes", FINER.hourly.periods)} ORDER BY grain`,
  );
  return rows
    .map(({ grain, periods, versions, weighted }) => `${grain} ${periods} ${versions} ${weighted}`)
    .join(", ");
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
