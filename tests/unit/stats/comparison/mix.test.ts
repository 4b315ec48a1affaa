import { describe, expect, it } from "vitest";
import { Random } from "../../../../app/cli/sample/random";
import { MixAccumulator } from "../../../../app/stats/comparison/mix";
import {
  BASELINE,
  CURRENT,
  goodPoint,
  poolStrata,
  Scratch,
  type SidePools,
} from "../../../../app/stats/comparison/pools";
import { MILLISECONDS } from "../../../../app/stats/sketch/scale";
import { type Entry, ones, tableOf, times } from "./tables";

const [MOBILE, DESKTOP, TABLET] = [0, 1, 2];

const GOOD = goodPoint("LCP", MILLISECONDS);

type Cells = Array<[cell: number, values: readonly number[]]>;

function poolsOf(current: Cells, baseline: Cells): { current: SidePools; baseline: SidePools } {
  const entriesOf = (side: number, cells: Cells): Entry[] =>
    cells.map(([cell, values]) => ({ side, unit: 0, cell, values }));
  const table = tableOf("LCP", [...entriesOf(CURRENT, current), ...entriesOf(BASELINE, baseline)]);
  const scratch = new Scratch();
  return {
    current: poolStrata(table, CURRENT, ones(1), scratch),
    baseline: poolStrata(table, BASELINE, ones(1), scratch),
  };
}

function mixOf(...tables: Array<{ current: SidePools; baseline: SidePools }>) {
  const mix = new MixAccumulator(MILLISECONDS);
  for (const { current, baseline } of tables) mix.add(current, baseline);
  return mix.effect("log", GOOD);
}

describe("what the mix explains", () => {
  it("is all of the change where nothing changed inside the devices", () => {
    // As in practice: phones twice as slow as desktops, and their share from 30 to 40 %.
    const random = new Random(1, "mix");
    const [phones, desktops] = [times(random, 4_000, 2_500), times(random, 7_000, 1_250)];
    const { effect, good, leftOut } = mixOf(
      poolsOf(
        [
          [MOBILE, phones],
          [DESKTOP, desktops.slice(0, 6_000)],
        ],
        [
          [MOBILE, phones.slice(0, 3_000)],
          [DESKTOP, desktops],
        ],
      ),
    );
    expect(Math.expm1(effect)).toBeGreaterThan(0.06);
    expect(Math.expm1(effect)).toBeLessThan(0.11);
    // Of the share of good samples too: 10 points from devices that are not as good.
    expect(good).toBeLessThan(-0.01);
    expect(leftOut).toBe(0);
  });

  it("is nothing where the shares are the same, however much the times changed", () => {
    const random = new Random(2, "same shares");
    const slow = (values: readonly number[]): number[] => values.map((value) => 1.5 * value);
    const [phones, desktops] = [times(random, 400, 2_500), times(random, 600, 1_250)];
    const { effect } = mixOf(
      poolsOf(
        [
          [MOBILE, slow(phones)],
          [DESKTOP, slow(desktops)],
        ],
        [
          [MOBILE, phones],
          [DESKTOP, desktops],
        ],
      ),
    );
    expect(effect).toBe(0);
  });

  it("leaves cells with fewer than 30 samples on a side out, and says how much that is", () => {
    const random = new Random(3, "left out");
    const values = (n: number): number[] => times(random, n, 1_500);
    const { leftOut } = mixOf(
      poolsOf(
        [
          [MOBILE, values(29)],
          [DESKTOP, values(971)],
        ],
        [
          [MOBILE, values(500)],
          [DESKTOP, values(500)],
        ],
      ),
    );
    expect(leftOut).toBeCloseTo(0.5, 12);
    const thirty = mixOf(
      poolsOf(
        [
          [MOBILE, values(30)],
          [DESKTOP, values(970)],
        ],
        [
          [MOBILE, values(500)],
          [DESKTOP, values(500)],
        ],
      ),
    );
    expect(thirty.leftOut).toBe(0);
  });

  it("leaves devices that one side lacks out", () => {
    const random = new Random(4, "absent");
    const values = (n: number): number[] => times(random, n, 1_500);
    const { leftOut } = mixOf(
      poolsOf(
        [
          [DESKTOP, values(300)],
          [TABLET, values(100)],
        ],
        [[DESKTOP, values(400)]],
      ),
    );
    expect(leftOut).toBeCloseTo(0.25, 12);
  });

  it("is nothing known where nothing can be matched", () => {
    const random = new Random(5, "nothing");
    expect(
      mixOf(poolsOf([[MOBILE, times(random, 90, 1_500)]], [[DESKTOP, times(random, 90, 1_500)]])),
    ).toEqual({ effect: 0, good: 0, leftOut: 1 });
    expect(new MixAccumulator(MILLISECONDS).effect("log", GOOD)).toEqual({ effect: 0, good: 0, leftOut: 0 });
  });

  it("is that of routes too: a fast route that is visited more lowers the whole", () => {
    const random = new Random(6, "routes");
    const route = (now: number, before: number, median: number) => {
      const values = times(random, Math.max(now, before), median);
      return poolsOf([[DESKTOP, values.slice(0, now)]], [[DESKTOP, values.slice(0, before)]]);
    };
    expect(mixOf(route(3_000, 1_000, 800), route(1_000, 1_000, 3_000)).effect).toBeLessThan(-0.2);
    expect(Math.abs(mixOf(route(1_000, 1_000, 800), route(1_000, 1_000, 3_000)).effect)).toBe(0);
  });

  it("is counted anew after it was cleared", () => {
    const random = new Random(7, "cleared");
    const mix = new MixAccumulator(MILLISECONDS);
    const some = poolsOf([[DESKTOP, times(random, 90, 900)]], [[MOBILE, times(random, 90, 1_500)]]);
    mix.add(some.current, some.baseline);
    mix.clear();
    expect(mix.effect("log", GOOD)).toEqual({ effect: 0, good: 0, leftOut: 0 });
  });
});
