import { describe, expect, it } from "vitest";
import {
  baselineSketches,
  baselineTrend,
  partsOfHistory,
  partsOfUnits,
} from "../../../../app/query/comparison/baseline-figures";
import type { LoadedUnit } from "../../../../app/query/comparison/cells.server";
import type { ComparisonPlan } from "../../../../app/query/comparison/plan";
import { activePeriod } from "../../../../app/query/comparison/release-verdicts.server";
import { createSketchDecoder } from "../../../../app/query/summaries/sketch-decoder";
import { emptySketches, type TrendPoint } from "../../../../app/query/view/view-result";
import { BASELINE, CURRENT } from "../../../../app/stats/comparison/pools";
import { packSketch } from "../../../../app/stats/sketch/packed-sketch";
import { MILLISECONDS } from "../../../../app/stats/sketch/scale";
import type { SummaryGroup } from "../../../../app/storage/summary-periods.server";
import { releaseTimeline } from "../../../../app/vitals/release-timeline";
import { HOUR } from "../../../../app/vitals/time";
import { sketchOf } from "../../stats/shapes";

/** Midnight (UTC), in hours since the epoch. */
const DAY_0 = 20_000 * 24;

const groupOf = (value: number, n: number): SummaryGroup => ({
  metric: "LCP",
  routes: [""],
  devices: ["desktop"],
  prefetched: [false],
  builds: ["old"],
  sketches: packSketch(sketchOf(MILLISECONDS, Array<number>(n).fill(value))),
});

/** What was read of the baseline in an hour from `DAY_0` on: `n` times the same value. */
const baselineHour = (hour: number, value: number, n = 40): LoadedUnit => ({
  ...{ side: BASELINE, unit: 0, at: DAY_0 + hour, groups: [groupOf(value, n)] },
});

const step = (from: number, to: number): TrendPoint => ({
  ...{ from: (DAY_0 + from) * HOUR, to: (DAY_0 + to) * HOUR, metrics: emptySketches() },
});

const hours = (...list: number[]): number[] => list.map((hour) => DAY_0 + hour);
const LCP75 = { metric: "LCP", percentile: 75 } as const;

const trendOf = (plan: ComparisonPlan, loaded: LoadedUnit[], steps: TrendPoint[]) =>
  baselineTrend(plan, partsOfUnits(loaded, createSketchDecoder(0)), LCP75, steps)?.map(({ n, value }) => [
    n,
    value === null ? null : Math.round(value / 100),
  ]);

describe("what the baseline measured", () => {
  it("is all that was read of it, and nothing of the current release", () => {
    const own: LoadedUnit = { ...baselineHour(0, 9_000), side: CURRENT };
    const loaded = [baselineHour(0, 1_000), own, baselineHour(1, 2_000)];
    expect(baselineSketches(partsOfUnits(loaded, createSketchDecoder(0))).LCP.n).toBe(80);
  });

  it("is the sketches of its build among those of an hour", () => {
    const both = groupOf(1_000, 30);
    const other = groupOf(2_000, 50);
    const hour: SummaryGroup = {
      ...both,
      routes: ["", ""],
      devices: ["desktop", "desktop"],
      prefetched: [false, false],
      builds: ["old", "new"],
      sketches: Buffer.concat([both.sketches, other.sketches]),
    };
    const parts = partsOfHistory(new Map([[DAY_0, [hour]]]), [DAY_0], "old", createSketchDecoder(0));
    expect(baselineSketches(parts).LCP.n).toBe(30);
  });
});

