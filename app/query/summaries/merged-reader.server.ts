import { endOfPacked } from "../../stats/sketch/decoded-sketches";
import { mergePacked, packSketch } from "../../stats/sketch/packed-sketch";
import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, type Sketch } from "../../stats/sketch/sketch";
import type { Statements } from "../../storage/statements.server";
import { type SummarySet, tableName } from "../../storage/summaries.server";
import { type SummaryFilter, type SummaryGroup, selectVersions } from "../../storage/summary-periods.server";
import { METRICS } from "../../vitals/metrics";
import { createByteCache } from "./byte-cache";
import type { SummaryReader } from "./summary-reader.server";

/** Reads several periods of one set of summaries as if they were one: a sketch for each route and device. */
export type MergedReader = (
  set: SummarySet,
  periods: readonly number[],
  filter: SummaryFilter,
) => Promise<SummaryGroup[]>;

type Remembered = { versions: string; groups: SummaryGroup[] };

const OVERHEAD = 200;
const NAME_OVERHEAD = 32;

/**
 * A reader that remembers what it has merged, as long as nothing of it was written again: a comparison asks for the
 * same days of the baseline each time, and they are over.
 * @param maxBytes what it may remember, the least recently used going first
 */
export function createMergedReader(on: Statements, read: SummaryReader, maxBytes: number): MergedReader {
  const memory = createByteCache<string, Remembered>(
    maxBytes,
    ({ versions, groups }, key) => sizeOf(groups) + key.length + versions.length,
  );
  return async (set, periods, filter) => {
    const window = { ...set, from: Math.min(...periods), to: Math.max(...periods) + 1 };
    const wanted = new Set(periods);
    // Versions are read first: what is written in between is then merged again next time.
    const versions = [...(await selectVersions(on, window))]
      .filter(([period]) => wanted.has(period))
      .map(([period, version]) => `${period}:${version}`)
      .sort()
      .join(" ");
    const key = `${tableName(set)} ${periods.join(" ")} ${JSON.stringify(filter)}`;
    const known = memory.get(key);
    if (known?.versions === versions) return known.groups;
    const groups = merge((await read(window, filter)).filter(({ period }) => wanted.has(period)));
    memory.set(key, { versions, groups });
    return groups;
  };
}

/** One group a metric, with one sketch for each route and device. */
function merge(periods: ReadonlyArray<{ groups: readonly SummaryGroup[] }>): SummaryGroup[] {
  return METRICS.flatMap((metric) => {
    const scale = scaleOf(metric);
    const cells = new Map<
      string,
      { route: string; device: SummaryGroup["devices"][number]; sketch: Sketch }
    >();
    for (const { groups } of periods) {
      for (const { metric: of, routes, devices, sketches } of groups) {
        if (of !== metric) continue;
        let at = 0;
        routes.forEach((route, i) => {
          const device = devices[i] as SummaryGroup["devices"][number];
          const name = `${device} ${route}`;
          let cell = cells.get(name);
          if (cell === undefined) {
            cell = { route, device, sketch: createSketch(scale) };
            cells.set(name, cell);
          }
          const end = endOfPacked(sketches, at, scale);
          mergePacked(cell.sketch, sketches.subarray(at, end));
          at = end;
        });
      }
    }
    if (cells.size === 0) return [];
    const all = [...cells.values()];
    return [
      {
        metric,
        routes: all.map(({ route }) => route),
        devices: all.map(({ device }) => device),
        sketches: Buffer.concat(all.map(({ sketch }) => packSketch(sketch))),
      },
    ];
  });
}

const sizeOf = (groups: readonly SummaryGroup[]): number =>
  groups.reduce(
    (sum, { routes, sketches }) =>
      sum + OVERHEAD + sketches.length + routes.reduce((n, route) => n + route.length + NAME_OVERHEAD, 0),
    0,
  );
