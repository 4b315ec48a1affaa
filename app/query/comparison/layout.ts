import type { CellTable } from "../../stats/comparison/cell-table";
import { pairedWeights, type SideWeights } from "../../stats/comparison/concurrent";
import { CLOCK_HOURS, clockWeights } from "../../stats/comparison/earlier-days";
import type { ComparisonPlan, Hours } from "./plan";
import { BASELINE, CURRENT, EARLIER_AFTER, EARLIER_BEFORE, samplesByUnit } from "../../stats/comparison/pools";
import type { Grain } from "../../storage/summaries.server";
import { HOURS_OF_DAY } from "../../vitals/time";

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
  /** Of the day-shifted kind: units of an earlier day. */
  unitsOfDay: number;
  /** The unit of this layout that a unit of the fine one lies in. */
  fromFine: { current: (unit: number) => number; baseline: (unit: number) => number };
};

/** Up to so many hours of single routes are kept apart, as it is they whose spread counts. */
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
  ...{ side, buildVersion, grain: "hourly" },
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
  const coarse = grade === "coarse";
  const { current, baseline } = builds;
  const many = plan.current.length > MOST_SINGLE_HOURS;
  switch (plan.kind) {
    case "concurrent": {
      const blocks = numberBlocks(plan.current, coarse && many ? JOINED_HOURS : 1);
      const fromFine = (unit: number): number => blocks.of(plan.current[unit] as number);
      return {
        slices: [
          hourly(CURRENT, current, plan.current, blocks.of),
          hourly(BASELINE, baseline, plan.baseline, blocks.of),
        ],
        units: { current: blocks.count, baseline: blocks.count },
        unitsOfDay: 1,
        fromFine: { current: fromFine, baseline: fromFine },
      };
    }
    case "day-shifted": {
      const days = plan.days.length;
      const joined = numberBlocks(plan.current, HOURS_OF_DAY);
      const clock = (hour: number): number => hour % CLOCK_HOURS;
      const ofDay = (hours: Hours, day: number): Slice =>
        hourly(BASELINE, baseline, hours, (hour) => (coarse ? day : day * CLOCK_HOURS + clock(hour)));
      return {
        slices: [
          hourly(CURRENT, current, plan.current, coarse && many ? joined.of : clock),
          ...plan.days.map((hours, day) => (coarse ? wholeDay(ofDay(hours, day)) : ofDay(hours, day))),
        ],
        units: {
          current: coarse && many ? joined.count : CLOCK_HOURS,
          baseline: coarse ? days : days * CLOCK_HOURS,
        },
        unitsOfDay: coarse ? 1 : CLOCK_HOURS,
        fromFine: { current: same, baseline: (unit) => Math.floor(unit / CLOCK_HOURS) },
      };
    }
    case "before-after":
      return {
        slices: [
          hourly(CURRENT, current, plan.current, () => 0),
          hourly(BASELINE, baseline, plan.baseline, () => 0),
          ...plan.shifts.flatMap((back, day) => {
            const earlier = (hours: Hours): Hours => hours.map((hour) => hour - back * HOURS_OF_DAY);
            return [
              hourly(EARLIER_AFTER, null, earlier(plan.current), () => day),
              hourly(EARLIER_BEFORE, null, earlier(plan.baseline), () => day),
            ];
          }),
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
  unitsOfDay: 1,
  fromFine: { current: same, baseline: same },
} as const;

/** A day's hours as the day, where they are all of it. */
function wholeDay(slice: Slice): Slice {
  if (slice.units.size !== HOURS_OF_DAY) return slice;
  const [[first, unit] = [0, 0]] = slice.units;
  return { ...slice, grain: "daily", units: new Map([[Math.floor(first / HOURS_OF_DAY), unit]]) };
}

/** More days of a whole life are not read. */
const MOST_DAYS = 30;

function lifetimeSlice(buildVersion: string, hours: Hours): Slice {
  const days = [...new Set(hours.map((hour) => Math.floor(hour / HOURS_OF_DAY)))].slice(-MOST_DAYS);
  return { side: BASELINE, grain: "daily", buildVersion, units: new Map(days.map((day) => [day, 0])) };
}

const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

/**
 * Weights of a sample in each unit of a layout, from the samples of the view as a whole, so that they are the same for all
 * of its routes.
 * @param site the table of the view as a whole, laid out as `fine`
 */
export function weightsOf(site: CellTable, plan: ComparisonPlan, fine: Layout, wanted: Layout): SideWeights {
  const samples = {
    current: samplesByUnit(site, CURRENT, fine.units.current),
    baseline: samplesByUnit(site, BASELINE, fine.units.baseline),
  };
  const { units } = wanted;
  if (plan.kind === "concurrent") {
    return pairedWeights({
      current: joined(samples.current, units.current, wanted.fromFine.current),
      baseline: joined(samples.baseline, units.baseline, wanted.fromFine.baseline),
    });
  }
  if (plan.kind !== "day-shifted") return { current: ones(1), baseline: ones(1) };
  const byClock = clockWeights({
    current: samples.current,
    baseline: joined(samples.baseline, CLOCK_HOURS, (unit) => unit % CLOCK_HOURS),
  });
  return {
    // Over several days every clock hour has had its turn.
    current: units.current === CLOCK_HOURS ? byClock.current : ones(units.current),
    baseline:
      wanted.unitsOfDay === CLOCK_HOURS
        ? ones(units.baseline).map((_, unit) => byClock.baseline[unit % CLOCK_HOURS] as number)
        : ones(units.baseline),
  };
}

function joined(samples: Float64Array, units: number, unitOf: (unit: number) => number): Float64Array {
  const sums = new Float64Array(units);
  samples.forEach((n, unit) => {
    const at = unitOf(unit);
    sums[at] = (sums[at] as number) + n;
  });
  return sums;
}
