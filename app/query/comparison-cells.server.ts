import { CellTable } from "../stats/cell-table";
import { BASELINE, CURRENT } from "../stats/comparison/concurrent";
import { CLOCK_HOURS, EARLIER_AFTER, EARLIER_BEFORE } from "../stats/comparison/earlier-days";
import type { ComparisonPlan, Hours } from "../stats/comparison/plan";
import { endOfPacked } from "../stats/packed-reader";
import { scaleOf } from "../stats/scale";
import type { Grain, Scope } from "../storage/summaries.server";
import type { SummaryFilter, SummaryGroup } from "../storage/summary-units.server";
import { DEVICES } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { UnitReader } from "./unit-reader.server";

/** Some summaries of one side of a comparison: units of a grain, and the table's unit that each becomes. */
type Slice = {
  side: number;
  grain: Grain;
  /** `null`: whichever it was. */
  buildVersion: string | null;
  units: ReadonlyMap<number, number>;
};

/** What was read of one unit: where it belongs in a table, and its summaries. */
export type LoadedUnit = {
  side: number;
  unit: number;
  /** The hour (since the epoch) or the day that it is. */
  at: number;
  groups: readonly SummaryGroup[];
};

/** More days of a whole life are not read. */
const MOST_DAYS = 30;

const HOURS_OF_DAY = 24;

/** Whether the baseline's clock hours are kept apart: of single routes whole days are read as such, which are far fewer. */
export const isByClock = (plan: ComparisonPlan, scope: Scope): boolean =>
  plan.kind === "day-shifted" && (scope === "totals" || !plan.wholeDays);

function slicesOf(
  plan: ComparisonPlan,
  builds: { current: string; baseline: string },
  byClock: boolean,
): Slice[] {
  const hourly = (
    side: number,
    buildVersion: string | null,
    hours: Hours,
    unitOf: (hour: number, i: number) => number,
  ): Slice => ({
    side,
    grain: "hourly",
    buildVersion,
    units: new Map(hours.map((hour, i) => [hour, unitOf(hour, i)])),
  });
  const { current, baseline } = builds;
  switch (plan.kind) {
    case "concurrent":
      return [
        hourly(CURRENT, current, plan.current, (_, i) => i),
        hourly(BASELINE, baseline, plan.baseline, (_, i) => i),
      ];
    case "day-shifted":
      return [
        hourly(CURRENT, current, plan.current, (hour) => hour % HOURS_OF_DAY),
        ...(byClock
          ? plan.days.map((hours, day) =>
              hourly(BASELINE, baseline, hours, (hour) => day * CLOCK_HOURS + (hour % HOURS_OF_DAY)),
            )
          : [
              {
                side: BASELINE,
                grain: "daily" as const,
                buildVersion: baseline,
                units: new Map(
                  plan.days.map((hours, day) => [Math.floor((hours[0] as number) / HOURS_OF_DAY), day]),
                ),
              },
            ]),
      ];
    case "before-after":
      return [
        hourly(CURRENT, current, plan.current, () => 0),
        hourly(BASELINE, baseline, plan.baseline, () => 0),
        ...plan.shifts.flatMap((back, day) => {
          const earlier = (hours: Hours): Hours => hours.map((hour) => hour - back * HOURS_OF_DAY);
          return [
            hourly(EARLIER_AFTER, null, earlier(plan.current), () => day),
            hourly(EARLIER_BEFORE, null, earlier(plan.baseline), () => day),
          ];
        }),
      ];
    case "lifetime": {
      const days = [...new Set(plan.baseline.map((hour) => Math.floor(hour / HOURS_OF_DAY)))];
      return [
        hourly(CURRENT, current, plan.current, () => 0),
        {
          side: BASELINE,
          grain: "daily",
          buildVersion: baseline,
          units: new Map(days.slice(-MOST_DAYS).map((day) => [day, 0])),
        },
      ];
    }
  }
}

/** Units of a plan's tables. */
export function unitCount(plan: ComparisonPlan): number {
  switch (plan.kind) {
    case "concurrent":
      return plan.current.length;
    case "day-shifted":
      return plan.days.length * CLOCK_HOURS;
    case "before-after":
      return plan.shifts.length;
    case "lifetime":
      return 1;
  }
}

/** Reads what a plan compares. */
export async function loadCells(
  read: UnitReader,
  plan: ComparisonPlan,
  builds: { current: string; baseline: string },
  scope: Scope,
  byClock: boolean,
  filter: Omit<SummaryFilter, "buildVersion">,
): Promise<LoadedUnit[]> {
  const loaded: LoadedUnit[] = [];
  for (const { side, grain, buildVersion, units } of slicesOf(plan, builds, byClock)) {
    for (const { from, to } of stretches([...units.keys()])) {
      for (const { unit: at, groups } of await read(
        { grain, scope, from, to },
        { ...filter, buildVersion },
      )) {
        const unit = units.get(at);
        if (unit !== undefined) loaded.push({ side, unit, at, groups });
      }
    }
  }
  return loaded;
}

/** Runs of neighbouring units. */
function stretches(units: readonly number[]): Array<{ from: number; to: number }> {
  const found: Array<{ from: number; to: number }> = [];
  for (const unit of [...units].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last.to === unit) last.to = unit + 1;
    else found.push({ from: unit, to: unit + 1 });
  }
  return found;
}

/** Cells of a table: device classes, by their place in `DEVICES`. */
export const CELLS = DEVICES.length;

/** Fills a table with everything that was read of one metric. */
export function fillTable(table: CellTable, loaded: readonly LoadedUnit[], metric: Metric): CellTable {
  table.clear();
  for (const { side, unit, groups } of loaded) {
    for (const { metric: of, devices, sketches } of groups) {
      if (of !== metric) continue;
      let at = 0;
      for (const device of devices) {
        at = table.addPacked(side, unit, DEVICES.indexOf(device), sketches, at);
      }
    }
  }
  return table;
}

/**
 * The tables of single routes, one after the other: the same table is filled anew for each, so that thousands of
 * routes take no more memory than one.
 */
export function* routeTables(
  loaded: readonly LoadedUnit[],
  metric: Metric,
): Generator<{ route: string; table: CellTable }> {
  const scale = scaleOf(metric);
  const table = new CellTable(scale);
  // Five numbers for each sketch of a route: its unit among `loaded`, its group, its device, where it begins.
  const places = new Map<string, number[]>();
  loaded.forEach(({ groups }, unit) => {
    groups.forEach(({ metric: of, routes, devices, sketches }, group) => {
      if (of !== metric) return;
      let at = 0;
      for (let i = 0; i < routes.length; i += 1) {
        const route = routes[i] as string;
        let known = places.get(route);
        if (known === undefined) {
          known = [];
          places.set(route, known);
        }
        known.push(unit, group, DEVICES.indexOf(devices[i] as (typeof DEVICES)[number]), at);
        at = endOfPacked(sketches, at, scale);
      }
    });
  });
  for (const [route, at] of places) {
    table.clear();
    for (let i = 0; i < at.length; i += 4) {
      const { side, unit, groups } = loaded[at[i] as number] as LoadedUnit;
      const group = groups[at[i + 1] as number] as SummaryGroup;
      table.addPacked(side, unit, at[i + 2] as number, group.sketches, at[i + 3] as number);
    }
    yield { route, table };
  }
}
