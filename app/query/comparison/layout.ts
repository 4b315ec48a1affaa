import type { CellTable } from "../../stats/comparison/cell-table";
import { pairedWeights, type SideWeights } from "../../stats/comparison/concurrent";
import { FIRST_EARLIER_DAY } from "../../stats/comparison/joint/route-change";
import { BASELINE, CURRENT, samplesByUnit } from "../../stats/comparison/pools";
import type { Grain } from "../../storage/summary-sets";
import { HOURS_OF_DAY } from "../../vitals/time";
import type { ComparisonPlan, Hours } from "./plan";

/** Summaries of one side: units of a grain that are read, and the unit of the table that each of them becomes. */
export type Slice = {
  side: number;
  grain: Grain;
  /** `null`: whichever it was. */
  buildVersion: string | null;
  units: ReadonlyMap<number, number>;
};

/** Which builds are compared. */
export type Builds = { current: string; baseline: string };

/**
 * What a table's units are. `fine`: hours, for the view as a whole, which is one series. `coarse`: for thousands of
 * routes, hours are joined where nothing is lost by it (`Slice.units` then maps several of them to one).
 */
export type Layout = {
  slices: Slice[];
  /** Units of the two sides. */
  units: { current: number; baseline: number };
  /** The unit of this layout that a unit of the fine one lies in. */
  fromFine: { current: (unit: number) => number; baseline: (unit: number) => number };
};

/** Up to so many concurrent hours of single routes are kept apart: their spread is the variance. */
const MOST_SINGLE_HOURS = 48;

/** Then so many hours are joined (those of the same half day, UTC). */
const JOINED_HOURS = 12;

const same = (unit: number): number => unit;

const hourly = (
  side: number,
  buildVersion: string | null,
  hours: Hours,
  unitOf: (hour: number) => number,
): Slice => ({
  side,
  buildVersion,
  grain: "hourly",
  units: new Map(hours.map((hour) => [hour, unitOf(hour)])),
});

/** Numbers hours by the block of `length` hours (UTC) that they lie in, from 0 on. */
function numberBlocks(hours: Hours, length: number): { of: (hour: number) => number; count: number } {
  const numbers = new Map<number, number>();
  for (const hour of hours) {
    const block = Math.floor(hour / length);
    if (!numbers.has(block)) numbers.set(block, numbers.size);
  }
  return { of: (hour) => numbers.get(Math.floor(hour / length)) ?? 0, count: numbers.size };
}

/** How the tables of a plan are laid out. */
export function layoutOf(plan: ComparisonPlan, builds: Builds, grade: "fine" | "coarse"): Layout {
  const { current, baseline } = builds;
  switch (plan.kind) {
    case "concurrent": {
      const isJoined = grade === "coarse" && plan.current.length > MOST_SINGLE_HOURS;
      const blocks = numberBlocks(plan.current, isJoined ? JOINED_HOURS : 1);
      const fromFine = (unit: number): number => blocks.of(plan.current[unit] as number);
      return {
        slices: [
          hourly(CURRENT, current, plan.current, blocks.of),
          hourly(BASELINE, baseline, plan.baseline, blocks.of),
        ],
        units: { current: blocks.count, baseline: blocks.count },
        fromFine: { current: fromFine, baseline: fromFine },
      };
    }
    case "model":
      return {
        slices:
          grade === "fine"
            ? [
                hourly(CURRENT, current, plan.current, same),
                hourly(BASELINE, baseline, plan.baseline, same),
                ...daySlices(plan.earlierDays),
              ]
            : [
                ...stretchSlices(CURRENT, current, plan.current),
                ...stretchSlices(BASELINE, baseline, plan.baseline),
                ...daySlices(plan.earlierDays),
              ],
        ...ONE_UNIT,
      };
    case "lifetime":
      return {
        slices: [hourly(CURRENT, current, plan.current, () => 0), lifetimeSlice(baseline, plan.baseline)],
        ...ONE_UNIT,
      };
  }
}

const ONE_UNIT = {
  units: { current: 1, baseline: 1 },
  fromFine: { current: same, baseline: same },
} as const;

/** Each earlier day is a side of its own, whichever release was live. */
const daySlices = (days: readonly number[]): Slice[] =>
  days.map((day, i) => ({
    side: FIRST_EARLIER_DAY + i,
    grain: "daily",
    buildVersion: null,
    units: new Map([[day, 0]]),
  }));

/** A stretch of hours, its whole days (UTC) read as days. */
function stretchSlices(side: number, buildVersion: string, hours: Hours): Slice[] {
  const byDay = new Map<number, number[]>();
  for (const hour of hours) {
    const day = Math.floor(hour / HOURS_OF_DAY);
    byDay.set(day, [...(byDay.get(day) ?? []), hour]);
  }
  const days: Array<[number, number]> = [];
  const rest: Array<[number, number]> = [];
  for (const [day, own] of byDay) {
    if (own.length === HOURS_OF_DAY) days.push([day, day]);
    else for (const hour of own) rest.push([hour, day]);
  }
  return [
    { side, buildVersion, grain: "daily", units: new Map(days) },
    { side, buildVersion, grain: "hourly", units: new Map(rest) },
  ];
}

/** More days of a whole life are not read. */
const MOST_DAYS = 30;

const newestDays = (hours: Hours): ReadonlySet<number> =>
  new Set([...new Set(hours.map((hour) => Math.floor(hour / HOURS_OF_DAY)))].slice(-MOST_DAYS));

const lifetimeSlice = (buildVersion: string, hours: Hours): Slice => ({
  side: BASELINE,
  grain: "daily",
  buildVersion,
  units: new Map([...newestDays(hours)].map((day) => [day, 0])),
});

/** The hours of both sides that a chart has: all compared ones, of a whole life those of its newest days. */
export function chartHours({ kind, current, baseline }: ComparisonPlan): { current: Hours; baseline: Hours } {
  if (kind !== "lifetime") return { current, baseline };
  const days = newestDays(baseline);
  return { current, baseline: baseline.filter((hour) => days.has(Math.floor(hour / HOURS_OF_DAY))) };
}

/** Both sides hour by hour. */
export const hourlySlices = (
  { current, baseline }: { current: Hours; baseline: Hours },
  builds: Builds,
): Slice[] => [
  hourly(CURRENT, builds.current, current, same),
  hourly(BASELINE, builds.baseline, baseline, same),
];

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

/**
 * Weights of a sample in each unit of a layout, from the samples of the view as a whole, so that they are the same for all
 * of its routes.
 * @param site the table of the view as a whole, laid out as `fine`
 */
export function weightsOf(site: CellTable, plan: ComparisonPlan, fine: Layout, wanted: Layout): SideWeights {
  if (plan.kind !== "concurrent") return { current: ones(1), baseline: ones(1) };
  const samples = {
    current: samplesByUnit(site, CURRENT, new Float64Array(fine.units.current)),
    baseline: samplesByUnit(site, BASELINE, new Float64Array(fine.units.baseline)),
  };
  return pairedWeights({
    current: joined(samples.current, wanted.units.current, wanted.fromFine.current),
    baseline: joined(samples.baseline, wanted.units.baseline, wanted.fromFine.baseline),
  });
}

function joined(samples: Float64Array, units: number, unitOf: (unit: number) => number): Float64Array {
  const sums = new Float64Array(units);
  samples.forEach((n, unit) => {
    const at = unitOf(unit);
    sums[at] = (sums[at] as number) + n;
  });
  return sums;
}
