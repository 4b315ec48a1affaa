import { type Random, weightedChoice } from "../../../../app/cli/sample/random";
import { CURRENT } from "../../../../app/stats/comparison/pools";
import { scaleOf } from "../../../../app/stats/sketch/scale";
import type { Metric } from "../../../../app/vitals/metrics";
import { type HourSketch, Recorder } from "./recorder";

/** The routes of a simulated site; the route of rank r has 1/r of the first one's page views (Zipf). */
export type RouteTraffic = {
  count: number;
  /** Standard deviation by which a route's days differ beyond those of the site, on the logarithm. */
  ownDays: number;
  /** Logarithm of the factor by which the current release is slower on a route. */
  effect: (route: number) => number;
  /** The hour (unit) from which on single routes are recorded. */
  from: number;
};

/** How far routes differ. */
const ROUTE_SPREAD = 0.25;

const DEVICES = 3;

/** The cell of a device on a route. */
export const cellOf = (route: number, device: number): number => route * DEVICES + device;
export const routeOfCell = (cell: number): number => Math.floor(cell / DEVICES);
export const deviceOfCell = (cell: number): number => cell % DEVICES;

/** Routes while a site is simulated. */
export type Routes = {
  readonly sketches: readonly HourSketch[];
  beginDay: (day: number) => void;
  choose: (random: Random) => number;
  /** What is added to the logarithm of a route's times. */
  levelOf: (route: number, build: number) => number;
  /** @param log of the value, as `Recorder.add` */
  record: (route: number, device: number, log: number) => void;
  endHour: (build: number, unit: number) => void;
};

/** @param random stream of what all metrics share: how slow each route is */
export function routesOf(
  { count, ownDays, effect, from }: RouteTraffic,
  metric: Metric,
  random: Random,
): Routes {
  const levels = Float64Array.from({ length: count }, () => ROUTE_SPREAD * random.normal());
  const days = new Float64Array(count);
  const choose = weightedChoice(Array.from({ length: count }, (_, i) => 1 / (i + 1)));
  const recorder = new Recorder(scaleOf(metric), count * DEVICES);
  const sketches: HourSketch[] = [];
  const discarded: HourSketch[] = [];
  let day = Number.NaN;
  return {
    sketches,
    beginDay(next) {
      if (next === day || ownDays === 0) return;
      day = next;
      for (let route = 0; route < count; route += 1) days[route] = ownDays * random.normal();
    },
    choose: (views) => choose(views.uniform()),
    levelOf: (route, build) =>
      (levels[route] as number) + (days[route] as number) + (build === CURRENT ? effect(route) : 0),
    record: (route, device, log) => recorder.add(cellOf(route, device), log),
    endHour(build, unit) {
      recorder.flush(unit >= from ? sketches : discarded, build, unit);
      discarded.length = 0;
    },
  };
}
