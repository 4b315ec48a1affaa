import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../../app/cli/sample/random";
import type { CellTable } from "../../../../app/stats/comparison/cell-table";
import {
  CLOCK_HOURS,
  clockWeights,
  compareBeforeAfter,
  compareDayShifted,
} from "../../../../app/stats/comparison/earlier-days";
import type { Estimate } from "../../../../app/stats/comparison/estimate";
import { compareLifetime } from "../../../../app/stats/comparison/lifetime";
import {
  BASELINE,
  CURRENT,
  EARLIER_AFTER,
  EARLIER_BEFORE,
  Scratch,
  samplesByUnit,
} from "../../../../app/stats/comparison/pools";
import { type Entry, ones, sidesOf, tableOf, times } from "./tables";

/** A day-shifted comparison with the hours kept apart, as the site as a whole has it. */
function dayShifted(table: CellTable, days: number, currentDays = 1): Estimate {
  const samples = samplesByUnit(table, BASELINE, days * CLOCK_HOURS);
  const byClock = new Float64Array(CLOCK_HOURS);
  samples.forEach((n, unit) => {
    byClock[unit % CLOCK_HOURS] = (byClock[unit % CLOCK_HOURS] as number) + n;
  });
  const clock = clockWeights({ current: samplesByUnit(table, CURRENT, CLOCK_HOURS), baseline: byClock });
  const weights = {
    current: clock.current,
    baseline: ones(days * CLOCK_HOURS).map((_, unit) => clock.baseline[unit % CLOCK_HOURS] as number),
  };
  const scratch = new Scratch();
  const sides = sidesOf(table, "LCP", weights, scratch);
  const layout = { days, unitsOfDay: CLOCK_HOURS, currentDays };
  return compareDayShifted(table, "LCP", layout, weights, sides.current, scratch);
}

type Days = {
  days: number;
  perHour: number;
  change?: number;
  hoursOfCurrent?: number;
  daySpread?: number;
  clock?: (hour: number) => number;
};

function daysOf(
  random: Random,
  { days, perHour, change = 0, hoursOfCurrent = 24, daySpread = 0.03, clock = () => 1 }: Days,
): CellTable {
  const day = (side: number, first: number, hours: number, by: number): Entry[] => {
    const level = daySpread * random.normal() + by;
    return Array.from({ length: hours }, (_, hour) => ({
      side,
      unit: first + hour,
      values: times(random, perHour, 1_500 * clock(hour) * Math.exp(level + 0.05 * random.normal())),
    }));
  };
  return tableOf("LCP", [
    ...day(CURRENT, 0, hoursOfCurrent, change),
    ...Array.from({ length: days }, (_, i) => day(BASELINE, i * CLOCK_HOURS, 24, 0)).flat(),
  ]);
}

/** Mean and variance of the differences of many runs, and the mean of the variances that they state. */
function runsOf(runs: number, make: () => Estimate): { mean: number; real: number; stated: number } {
  const estimates = Array.from({ length: runs }, make);
  const mean = estimates.reduce((sum, { difference }) => sum + difference, 0) / runs;
  return {
    mean,
    real: estimates.reduce((sum, { difference }) => sum + (difference - mean) ** 2, 0) / (runs - 1),
    stated: estimates.reduce((sum, { variance }) => sum + variance, 0) / runs,
  };
}

