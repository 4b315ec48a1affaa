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

const dayShifted = (length: number): ComparisonPlan => ({
  ...{ kind: "day-shifted", current: hours(0, length) },
  days: Array.from({ length: 7 }, (_, i) => hours(-24 * (i + 1), -24 * (i + 1) + Math.min(length, 24))),
});

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

  it("reads whole earlier days of routes as days, and parts of them by the hour", () => {
    const whole = layoutOf(dayShifted(24), BUILDS, "coarse");
    expect(whole.slices.slice(1).every(({ grain, units }) => grain === "daily" && units.size === 1)).toBe(
      true,
    );
    expect([...(whole.slices[1]?.units ?? [])]).toEqual([[DAY_0 / 24 - 1, 0]]);
    expect(whole).toMatchObject({ unitsOfDay: 1, units: { current: 24, baseline: 7 } });
    const part = layoutOf(dayShifted(5), BUILDS, "coarse");
    expect(part.slices.slice(1).every(({ grain, units }) => grain === "hourly" && units.size === 5)).toBe(
      true,
    );
    const fine = layoutOf(dayShifted(24), BUILDS, "fine");
    expect(fine).toMatchObject({ unitsOfDay: 24, units: { current: 24, baseline: 168 } });
    expect(fine.slices.every(({ grain }) => grain === "hourly")).toBe(true);
  });

  it("has the earlier days of both halves of a switch, whichever release was live", () => {
    const { slices, units } = layoutOf(
      { kind: "before-after", current: hours(0, 4), baseline: hours(-4, 0), shifts: [1, 2, 3, 4] },
      BUILDS,
      "fine",
    );
    expect(units).toEqual({ current: 1, baseline: 1 });
    expect(slices).toHaveLength(2 + 8);
    expect(slices.slice(2).every(({ buildVersion }) => buildVersion === null)).toBe(true);
    expect([...(slices[2]?.units ?? [])][0]).toEqual([DAY_0 - 24, 0]);
    expect([...(slices[3]?.units ?? [])][0]).toEqual([DAY_0 - 28, 0]);
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

  it("give the hours of a day that is not over those of the earlier days", () => {
    const plan = dayShifted(2);
    const fine = layoutOf(plan, BUILDS, "fine");
    const perDay = Array.from({ length: 24 }, (_, clock) => (clock < 2 ? 100 * (clock + 1) : 0));
    const table = tableOf([50, 50], Array.from({ length: 7 }, () => perDay).flat());
    const weights = weightsOf(table, plan, fine, fine);
    expect([...weights.current].slice(0, 3)).toEqual([14, 28, 0]);
    expect([...weights.baseline].slice(0, 3)).toEqual([1, 1, 0]);
    const coarse = layoutOf(plan, BUILDS, "coarse");
    expect([...weightsOf(table, plan, fine, coarse).baseline]).toEqual(Array(7).fill(1));
  });
});
