import type { Random } from "../../../../app/cli/sample/random";
import { CellTable } from "../../../../app/stats/comparison/cell-table";
import { BASELINE, CURRENT } from "../../../../app/stats/comparison/pools";
import { scaleOf } from "../../../../app/stats/sketch/scale";
import type { Metric } from "../../../../app/vitals/metrics";
import { HOURS_OF_DAY } from "../../../../app/vitals/time";
import { type HourSketch, Recorder } from "./recorder";
import { type RouteTraffic, routesOf } from "./routes";
import type { Traffic } from "./traffic";

/** Traffic of each hour of the day, as a share of the busiest, and of each day of the week, from Sunday. */
const DAY_RHYTHM = [
  0.38, 0.3, 0.25, 0.22, 0.21, 0.25, 0.34, 0.48, 0.62, 0.72, 0.77, 0.8, 0.82, 0.86, 0.92, 0.97, 1, 0.99, 0.96,
  0.93, 0.86, 0.74, 0.6, 0.48,
];
const WEEK_RHYTHM = [0.66, 1, 1.04, 1.05, 1.03, 0.94, 0.64];
const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const VIEWS_OF_MEAN_DAY = (sumOf(DAY_RHYTHM) * sumOf(WEEK_RHYTHM)) / 7;

/** How mobile the people of an hour are. */
const EVENING = [
  0.9, 0.9, 0.9, 0.85, 0.75, 0.65, 0.6, 0.5, 0.3, 0.1, 0, 0, 0.1, 0.05, 0, 0.05, 0.1, 0.25, 0.45, 0.65, 0.8,
  0.9, 1, 0.95,
];

/** Of views within an hour; half of the variance is between visitors. */
const VIEW = 0.65;
const HALF = Math.SQRT1_2;

/** How much slower phones, tablets and desktops are. */
const DEVICE_LEVELS = [Math.log(1.5), Math.log(1.2), 0] as const;
export const DEVICE_COUNT = DEVICE_LEVELS.length;

const BAD = Math.log(1.8);
const CRAWLER = 0.3;

/** How a metric's values come about: `zeros` of them are exactly 0, and the rest comes in steps. */
type Values = { median: number; spread: number; zeros: number; step: number };

const VALUES: Readonly<Record<Metric, Values>> = {
  LCP: { median: 1_800, spread: 1, zeros: 0, step: 0 },
  FCP: { median: 1_200, spread: 0.8, zeros: 0, step: 0 },
  TTFB: { median: 500, spread: 1.1, zeros: 0, step: 0 },
  INP: { median: 110, spread: 1, zeros: 0, step: 8 },
  CLS: { median: 0.07, spread: 1.5, zeros: 0.35, step: 0 },
};

/** The share of an hour's views that the current release serves, by hours since it began; below 0 none. */
export type RollOut = (age: number) => number;

export const AT_ONCE: RollOut = (age) => (age >= 0 ? 1 : 0);

export type Simulation = {
  traffic: Traffic;
  metric: Metric;
  /** Page views of an average day. */
  perDay: number;
  /** Hours of history before the switch, and of the current release. */
  history: number;
  age: number;
  /** The logarithm of the factor by which the current release is slower. */
  effect: number;
  rollOut: RollOut;
  /** Single routes, recorded too; without, the site is one. */
  routes?: RouteTraffic;
};

/** Hours of a simulated site, and what nobody else can know of it. */
export type SimulatedSite = {
  metric: Metric;
  sketches: readonly HourSketch[];
  /** The same by route, of the hours that single routes are compared over; their cells are `cellOf`. */
  ofRoutes: readonly HourSketch[];
  firstHour: number;
  switchHour: number;
  /** The hour from which on the baseline was live. */
  baselineHour: number;
  /** Hours (units) in which something happened that an oracle leaves out. */
  disturbed: ReadonlySet<number>;
};

/** Earlier releases are numbered from here on. */
const OLDER = 2;

/**
 * Simulates one site, the same for the same random streams.
 * @param hours stream of what all metrics of a site share: releases, traffic, and the noise of hours and days
 */
