import { describe, expect, it } from "vitest";
import { Random } from "../../../../../app/cli/sample/random";
import { RouteMixShift } from "../../../../../app/stats/comparison/joint/mix-shift";
import { FIRST_EARLIER_DAY, routeChange } from "../../../../../app/stats/comparison/joint/route-change";
import { BASELINE, CURRENT, Scratch } from "../../../../../app/stats/comparison/pools";
import { type Entry, tableOf, times } from "../tables";

const NO_TIME = { change: 0, variance: 0, days: 0 };

function entries(random: Random, { n = 700, factor = 1, days = 8, spread = 0 } = {}): Entry[] {
  const earlier = Array.from({ length: days }, (_, day) => ({
    side: FIRST_EARLIER_DAY + day,
    unit: 0,
    values: times(random, 350, 2_000 * Math.exp(spread * random.normal())),
  }));
  return [
    { side: CURRENT, unit: 0, values: times(random, n, 2_000 * factor) },
    { side: BASELINE, unit: 0, values: times(random, n, 2_000) },
    ...earlier,
  ];
}

const changeOf = (all: readonly Entry[], time = NO_TIME) => {
  const found = routeChange(tableOf("LCP", all), "LCP", 1, time, new Scratch());
  if (found === null) throw new Error("There is no change.");
  const { curve, share, degrees } = found;
  return { change: curve.changeOf(share.change), error: Math.sqrt(share.variance) * curve.slope, degrees };
};

describe("routeChange", () => {
  it("has an interval that covers no change in 93 to 99 of 100", () => {
    let covered = 0;
    const runs = 300;
    for (let run = 0; run < runs; run += 1) {
      const { change, error } = changeOf(entries(new Random(1, "covers").at(run), { n: 300 }));
      covered += Number(Math.abs(change) <= 2.06 * error);
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    expect(covered / runs).toBeLessThan(0.995);
  });

  it("finds a factor", () => {
    const { change } = changeOf(entries(new Random(1, "factor"), { n: 20_000, factor: 1.2 }));
    expect(change).toBeCloseTo(Math.log(1.2), 1);
  });

  it("has what days differ by itself on top", () => {
    const all = entries(new Random(1, "time"));
    const without = changeOf(all).error;
    const { error } = changeOf(all, { ...NO_TIME, variance: 0.04 ** 2 });
    expect(error).toBeGreaterThan(without);
    expect(error ** 2 - without ** 2).toBeCloseTo(0.04 ** 2, 3);
  });

  it("leaves out what time did to the whole site", () => {
    const all = entries(new Random(1, "time"));
    const without = changeOf(all).change;
    expect(changeOf(all, { ...NO_TIME, change: 0.05 }).change).toBeCloseTo(without - 0.05, 2);
  });

  it("leaves the good share alone where every sample is good", () => {
    const values = times(new Random(1, "good"), 400, 100);
    const table = tableOf(
      "LCP",
      [CURRENT, BASELINE].map((side) => ({ side, unit: 0, values })),
    );
    const found = routeChange(table, "LCP", 1, { change: 0.05, variance: 0.04 ** 2, days: 0 }, new Scratch());
    expect(found?.good.change).toBeCloseTo(0, 12);
    expect(found?.good.variance).toBe(0);
  });

  it("is narrower where cells explain a part of the samples' spread", () => {
    const random = new Random(1, "cells");
    const sides = [CURRENT, BASELINE].map((side) => ({ side, values: times(random, 700, 2_000) }));
    const errorOf = (cellOf: (value: number) => number): number => {
      const all = sides.flatMap(({ side, values }) =>
        [0, 1].map((cell) => ({
          side,
          unit: 0,
          cell,
          values: values.filter((value) => cellOf(value) === cell),
        })),
      );
      const found = routeChange(tableOf("LCP", all), "LCP", 2, NO_TIME, new Scratch());
      return Math.sqrt(found?.share.variance ?? 0);
    };
    const alike = errorOf((value) => Math.floor(value) % 2);
    expect(errorOf((value) => Number(value > 2_500)) / alike).toBeLessThan(0.8);
  });

  it("is wider where the route's own days differed by more, and never by more than nine times", () => {
    const quiet = changeOf(entries(new Random(1, "days"))).error;
    const wide = changeOf(entries(new Random(1, "days"), { spread: 0.5 })).error;
    expect(wide / quiet).toBeGreaterThan(1.2);
    expect(wide / quiet).toBeLessThan(3);
  });

  it("counts degrees of freedom by the earlier days", () => {
    expect(changeOf(entries(new Random(1, "degrees"), { days: 8 })).degrees).toBe(27);
    expect(changeOf(entries(new Random(1, "degrees"), { days: 0 })).degrees).toBe(20);
  });

  it("returns null where a side has no samples", () => {
    const [current] = entries(new Random(1, "alone"));
    expect(routeChange(tableOf("LCP", [current as Entry]), "LCP", 1, NO_TIME, new Scratch())).toBeNull();
  });
});

describe("RouteMixShift", () => {
  const route = (current: number, baseline: number, median: number) => {
    const random = new Random(1, `route ${median}`);
    return tableOf("LCP", [
      { side: CURRENT, unit: 0, values: times(random, current, median) },
      { side: BASELINE, unit: 0, values: times(random, baseline, median) },
    ]);
  };
  /** 2,500 ms, about the p75 of both routes together. */
  const threshold = () => {
    const bucket = tableOf("LCP", []).scale.edges.findIndex((edge) => edge >= 2_500);
    return { bucket, fraction: 1 };
  };

  it("is 0 where both releases have the same routes", () => {
    const shift = new RouteMixShift(threshold(), Float64Array.of(0.25));
    shift.add(route(500, 500, 1_000));
    shift.add(route(500, 500, 2_500));
    expect(shift.shift()).toBeCloseTo(0, 9);
  });

  it("is the part of the share that a slower route has more traffic by", () => {
    const shift = new RouteMixShift(threshold(), Float64Array.of(0.25));
    shift.add(route(200, 800, 1_000));
    shift.add(route(800, 200, 2_500));
    // Half of the slow route lies above, of the fast one 8 %: (0.8 - 0.2) · (0.5 - 0.08).
    expect(shift.shift()).toBeCloseTo(0.25, 1);
  });

  it("is 0 without samples", () =>
    expect(new RouteMixShift(threshold(), Float64Array.of(0.25)).shift()).toBe(0));
});
