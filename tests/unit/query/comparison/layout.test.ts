import { describe, expect, it } from "vitest";
import { layoutOf, weightsOf } from "../../../../app/query/comparison/layout";
import type { ComparisonPlan } from "../../../../app/query/comparison/plan";
import { CellTable } from "../../../../app/stats/comparison/cell-table";
import { BASELINE, CURRENT } from "../../../../app/stats/comparison/pools";
import { decodedFrom } from "../../../../app/stats/sketch/decoded-sketches";
import { MILLISECONDS } from "../../../../app/stats/sketch/scale";
import { addValue, createSketch } from "../../../../app/stats/sketch/sketch";

/** Midnight (UTC), in hours since the epoch. */
const DAY_0 = 20_000 * 24;
const BUILDS = { current: "new", baseline: "old" };

const hours = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => DAY_0 + from + i);

const concurrent = (length: number): ComparisonPlan => ({
  ...{ kind: "concurrent", current: hours(0, length), baseline: hours(0, length) },
});

const model: ComparisonPlan = {
  kind: "model",
  current: hours(10, 53),
  baseline: hours(-30, 10),
  switchHour: DAY_0 + 10,
  history: [],
  concurrent: [],
  earlierDays: [DAY_0 / 24 - 2, DAY_0 / 24 - 3],
};

/** A table with so many samples in each unit of both sides. */
function tableOf(current: readonly number[], baseline: readonly number[]): CellTable {
  const table = new CellTable(MILLISECONDS);
  const add = (side: number, counts: readonly number[]): void => {
    const sketches = counts.map((n) => {
      const sketch = createSketch(MILLISECONDS);
      addValue(sketch, 1_000, n);
      return sketch;
    });
    const decoded = decodedFrom(sketches);
    counts.forEach((_, unit) => {
      table.add(side, unit, 0, decoded, unit);
    });
  };
  add(CURRENT, current);
  add(BASELINE, baseline);
  return table;
}

describe("the layout of a table", () => {
  it("keeps the hours apart, of single routes up to two days", () => {
    for (const grade of ["fine", "coarse"] as const) {
      const { units, slices } = layoutOf(concurrent(48), BUILDS, grade);
      expect(units).toEqual({ current: 48, baseline: 48 });
      expect(slices.map(({ side, grain, buildVersion }) => [side, grain, buildVersion])).toEqual([
        [CURRENT, "hourly", "new"],
        [BASELINE, "hourly", "old"],
      ]);
    }
    expect(layoutOf(concurrent(168), BUILDS, "fine").units.current).toBe(168);
  });

  it("joins half days of routes where there are more hours, the same ones on both sides", () => {
    const { units, slices, fromFine } = layoutOf(concurrent(168), BUILDS, "coarse");
    expect(units).toEqual({ current: 14, baseline: 14 });
    const [current, baseline] = slices.map((slice) => [...slice.units.values()]);
    expect(current).toEqual(baseline);
    expect(current?.slice(10, 14)).toEqual([0, 0, 1, 1]);
    expect([0, 11, 12, 167].map(fromFine.current)).toEqual([0, 0, 1, 13]);
  });

  it("reads whole days of routes as days, and what is left of a stretch by the hour", () => {
    const { slices } = layoutOf(model, BUILDS, "coarse");
    const day = DAY_0 / 24;
    expect(
      slices.map(({ side, grain, buildVersion, units }) => [side, grain, buildVersion, units.size]),
    ).toEqual([
      [CURRENT, "daily", "new", 1],
      [CURRENT, "hourly", "new", 14 + 5],
      [BASELINE, "daily", "old", 1],
      [BASELINE, "hourly", "old", 6 + 10],
      [2, "daily", null, 1],
      [3, "daily", null, 1],
    ]);
    expect([...(slices[0]?.units.keys() ?? [])]).toEqual([day + 1]);
  });

  it("reads both releases of a single route by the hour", () => {
    const { slices } = layoutOf(model, BUILDS, "fine");
    expect(slices.slice(0, 2).map(({ grain, units }) => [grain, units.size])).toEqual([
      ["hourly", 43],
      ["hourly", 40],
    ]);
  });

  it("reads a whole life by the day, the newest 30", () => {
    const { slices } = layoutOf(
      { kind: "lifetime", current: hours(0, 4), baseline: hours(-40 * 24, 0) },
      BUILDS,
      "fine",
    );
    expect(slices[1]).toMatchObject({ side: BASELINE, grain: "daily" });
    expect([...(slices[1]?.units.keys() ?? [])]).toHaveLength(30);
    expect(Math.max(...(slices[1]?.units.keys() ?? []))).toBe(DAY_0 / 24 - 1);
  });
});

describe("the weights of its units", () => {
  it("come from the view as a whole, and are the same for all of its routes", () => {
    const plan = concurrent(3);
    const fine = layoutOf(plan, BUILDS, "fine");
    const weights = weightsOf(tableOf([100, 300, 2], [300, 100, 50]), plan, fine, fine);
    expect([...weights.current]).toEqual([0.75, 0.25, 0]);
    expect([...weights.baseline]).toEqual([0.25, 0.75, 0]);
  });

  it("are those of joined hours where hours are joined", () => {
    const plan = concurrent(72);
    const [fine, coarse] = [layoutOf(plan, BUILDS, "fine"), layoutOf(plan, BUILDS, "coarse")];
    const counts = (n: number): number[] => Array.from({ length: 72 }, () => n);
    const weights = weightsOf(tableOf(counts(10), counts(30)), plan, fine, coarse);
    expect([...weights.current]).toEqual(Array(6).fill(0.75));
    expect([...weights.baseline]).toEqual(Array(6).fill(0.25));
  });
});