describe("the weights of clock hours", () => {
  it("give the current release's hours the shares of the baseline's, and leave out what one side lacks", () => {
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(fc.array(fc.tuple(count, count), { minLength: 24, maxLength: 24 }), (clocks) => {
        const current = Float64Array.from(clocks, ([n]) => n);
        const baseline = Float64Array.from(clocks, ([, n]) => n);
        const weights = clockWeights({ current, baseline });
        clocks.forEach(([n, m], clock) => {
          const mass = n * (weights.current[clock] as number);
          expect(mass).toBeCloseTo(n === 0 ? 0 : m, 9);
          expect(weights.baseline[clock]).toBe(n === 0 || m === 0 ? 0 : 1);
        });
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe("a release against earlier days", () => {
  it("is compared with the same clock hours, though it has but a few of them", () => {
    const random = new Random(1, "clock");
    // Nights are twice as fast as days, and the release has seen the night alone.
    const clock = (hour: number): number => (hour < 8 ? 0.5 : 1);
    const table = daysOf(random, { days: 7, perHour: 300, hoursOfCurrent: 8, clock, daySpread: 0 });
    const { difference, degrees } = dayShifted(table, 7);
    expect(Math.abs(difference)).toBeLessThan(0.06);
    expect(degrees).toBe(6);
  });

  it("has a prediction interval: the spread of the days, once for its own day and once for their mean", () => {
    const random = new Random(2, "spread");
    // So many samples that days are all that differs.
    const { real, stated, mean } = runsOf(60, () =>
      dayShifted(daysOf(random, { days: 7, perHour: 250, daySpread: 0.1 }), 7),
    );
    expect(real).toBeGreaterThan(0.006);
    expect(stated / (0.1 ** 2 * (1 + 1 / 7))).toBeGreaterThan(0.8);
    expect(stated / (0.1 ** 2 * (1 + 1 / 7))).toBeLessThan(1.3);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(real / 60));
  });

  it("with little traffic has its own sampling variance on top", () => {
    const random = new Random(3, "canary");
    const make = (own: number) => () => {
      const full = daysOf(random, { days: 7, perHour: 100 });
      const entries: Entry[] = [];
      for (let unit = 0; unit < 24; unit += 1) {
        entries.push({ side: CURRENT, unit, values: times(random, own, 1_500) });
      }
      const few = tableOf("LCP", entries);
      const table = tableOf("LCP", []);
      for (let entry = 0; entry < few.length; entry += 1) copy(few, entry, table);
      for (let entry = 0; entry < full.length; entry += 1) {
        if (full.sides[entry] === BASELINE) copy(full, entry, table);
      }
      return dayShifted(table, 7);
    };
    const { real, stated } = runsOf(80, make(4));
    expect(stated / real).toBeGreaterThan(0.75);
    expect(stated / real).toBeLessThan(2);
    expect(runsOf(20, make(100)).stated).toBeLessThan(0.6 * stated);
  });

  it("knows no spread of fewer than four days", () => {
    const random = new Random(4, "few days");
    expect(dayShifted(daysOf(random, { days: 4, perHour: 40 }), 4).degrees).toBe(3);
    expect(dayShifted(daysOf(random, { days: 3, perHour: 40 }), 3).degrees).toBeLessThan(1);
  });

  it("with the same samples every day differs by exactly nothing", () => {
    const random = new Random(5, "same");
    const hours = Array.from({ length: 24 }, () => times(random, 40, 1_500));
    const entries = hours.flatMap((values, hour): Entry[] => [
      { side: CURRENT, unit: hour, values },
      ...Array.from({ length: 7 }, (_, day) => ({ side: BASELINE, unit: day * CLOCK_HOURS + hour, values })),
    ]);
    const same = dayShifted(tableOf("LCP", entries), 7);
    expect([same.difference, same.identical]).toEqual([0, true]);
    const other = dayShifted(tableOf("LCP", [...entries, { side: CURRENT, unit: 3, values: [9] }]), 7);
    expect(other.identical).toBe(false);
  });
});

/** Copies an entry of one table into another. */
function copy(from: CellTable, entry: number, into: CellTable): void {
  const counts = new Float64Array(from.scale.edges.length);
  from.pour(entry, 1, counts);
  const buckets: number[] = [];
  const held: number[] = [];
  counts.forEach((count, bucket) => {
    if (count === 0) return;
    buckets.push(bucket);
    held.push(count);
  });
  const decoded = {
    buckets: Uint16Array.from(buckets),
    counts: Float64Array.from(held),
    starts: Int32Array.from([0, buckets.length]),
    samples: Float64Array.from([from.samples[entry] as number]),
  };
  into.add(from.sides[entry] as number, from.units[entry] as number, from.cells[entry] as number, decoded, 0);
}

type Halves = {
  days: number;
  n: number;
  change?: number;
  usual?: number;
  daySpread?: number;
  spread?: number;
};

function halvesOf(
  random: Random,
  { days, n, change = 0, usual = 0, daySpread = 0.03, spread = 0.03 }: Halves,
): CellTable {
  const entries: Entry[] = [];
  const day = (after: number, before: number, unit: number, by: number): void => {
    const level = daySpread * random.normal();
    const half = (side: number, more: number): void => {
      const median = 1_500 * Math.exp(level + more + spread * random.normal());
      entries.push({ side, unit, values: times(random, n, median) });
    };
    half(after, usual + by);
    half(before, 0);
  };
  day(CURRENT, BASELINE, 0, change);
  for (let i = 0; i < days; i += 1) day(EARLIER_AFTER, EARLIER_BEFORE, i, 0);
  return tableOf("LCP", entries);
}

function beforeAfter(table: CellTable, days: number): Estimate {
  const scratch = new Scratch();
  const sides = sidesOf(table, "LCP", { current: ones(1), baseline: ones(1) }, scratch);
  return compareBeforeAfter(table, "LCP", days, sides, scratch);
}

describe("the hours before and after a switch", () => {
  it("have what usually changes between them taken out", () => {
    const random = new Random(10, "usual");
    const { mean, real } = runsOf(40, () =>
      beforeAfter(halvesOf(random, { days: 10, n: 1_200, usual: 0.3, change: Math.log(1.2) }), 10),
    );
    expect(Math.abs(mean - Math.log(1.2))).toBeLessThan(4 * Math.sqrt(real / 40));
    const one = beforeAfter(halvesOf(random, { days: 10, n: 4_000, usual: 0.3 }), 10);
    // What the baseline's hours would have become by themselves.
    expect(Math.log(one.p75.current / one.p75.baseline)).toBeCloseTo(one.difference, 9);
    expect(one.degrees).toBe(9);
  });

  it("do not carry a day's own level, which is in both of them", () => {
    const random = new Random(11, "level");
    const calm = beforeAfter(halvesOf(random, { days: 10, n: 3_000, daySpread: 0 }), 10);
    const stormy = runsOf(20, () =>
      beforeAfter(halvesOf(random, { days: 10, n: 3_000, daySpread: 0.3 }), 10),
    );
    expect(stormy.stated).toBeLessThan(3 * calm.variance);
    expect(stormy.real).toBeLessThan(0.01);
  });

  it("state the variance with which their difference spreads", () => {
    const random = new Random(12, "variance");
    const { real, stated, mean } = runsOf(120, () => beforeAfter(halvesOf(random, { days: 10, n: 600 }), 10));
    expect(stated / real).toBeGreaterThan(0.7);
    expect(stated / real).toBeLessThan(1.5);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(real / 120));
  });

  it("know no spread of fewer than four days", () => {
    const random = new Random(13, "few days");
    expect(beforeAfter(halvesOf(random, { days: 4, n: 100 }), 4).degrees).toBe(3);
    expect(beforeAfter(halvesOf(random, { days: 3, n: 100 }), 3).degrees).toBeLessThan(1);
    // Days with fewer than 30 samples in a half tell nothing.
    const thin = [0, 1, 2, 3].flatMap((unit): Entry[] =>
      [EARLIER_AFTER, EARLIER_BEFORE].map((side) => ({
        side,
        unit,
        values: times(random, unit === 0 ? 29 : 90, 1_500),
      })),
    );
    const now = [CURRENT, BASELINE].map((side) => ({ side, unit: 0, values: times(random, 300, 1_500) }));
    expect(beforeAfter(tableOf("LCP", [...now, ...thin]), 4).degrees).toBeLessThan(1);
  });

  it("with the same samples in all of them differ by exactly nothing", () => {
    const values = times(new Random(14, "same"), 400, 1_500);
    const entries = [
      ...[CURRENT, BASELINE].map((side) => ({ side, unit: 0, values })),
      ...[0, 1, 2, 3, 4].flatMap((unit) =>
        [EARLIER_AFTER, EARLIER_BEFORE].map((side) => ({ side, unit, values })),
      ),
    ];
    const same = beforeAfter(tableOf("LCP", entries), 5);
    expect([same.difference, same.identical]).toEqual([0, true]);
    expect(
      beforeAfter(tableOf("LCP", [...entries, { side: CURRENT, unit: 0, values: [9] }]), 5).identical,
    ).toBe(false);
  });
});

describe("all there is of both releases", () => {
  const lifetime = (entries: readonly Entry[]): Estimate => {
    const table = tableOf("LCP", entries);
    return compareLifetime(table, "LCP", sidesOf(table, "LCP", { current: ones(1), baseline: ones(1) }));
  };

  it("has the interval of independent samples", () => {
    const random = new Random(20, "independent");
    const { real, stated } = runsOf(200, () =>
      lifetime([
        { side: CURRENT, unit: 0, values: times(random, 500, 1_500) },
        { side: BASELINE, unit: 0, values: times(random, 500, 1_500) },
      ]),
    );
    // Woodruff's for log-normal values: σ² · p(1 - p) / φ(z)² · (1 / n + 1 / m).
    const theory = (0.65 ** 2 * 0.1875 * 2) / 500 / 0.31777 ** 2;
    expect(stated / theory).toBeGreaterThan(0.93);
    expect(stated / theory).toBeLessThan(1.12);
    expect(stated / real).toBeGreaterThan(0.75);
    expect(stated / real).toBeLessThan(1.35);
  });

  it("is the same only sample by sample", () => {
    const values = times(new Random(21, "same"), 300, 1_500);
    const same = lifetime([CURRENT, BASELINE].map((side) => ({ side, unit: 0, values })));
    expect([same.difference, same.identical]).toEqual([0, true]);
    const highest = Math.max(...values);
    const other = lifetime([
      { side: CURRENT, unit: 0, values },
      { side: BASELINE, unit: 0, values: values.map((value) => (value === highest ? 2 * highest : value)) },
    ]);
    expect([other.difference, other.identical]).toEqual([0, false]);
  });
});
