import { describe, expect, it } from "vitest";
import {
  assertQuarterAbove,
  expectedShares,
} from "../../../../../app/stats/comparison/joint/expected-shares";
import { jointEstimate } from "../../../../../app/stats/comparison/joint/joint-estimate";
import { normalQuantile } from "../../../../../app/stats/comparison/joint/normal-quantile";
import { BASELINE, CURRENT, Scratch } from "../../../../../app/stats/comparison/pools";
import type { Metric } from "../../../../../app/vitals/metrics";
import { type Entry, tableOf } from "../tables";
import { MONDAY } from "./observed";

/** Log-normal values without chance: evenly spread quantiles, others in each hour. */
function values(median: number, count: number, hour: number): number[] {
  const offset = ((hour + 1) * 0.618034) % 1;
  return Array.from({ length: count }, (_, i) => {
    return median * Math.exp(0.65 * normalQuantile((i + offset) / count));
  });
}

type Hour = { side: number; mobile?: number; median?: number; alike?: boolean };

/** Devices of an hour: 0 is a phone and twice as slow. */
const entriesOf = (hours: readonly Hour[]): Entry[] =>
  hours.flatMap(({ side, mobile = 20, median = 1_000, alike = false }, unit) => [
    { side, unit, cell: 0, values: values(2 * median, mobile, alike ? 0 : unit) },
    { side, unit, cell: 1, values: values(median, 40 - mobile, alike ? 0 : unit) },
  ]);

const hoursOf = (count: number, hour: Hour): Hour[] => Array.from({ length: count }, () => hour);

const estimate = (hours: readonly Hour[], metric: Metric = "LCP") => {
  const switchAt = hours.findIndex(({ side }) => side === CURRENT);
  return jointEstimate(
    {
      table: tableOf(metric, entriesOf(hours)),
      metric,
      cells: 2,
      firstHour: MONDAY,
      switchHour: MONDAY + switchAt,
      baselineFrom: 0,
    },
    new Scratch(),
  );
};

const changeOf = (found: ReturnType<typeof estimate>): number => {
  if (found === null) throw new Error("There is no estimate.");
  return found.curve.changeOf(found.fit.change / found.curve.slope);
};

const OLDER = 2;
const before = [...hoursOf(96, { side: OLDER }), ...hoursOf(48, { side: BASELINE })];

describe("jointEstimate", () => {
  it("is 0 where every hour is the same", () => {
    const same = [...before, ...hoursOf(48, { side: CURRENT })].map((hour) => ({ ...hour, alike: true }));
    expect(changeOf(estimate(same))).toBeCloseTo(0, 6);
  });

  it.each([1.1, 1.3, 0.8])("is the logarithm of a factor of %s", (factor) => {
    const found = estimate([...before, ...hoursOf(48, { side: CURRENT, median: 1_000 * factor })]);
    expect(changeOf(found)).toBeCloseTo(Math.log(factor), 1);
  });

  it("has nothing of another mix of devices in the change", () => {
    const found = estimate([...before, ...hoursOf(48, { side: CURRENT, mobile: 30 })]);
    expect(Math.abs(changeOf(found))).toBeLessThan(0.01);
    expect(found?.mixShift).toBeGreaterThan(0.05);
    expect(Math.abs(found?.good.change ?? 1)).toBeLessThan(0.01);
    expect(found?.good.mixShift).toBeLessThan(-0.01);
  });

  it("lies within its interval of a true change of the share of good samples", () => {
    const found = estimate([...before, ...hoursOf(48, { side: CURRENT, median: 1_300 })]);
    expect(found?.good.change).toBeLessThan(0);
    expect(found?.good.variance).toBeGreaterThan(0);
  });

  it("knows that all of the information is concurrent where both are always live", () => {
    const both = hoursOf(24, { side: CURRENT }).map((hour, i) => (i % 2 === 0 ? hour : { side: BASELINE }));
    const found = estimate([...hoursOf(24, { side: BASELINE }), ...both]);
    expect(found?.concurrent).toBeGreaterThan(0.7);
    expect(estimate([...before, ...hoursOf(48, { side: CURRENT })])?.concurrent).toBe(0);
  });

  it.each([
    [
      "the history is shorter than a day",
      [...hoursOf(11, { side: BASELINE }), ...hoursOf(12, { side: CURRENT })],
    ],
    ["a release has no samples", before],
  ])("returns null where %s", (_, hours) => expect(estimate(hours)).toBeNull());

  it("gives the points of its grid that explain the site, and the same change from them alone", () => {
    const hours = [...before, ...hoursOf(48, { side: CURRENT, median: 1_100 })];
    const first = estimate(hours);
    const again = jointEstimate(
      {
        table: tableOf("LCP", entriesOf(hours)),
        metric: "LCP",
        cells: 2,
        firstHour: MONDAY,
        switchHour: MONDAY + 144,
        baselineFrom: 0,
        points: first?.fit.points ?? [],
      },
      new Scratch(),
    );
    expect(changeOf(again)).toBeCloseTo(changeOf(first), 3);
    expect((again?.fit.variance ?? 0) / (first?.fit.variance ?? 1)).toBeCloseTo(1, 1);
  });
});

describe("expectedShares", () => {
  it("draws a cell with under 30 samples towards the share of all", () => {
    const ofCell = (cell: number, n: number, value: number): Entry => {
      return { side: BASELINE, unit: 0, cell, values: Array<number>(n).fill(value) };
    };
    const shares = (few: number): Float64Array => {
      const table = tableOf("LCP", [ofCell(0, 1_000, 100), ofCell(1, few, 9_000)]);
      const bucket = table.scale.edges.findIndex((edge) => edge >= 1_000);
      return expectedShares(table, { bucket, fraction: 1 }, 3);
    };
    expect(shares(30)[1]).toBe(1);
    expect(shares(29)[1]).toBeCloseTo((29 + (50 * 29) / 1_029) / 79, 10);
    expect(shares(29)[2]).toBeCloseTo(29 / 1_029, 10);
  });
});

describe("assertQuarterAbove", () => {
  it("accepts about a quarter", () => expect(() => assertQuarterAbove(30, 100)).not.toThrow());

  it.each([
    [0, 100],
    [100, 100],
    [40, 100],
    [0, 0],
  ])("throws for %s of %s", (above, samples) =>
    expect(() => assertQuarterAbove(above, samples)).toThrow(/instead of about 0.25/));
});
