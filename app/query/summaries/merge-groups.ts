import { endOfPacked } from "../../stats/sketch/decoded-sketches";
import { mergePacked, packSketch } from "../../stats/sketch/packed-sketch";
import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, type Sketch } from "../../stats/sketch/sketch";
import type { SummaryGroup } from "../../storage/summary-periods.server";
import type { Device } from "../../vitals/devices";
import { METRICS } from "../../vitals/metrics";
import { stratumOf } from "../../vitals/strata";

const OVERHEAD = 200;
const NAME_OVERHEAD = 32;

type Cell = { route: string; device: Device; isPrefetched: boolean; sketch: Sketch };

/**
 * Merges groups to one per metric, with one sketch per route, device and `prefetched`; builds are joined.
 * @param isByDevice `false` joins the devices too: `devices` then has an arbitrary one of each sketch
 */
export function mergeGroups(groups: Iterable<SummaryGroup>, isByDevice: boolean): SummaryGroup[] {
  const all = [...groups];
  return METRICS.flatMap((metric) => {
    const scale = scaleOf(metric);
    const cells = new Map<string, Cell>();
    for (const { metric: of, routes, devices, prefetched, sketches } of all) {
      if (of !== metric) continue;
      let at = 0;
      routes.forEach((route, i) => {
        const device = devices[i] as Device;
        const isPrefetched = prefetched[i] as boolean;
        const name = `${isByDevice ? stratumOf(device, isPrefetched) : isPrefetched} ${route}`;
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
    return cells.size === 0 ? [] : [groupOf(metric, [...cells.values()])];
  });
}

const groupOf = (metric: SummaryGroup["metric"], cells: readonly Cell[]): SummaryGroup => ({
  metric,
  routes: cells.map(({ route }) => route),
  devices: cells.map(({ device }) => device),
  prefetched: cells.map(({ isPrefetched }) => isPrefetched),
  builds: [],
  sketches: Buffer.concat(cells.map(({ sketch }) => packSketch(sketch))),
});

/** Approximate size in bytes. */
export const sizeOfGroups = (groups: readonly SummaryGroup[]): number =>
  groups.reduce(
    (sum, { routes, sketches }) =>
      sum + OVERHEAD + sketches.length + routes.reduce((n, route) => n + route.length + NAME_OVERHEAD, 0),
    0,
  );