describe("the baseline's trend, on the clock of the view's", () => {
  it("has the same hours where both were live", () => {
    const plan: ComparisonPlan = { kind: "concurrent", current: hours(1, 2), baseline: hours(1, 2) };
    const loaded = [baselineHour(1, 1_000), baselineHour(2, 2_000, 29)];
    expect(trendOf(plan, loaded, [step(0, 1), step(1, 2), step(2, 3)])).toEqual([
      [0, null],
      [40, 10],
      [29, null],
    ]);
  });

  it("has the same clock hours of all its days", () => {
    const plan: ComparisonPlan = {
      kind: "model",
      current: hours(0, 1),
      baseline: hours(-48, -47, -24, -23),
      switchHour: DAY_0,
      history: [],
      concurrent: [],
      earlierDays: [],
    };
    const loaded = [baselineHour(-24, 1_000), baselineHour(-48, 1_000), baselineHour(-23, 3_000)];
    expect(trendOf(plan, loaded, [step(0, 1), step(1, 2)])).toEqual([
      [80, 10],
      [40, 30],
    ]);
  });

  it("has the hour in which a step of five minutes lies", () => {
    const plan: ComparisonPlan = { kind: "concurrent", current: hours(1), baseline: hours(1) };
    expect(trendOf(plan, [baselineHour(1, 1_000)], [step(1.25, 1.25 + 1 / 12)])).toEqual([[40, 10]]);
  });

  it("is none where clocks are not matched", () => {
    expect(
      trendOf({ kind: "lifetime", current: hours(0), baseline: hours(-1) }, [], [step(0, 1)]),
    ).toBeUndefined();
  });
});

describe("a decoder that remembers", () => {
  it("decodes a group once, as long as there is room", () => {
    const groups = [groupOf(1_000, 5), groupOf(2_000, 6), groupOf(3_000, 7)] as const;
    const decode = createSketchDecoder(1_000);
    const first = decode(groups[0]);
    expect([...first.samples]).toEqual([5]);
    expect(decode(groups[0])).toBe(first);
    // Room for two of them, at 18 bytes each: the least used goes first.
    const small = createSketchDecoder(40);
    const [a, b] = [small(groups[0]), small(groups[1])];
    expect(small(groups[0])).toBe(a);
    small(groups[2]);
    expect(small(groups[0])).toBe(a);
    expect(small(groups[1])).not.toBe(b);
    expect(small(groups[1])).toEqual(b);
  });

  it("stores nothing that is larger than its bound", () => {
    const group = groupOf(1_000, 5);
    const decode = createSketchDecoder(17);
    expect(decode(group)).not.toBe(decode(group));
    expect(decode(group)).toEqual(decode(group));
  });
});

describe("the times in which a release led", () => {
  const history = (builds: Record<string, number[]>) => {
    const list = Object.entries(builds).flatMap(([buildVersion, counts]) =>
      counts
        .map((pageViews, i) => ({ hour: DAY_0 + i, buildVersion, pageViews }))
        .filter((h) => h.pageViews > 0),
    );
    return { releases: { releases: [], timeline: releaseTimeline(list, new Set()), hours: list } };
  };
  const lived = (
    buildVersion: string,
    first: number | null,
    last: number,
    builds: Record<string, number[]>,
  ) => {
    const release = {
      buildVersion,
      firstSeenAt: first === null ? null : (DAY_0 + first) * HOUR,
      lastSeenAt: first === null ? null : (DAY_0 + last) * HOUR,
    };
    const times = activePeriod(release, history(builds));
    return times === null ? null : [times.from / HOUR - DAY_0, times.to / HOUR - DAY_0];
  };

  it("are those of its newest stretch, up to when it was replaced", () => {
    const builds = { a: [100, 100, 5, 100], b: [0, 0, 100, 5] };
    expect(lived("b", 1.5, 3.5, builds)).toEqual([2, 3]);
    expect(lived("a", 0.5, 3.5, builds)).toEqual([3, 4]);
  });

  it("of one that never led are those in which it was seen, and of one that was never seen none", () => {
    expect(lived("canary", 0.5, 1.5, { a: [980, 980], canary: [20, 20] })).toEqual([0, 2]);
    expect(lived("announced", null, 0, { a: [100] })).toBeNull();
  });
});
