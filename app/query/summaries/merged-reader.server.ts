import { endOfPacked } from "../../stats/sketch/decoded-sketches";
import { mergePacked, packSketch } from "../../stats/sketch/packed-sketch";
import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, type Sketch } from "../../stats/sketch/sketch";
import type { Statements } from "../../storage/statements.server";
import type { SummaryFilter } from "../../storage/summary-filter";
import { type SummaryGroup, selectVersions } from "../../storage/summary-periods.server";
import { type SummarySet, tableName } from "../../storage/summary-sets";
import type { Device } from "../../vitals/devices";
import { METRICS } from "../../vitals/metrics";
import { stratumOf } from "../../vitals/strata";
import { createByteCache } from "./byte-cache";
import type { SummaryReader } from "./summary-reader.server";

/** Reads several periods of one set of summaries and merges them: one sketch per metric, route, device and `prefetched`. */
export type MergedReader = (
  set: SummarySet,
  periods: readonly number[],
  filter: SummaryFilter,
) => Promise<SummaryGroup[]>;

type Cached = { versions: string; groups: SummaryGroup[] };

const OVERHEAD = 200;
const NAME_OVERHEAD = 32;

/**
 * A reader that caches merged groups until one of their periods is written again. Comparisons read the same completed days
 * of the baseline each time.
 * @param maxBytes size of the least-recently-used cache
 */
export function createMergedReader(on: Statements, read: SummaryReader, maxBytes: number): MergedReader {
  const cache = createByteCache<string, Cached>(
    maxBytes,
    ({ versions, groups }, key) => sizeOf(groups) + key.length + versions.length,
  );
  return async (set, periods, filter) => {
    const window = { ...set, from: Math.min(...periods), to: Math.max(...periods) + 1 };
    const wanted = new Set(periods);
    // Versions are read first: a write in between is then merged next time, never missed.
    const versions = [...(await selectVersions(on, window))]
      .filter(([period]) => wanted.has(period))
      .map(([period, version]) => `${period}:${version}`)
      .sort()
      .join(" ");
    const key = `${tableName(set)} ${periods.join(" ")} ${JSON.stringify(filter)}`;
    const cached = cache.get(key);
    if (cached?.versions === versions) return cached.groups;
    const groups = merge((await read(window, filter)).filter(({ period }) => wanted.has(period)));
    cache.set(key, { versions, groups });
    return groups;
  };
}

/** Merges to one group per metric, with one sketch per route, device and `prefetched`. */
function merge(periods: ReadonlyArray<{ groups: readonly SummaryGroup[] }>): SummaryGroup[] {
  return METRICS.flatMap((metric) => {
    const scale = scaleOf(metric);
    const cells = new Map<string, { route: string; device: Device; isPrefetched: boolean; sketch: Sketch }>();
    for (const { groups } of periods) {
      for (const { metric: of, routes, devices, prefetched, sketches } of groups) {
        if (of !== metric) continue;
        let at = 0;
        routes.forEach((route, i) => {
          const device = devices[i] as Device;
          const isPrefetched = prefetched[i] as boolean;
          const name = `${stratumOf(device, isPrefetched)} ${route}`;
          let cell = cells.get(name);
          if (cell === undefined) {
            cell = { route, device, isPrefetched, sketch: createSketch(scale) };
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
        prefetched: all.map(({ isPrefetched }) => isPrefetched),
        builds: [],
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
