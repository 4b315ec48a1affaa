import type { Device } from "../vitals/devices";
import { METRICS, type Metric } from "../vitals/metrics";
import type { StoredNavigation } from "../vitals/navigation";
import { device, integer, packed, rowOf, storedNavigation, text, unpacked } from "./row-schema";
import type { Script } from "./script";
import { join, sql } from "./sql";
import type { Statements } from "./statements.server";
import {
  type CoarseGrain,
  type Grain,
  periodColumn,
  type SummarySet,
  tableName,
  tableOf,
} from "./summary-sets";

/** Hours and days without complete summaries of their own, in units since the epoch. */
export type OpenPeriods = Record<CoarseGrain, ReadonlySet<number>>;

/** How often the summaries were changed. */
export async function selectSequence(on: Statements): Promise<number> {
  const [row] = await on.query(
    "selectSequence",
    rowOf({ value: integer }),
    sql`SELECT value FROM sequences WHERE name = 'summaries'`,
  );
  return Number(row?.value ?? 0);
}

/**
 * Increments the sequence of the summaries, when it still has the value that was read before what is written was computed;
 * otherwise the script is refused. It must be the first step.
 */
export function advanceSequence(script: Script, seen: number): void {
  script.execute(
    "advanceSequence",
    sql`UPDATE sequences SET value = ${seen + 1} WHERE name = 'summaries' AND value = ${seen}`,
    1,
  );
}

const grainColumn = rowOf({ grain: text, unit: integer });

export async function selectOpenPeriods(on: Statements): Promise<OpenPeriods> {
  const rows = await on.query("selectOpenPeriods", grainColumn, sql`SELECT grain, unit FROM open_periods`);
  const of = (wanted: CoarseGrain) =>
    new Set(rows.filter(({ grain }) => grain === wanted).map(({ unit }) => Number(unit)));
  return { hourly: of("hourly"), daily: of("daily") };
}

export function openPeriods(script: Script, grain: CoarseGrain, units: readonly number[]): void {
  if (units.length > 0) script.execute("openPeriods", script.engine.foldState.open(grain, units));
}

/** Closes a period: its summaries are complete. `version` replaces that of both tables. */
export function closePeriod(
  script: Script,
  grain: CoarseGrain,
  unit: number,
  versions: Readonly<Record<SummarySet["scope"], number>>,
): void {
  for (const scope of ["routes", "totals"] as const) {
    const table = tableName({ grain, scope });
    script.execute("setSummaryVersion", script.engine.foldState.setVersion(table, unit, versions[scope]));
  }
  script.execute("closePeriod", sql`DELETE FROM open_periods WHERE grain = ${grain} AND unit = ${unit}`);
}

/** Those of `units` whose summaries were written, by the fold itself or when they closed. */
export async function selectWrittenPeriods(
  on: Statements,
  grain: Grain,
  units: readonly number[],
): Promise<ReadonlySet<number>> {
  if (units.length === 0) return new Set();
  const rows = await on.query(
    "selectWrittenPeriods",
    rowOf({ unit: integer }),
    on.engine.foldState.selectWritten(tableName({ grain, scope: "totals" }), units),
  );
  return new Set(rows.map(({ unit }) => Number(unit)));
}

/** The routes that summaries of some periods have, in no order. */
export async function selectSummarizedRoutes(
  on: Statements,
  set: SummarySet,
  periods: readonly number[],
): Promise<string[]> {
  const rows = await on.query(
    `selectSummarizedRoutes.${tableName(set)}`,
    rowOf({ route: text }),
    sql`SELECT DISTINCT route FROM ${tableOf(set)}
      WHERE ${periodColumn(set)} IN (${join([...periods])}) AND metric IN (${join([...METRICS])})`,
  );
  return rows.map(({ route }) => route);
}

/** Summaries of several periods that differ only in their period: how many, and their sketches one after the other. */
export type CombinedSummary = {
  route: string;
  device: Device;
  navigation: StoredNavigation;
  buildVersion: string;
  summaries: number;
  sketches: Uint8Array;
};

const combinedRow = rowOf({
  route: text,
  device,
  navigation: storedNavigation,
  build_version: text,
  summaries: integer,
  sketches: packed,
});

/** The summaries of some periods of one metric and some routes. */
export async function selectCombined(
  on: Statements,
  set: SummarySet,
  periods: readonly number[],
  of: { metric: Metric; routes: readonly string[] },
): Promise<CombinedSummary[]> {
  const rows = await on.query(
    `selectCombined.${tableName(set)}`,
    combinedRow,
    on.engine.foldState.selectCombined(set, periods, of),
  );
  return rows.map((row) => ({
    route: row.route,
    device: row.device,
    navigation: row.navigation,
    buildVersion: row.build_version,
    summaries: Number(row.summaries),
    sketches: unpacked(row.sketches),
  }));
}

/** The periods of the finer grain that one period consists of. */
export function finerPeriods(unit: number, periods: number): number[] {
  return Array.from({ length: periods }, (_, i) => unit * periods + i);
}
