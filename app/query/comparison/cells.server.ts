import { CellTable } from "../../stats/comparison/cell-table";
import type { DecodedSketches } from "../../stats/sketch/decoded-sketches";
import { scaleOf } from "../../stats/sketch/scale";
import type { SummaryFilter } from "../../storage/summary-filter";
import type { SummaryGroup } from "../../storage/summary-periods.server";
import type { Scope } from "../../storage/summary-sets";
import type { Device } from "../../vitals/devices";
import type { Metric } from "../../vitals/metrics";
import { stratumOf } from "../../vitals/strata";
import type { SketchDecoder } from "../summaries/sketch-decoder";
import type { PeriodSummaries, SummaryReader } from "../summaries/summary-reader.server";
import type { Layout, Slice } from "./layout";
import type { ComparisonReaders } from "./readers.server";

/** What was read of one unit: where it belongs in a table, and its summaries. */
export type LoadedUnit = {
  side: number;
  unit: number;
  /** The hour (since the epoch) or the day that it is, where it is a single one. */
  at: number | null;
  groups: readonly SummaryGroup[];
};

/** The newest hours of a slice change with every measurement, those before them hardly ever. */
const NEWEST_HOURS = 2;

/** What is read of a slice: units that are merged to one, and units that are read one by one. */
type PlannedSlice = { slice: Slice; blocks: Array<{ unit: number; settled: number[] }>; single: number[] };

/**
 * Reads what a layout asks for. Units that become one are read as one, except for the newest hours, so that a new
 * measurement does not merge all of them again.
 */
export async function loadStrata(
  { units: read, merged }: ComparisonReaders,
  { slices }: Pick<Layout, "slices">,
  scope: Scope,
  filter: Omit<SummaryFilter, "buildVersion">,
): Promise<LoadedUnit[]> {
  const planned = slices.map((slice) => planSlice(slice, scope, filter.route));
  const periodsOf = await readSingles(read, planned, scope, filter);
  const loaded: LoadedUnit[] = [];
  for (const { slice, blocks, single } of planned) {
    const { side, grain, buildVersion, units } = slice;
    if (blocks.length > 0) {
      const settled = blocks.map((block) => block.settled);
      const joined = await merged({ grain, scope }, settled, { ...filter, buildVersion });
      blocks.forEach(({ unit }, i) => {
        loaded.push({ side, unit, at: null, groups: joined[i] ?? [] });
      });
    }
    const periods = periodsOf(slice);
    for (const at of [...single].sort((a, b) => a - b)) {
      const groups = periods.get(at)?.groups;
      if (groups !== undefined) loaded.push({ side, unit: units.get(at) as number, at, groups });
    }
  }
  return loaded;
}

function planSlice(slice: Slice, scope: Scope, route: string | null): PlannedSlice {
  const { grain, units } = slice;
  const byTarget = new Map<number, number[]>();
  for (const [at, unit] of units) byTarget.set(unit, [...(byTarget.get(unit) ?? []), at]);
  const planned: PlannedSlice = { slice, blocks: [], single: [] };
  const newest = grain === "hourly" ? Math.max(...units.keys()) - NEWEST_HOURS : Number.POSITIVE_INFINITY;
  for (const [unit, all] of byTarget) {
    const settled = all.filter((at) => at <= newest);
    // One series has few sketches, and what asks for single hours of it needs them apart.
    if (settled.length <= 1 || scope === "totals" || route !== null) planned.single.push(...all);
    else {
      planned.blocks.push({ unit, settled });
      planned.single.push(...all.filter((at) => at > newest));
    }
  }
  return planned;
}

/** Reads the single units of slices: those of one grain and build together, as each earlier day is a slice of its own. */
async function readSingles(
  read: SummaryReader,
  planned: readonly PlannedSlice[],
  scope: Scope,
  filter: Omit<SummaryFilter, "buildVersion">,
): Promise<(slice: Slice) => ReadonlyMap<number, PeriodSummaries>> {
  const nameOf = ({ grain, buildVersion }: Slice): string => JSON.stringify([grain, buildVersion]);
  const wanted = new Map<string, { slice: Slice; single: number[] }>();
  for (const { slice, single } of planned) {
    const known = wanted.get(nameOf(slice));
    if (known === undefined) wanted.set(nameOf(slice), { slice, single: [...single] });
    else known.single.push(...single);
  }
  const periodsByName = new Map<string, Map<number, PeriodSummaries>>();
  for (const [name, { slice, single }] of wanted) {
    const periods = new Map<number, PeriodSummaries>();
    periodsByName.set(name, periods);
    for (const { from, to } of runsOf([...new Set(single)])) {
      const window = { grain: slice.grain, scope, from, to };
      for (const summaries of await read(window, { ...filter, buildVersion: slice.buildVersion })) {
        periods.set(summaries.period, summaries);
      }
    }
  }
  return (slice) => periodsByName.get(nameOf(slice)) ?? new Map();
}

/** Runs of neighbouring units. */
function runsOf(units: readonly number[]): Array<{ from: number; to: number }> {
  const found: Array<{ from: number; to: number }> = [];
  for (const unit of [...units].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last.to === unit) last.to = unit + 1;
    else found.push({ from: unit, to: unit + 1 });
  }
  return found;
}

/**
 * A table of everything that was read of one metric.
 * @param only the device that is wanted; `null`: all of them
 */
export function tableOfAll(
  loaded: readonly LoadedUnit[],
  metric: Metric,
  decode: SketchDecoder,
  only: Device | null = null,
): CellTable {
  const table = new CellTable(scaleOf(metric));
  for (const { side, unit, groups } of loaded) {
    for (const group of groups) {
      if (group.metric !== metric) continue;
      const decoded = decode(group);
      group.devices.forEach((device, place) => {
        if (only === null || device === only) {
          table.add(side, unit, stratumAt(group, place), decoded, place);
        }
      });
    }
  }
  return table;
}

const stratumAt = ({ devices, prefetched }: SummaryGroup, index: number): number =>
  stratumOf(devices[index] as Device, prefetched[index] as boolean);

/** The sketches of one unit and metric, decoded, and whose they are. */
type Source = { side: number; unit: number; group: SummaryGroup; decoded: DecodedSketches };

/**
 * The tables of single routes, one after the other: the same table is filled anew for each, so that thousands of
 * routes take no more memory than one.
 */
export function* routeTables(
  loaded: readonly LoadedUnit[],
  metric: Metric,
  decode: SketchDecoder,
): Generator<{ route: string; table: CellTable }> {
  const sources = loaded.flatMap(({ side, unit, groups }) =>
    groups
      .filter((group) => group.metric === metric)
      .map((group): Source => ({ side, unit, group, decoded: decode(group) })),
  );
  const table = new CellTable(scaleOf(metric));
  for (const [route, places] of placesByRoute(sources)) {
    table.clear();
    for (let i = 0; i < places.length; i += 2) {
      const { side, unit, group, decoded } = sources[places[i] as number] as Source;
      const place = places[i + 1] as number;
      table.add(side, unit, stratumAt(group, place), decoded, place);
    }
    yield { route, table };
  }
}

/** Where the sketches of each route are: two numbers for each, its source and its place in it. */
function placesByRoute(sources: readonly Source[]): Map<string, number[]> {
  const byRoute = new Map<string, number[]>();
  sources.forEach(({ group: { routes } }, source) => {
    for (let place = 0; place < routes.length; place += 1) {
      const route = routes[place] as string;
      const places = byRoute.get(route);
      if (places === undefined) byRoute.set(route, [source, place]);
      else places.push(source, place);
    }
  });
  return byRoute;
}