export function simulate(simulation: Simulation, random: Random, hours = random): SimulatedSite {
  const { traffic, metric, perDay, history, age, rollOut } = simulation;
  const sketches: HourSketch[] = [];
  const recorder = new Recorder(scaleOf(metric), DEVICE_COUNT);
  const values = VALUES[metric];
  const switchAt = history;
  // Releases come on any day, in working hours.
  const switchHour =
    480_000 + HOURS_OF_DAY * Math.floor(7 * hours.uniform()) + 8 + Math.floor(10 * hours.uniform());
  const firstHour = switchHour - history;
  const releases = earlierReleases(traffic, history, hours);
  const disturbed = new Set<number>();
  const level = levels(traffic, firstHour, history + age, hours);
  const routes = simulation.routes === undefined ? null : routesOf(simulation.routes, metric, hours);
  for (let unit = 0; unit < history + age; unit += 1) {
    const clock = (firstHour + unit) % HOURS_OF_DAY;
    const weekday = (Math.floor((firstHour + unit) / HOURS_OF_DAY) + 4) % 7;
    const weekend = weekday === 0 || weekday === 6;
    const rate = (DAY_RHYTHM[clock] as number) * (WEEK_RHYTHM[weekday] as number);
    const views = poisson(hours, (perDay * rate) / VIEWS_OF_MEAN_DAY);
    const isBad = hours.chance(traffic.badHours);
    const isCrawled = hours.chance(traffic.crawledHours);
    if (isBad || isCrawled) disturbed.add(unit);
    const season =
      (weekend ? traffic.weekend : 0) + traffic.cycle * Math.cos((2 * Math.PI * (clock - 20)) / HOURS_OF_DAY);
    const common = (level[unit] as number) + season + (isBad ? BAD : 0);
    const evening = EVENING[clock] as number;
    const drift = traffic.mixDrift * ((unit - history) / HOURS_OF_DAY);
    const mobile = 0.4 + 0.2 * evening + (weekend ? 0.12 : 0) + drift;
    const tablet = mobile + 0.04 + 0.03 * evening;
    const newest = releases.findLast(({ from }) => unit >= from) as Release;
    const share = rollOut(unit - switchAt);
    const now = share >= 1 ? views : share <= 0 ? 0 : binomial(random, views, share);
    const serve = (build: number, n: number, own: number): void => {
      let device = 0;
      let visitor = 0;
      for (let view = 0; view < n; view += 1) {
        if (view % traffic.viewsPerVisitor === 0) {
          const u = random.uniform();
          device = u < mobile ? 0 : u < tablet ? 1 : 2;
          visitor = HALF * random.normal();
        }
        const single = HALF * (traffic.heavyTails ? studentT4(random) : random.normal());
        const spread = VIEW * values.spread * (visitor + single);
        const route = routes?.choose(random) ?? 0;
        const ofRoute = routes?.levelOf(route, build) ?? 0;
        const middle = own + ofRoute + (DEVICE_LEVELS[device] as number);
        const log = drawValue(values, middle + spread, random);
        recorder.add(device, log);
        routes?.record(route, device, log);
      }
      if (isCrawled) {
        for (let view = 0; view < CRAWLER * n; view += 1) {
          recorder.add(2, Math.log(values.median) - 0.7 + 0.2 * random.normal());
        }
      }
      recorder.flush(sketches, build, unit);
      routes?.endHour(build, unit);
    };
    const base = Math.log(values.median) + common;
    routes?.beginDay(Math.floor((firstHour + unit) / HOURS_OF_DAY));
    serve(newest.build, views - now, base + newest.level);
    serve(CURRENT, now, base + (releases.at(-1) as Release).level + simulation.effect);
  }
  return {
    metric,
    sketches,
    ofRoutes: routes?.sketches ?? [],
    firstHour,
    switchHour,
    baselineHour: firstHour + Math.max(0, (releases.at(-1) as Release).from),
    disturbed,
  };
}

type Release = { build: number; from: number; level: number };

/** Releases before the switch, the baseline last; what one changed stays. */
function earlierReleases({ gaps, changes }: Traffic, history: number, random: Random): Release[] {
  const starts: number[] = [];
  for (let at = history; at > 0; ) {
    // The baseline has two days, unless all releases have the same time.
    const isBaseline = starts.length === 0 && gaps.length > 1;
    at -= isBaseline ? 48 : (gaps[Math.floor(random.uniform() * gaps.length)] as number);
    starts.unshift(at);
  }
  let level = 0;
  return starts.map((from, i) => {
    const isBaseline = i === starts.length - 1;
    if (!isBaseline && random.chance(changes.chance)) level += changes.size * random.normal();
    return { build: isBaseline ? BASELINE : OLDER + i, from: i === 0 ? 0 : from, level };
  });
}

/** The level of each hour: days, hours and a random walk. */
function levels(traffic: Traffic, firstHour: number, hours: number, random: Random): Float64Array {
  const { day, dayMemory, hour, hourKeeps, walk } = traffic;
  const keeps = dayMemory === null ? 0 : Math.exp(-1 / dayMemory);
  let dayLevel = day * random.normal();
  let hourLevel = hour * random.normal();
  let walked = 0;
  return Float64Array.from({ length: hours }, (_, unit) => {
    if (dayMemory !== null)
      dayLevel = keeps * dayLevel + Math.sqrt(1 - keeps * keeps) * day * random.normal();
    else if ((firstHour + unit) % HOURS_OF_DAY === 0) dayLevel = day * random.normal();
    hourLevel = hourKeeps * hourLevel + Math.sqrt(1 - hourKeeps * hourKeeps) * hour * random.normal();
    walked += (walk / Math.sqrt(HOURS_OF_DAY)) * random.normal();
    return dayLevel + hourLevel + walked;
  });
}

function drawValue({ zeros, step }: Values, log: number, random: Random): number {
  if (zeros > 0 && random.chance(zeros)) return Number.NEGATIVE_INFINITY;
  return step === 0 ? log : Math.log(step * Math.ceil(Math.exp(log) / step));
}

/** Student's t with 4 degrees of freedom, scaled to a variance of 1. */
function studentT4(random: Random): number {
  const chiSquare = -2 * Math.log((1 - random.uniform()) * (1 - random.uniform()));
  return random.normal() / Math.sqrt(chiSquare / 4) / Math.SQRT2;
}

/** A number around `mean`: Poisson's distribution, of large means the normal one. */
function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let n = 0;
  for (let left = Math.exp(-mean), p = random.uniform(); p > left; p *= random.uniform()) n += 1;
  return n;
}

function binomial(random: Random, n: number, share: number): number {
  let hits = 0;
  for (let i = 0; i < n; i += 1) hits += Number(random.chance(share));
  return hits;
}

/** The table of a site, as it was after so many hours. */
export function tableOf({ metric, sketches }: SimulatedSite, units = Number.POSITIVE_INFINITY): CellTable {
  const table = new CellTable(scaleOf(metric));
  for (const { build, unit, cell, decoded } of sketches) {
    if (unit < units) table.add(build, unit, cell, decoded, 0);
  }
  return table;
}
