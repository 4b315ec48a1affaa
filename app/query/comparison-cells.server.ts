import { CellTable } from "../stats/cell-table";
import { endOfPacked } from "../stats/packed-reader";
import { scaleOf } from "../stats/scale";
import type { Scope } from "../storage/summaries.server";
import type { SummaryFilter, SummaryGroup } from "../storage/summary-units.server";
import { DEVICES } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { Layout } from "./comparison-layout";
import type { MergedReader } from "./merged-reader.server";
import type { UnitReader } from "./unit-reader.server";

/** The readers of a comparison. */
export type ComparisonReaders = { units: UnitReader; merged: MergedReader };

/** What was read of one unit: where it belongs in a table, and its summaries. */
export type LoadedUnit = {
  side: number;
  unit: number;
  /** The hour (since the epoch) or the day that it is, where it is a single one. */
  at: number | null;
  groups: readonly SummaryGroup[];
};

/** Reads what a layout asks for. Units that become one are read as one. */
export async function loadCells(
  { units: read, merged }: ComparisonReaders,
  { slices }: Layout,
  scope: Scope,
  filter: Omit<SummaryFilter, "buildVersion">,
): Promise<LoadedUnit[]> {
  const loaded: LoadedUnit[] = [];
  for (const { side, grain, buildVersion, units } of slices) {
    const set = { grain, scope };
    const byTarget = new Map<number, number[]>();
    for (const [at, unit] of units) byTarget.set(unit, [...(byTarget.get(unit) ?? []), at]);
    const single: number[] = [];
    for (const [unit, all] of byTarget) {
      // One series has few sketches, and what asks for single hours of it wants to find them.
      if (all.length === 1 || scope === "totals" || filter.route !== null) single.push(...all);
      else loaded.push({ side, unit, at: null, groups: await merged(set, all, { ...filter, buildVersion }) });
    }
    for (const { from, to } of stretches(single)) {
      for (const { unit: at, groups } of await read({ ...set, from, to }, { ...filter, buildVersion })) {
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

/** A table of everything that was read of one metric. */
export function tableOfAll(loaded: readonly LoadedUnit[], metric: Metric): CellTable {
  const table = new CellTable(scaleOf(metric));
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

/** Numbers that say where a sketch of a route is: its unit among those loaded, its group, its device, its first byte. */
const PLACE = 4;

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
    for (let i = 0; i < at.length; i += PLACE) {
      const { side, unit, groups } = loaded[at[i] as number] as LoadedUnit;
      const group = groups[at[i + 1] as number] as SummaryGroup;
      table.addPacked(side, unit, at[i + 2] as number, group.sketches, at[i + 3] as number);
    }
    yield { route, table };
  }
}
