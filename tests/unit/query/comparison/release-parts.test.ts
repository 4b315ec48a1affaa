import { describe, expect, it } from "vitest";
import type { LoadedUnit } from "../../../../app/query/comparison/cells.server";
import { trendOfHours, trendOfView } from "../../../../app/query/comparison/compared-trend";
import {
  partsOfHistory,
  partsOfUnits,
  sketchesOfParts,
} from "../../../../app/query/comparison/release-parts";
import { activePeriod } from "../../../../app/query/comparison/release-verdicts.server";
import { createSketchDecoder } from "../../../../app/query/summaries/sketch-decoder";
import { emptyTrend } from "../../../../app/query/view/trend-steps";
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

const hours = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => DAY_0 + from + i);

/** Units of one side: `n` times the same value in each hour. */
const unitsOf = (side: number, list: readonly number[], value: number, n = 40): LoadedUnit[] =>
  list.map((at) => ({ side, unit: 0, at, groups: [groupOf(value, n)] }));

const partsOf = (list: readonly number[], value: number, n = 40) =>
  partsOfUnits(unitsOf(BASELINE, list, value, n), BASELINE, createSketchDecoder(0));

describe("sketchesOfParts", () => {
  it("is everything of one side, and nothing of the other", () => {
    const own: LoadedUnit = { ...baselineHour(0, 9_000), side: CURRENT };
    const loaded = [baselineHour(0, 1_000), own, baselineHour(1, 2_000)];
    expect(sketchesOfParts(partsOfUnits(loaded, BASELINE, createSketchDecoder(0))).LCP.n).toBe(80);
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
    expect(sketchesOfParts(parts).LCP.n).toBe(30);
  });
});

describe("trendOfHours", () => {
  const counts = (trend: ReturnType<typeof trendOfHours>) =>
    trend?.steps.map(({ from, current, baseline }) => [from / HOUR - DAY_0, current.n, baseline.n]);

  it("spans the compared hours of both releases, each at its own times, with their gap", () => {
    const own = { current: hours(12, 14), baseline: hours(0, 3) };
    const parts = { current: partsOf(own.current, 2_000), baseline: partsOf(own.baseline, 1_000, 50) };
    const trend = trendOfHours(own, parts, "LCP");
    expect([trend?.step, trend?.steps.length]).toEqual([HOUR, 14]);
    expect(trend?.window).toEqual({ from: DAY_0 * HOUR, to: (DAY_0 + 14) * HOUR });
    expect(counts(trend)?.filter(([, current, baseline]) => current !== 0 || baseline !== 0)).toEqual([
      ...[0, 1, 2].map((hour) => [hour, 0, 50]),
      ...[12, 13].map((hour) => [hour, 40, 0]),
    ]);
  });

  it("has both releases in an hour in which both are compared", () => {
    const own = { current: hours(0, 4), baseline: hours(0, 4) };
    const parts = { current: partsOf(own.current, 2_000), baseline: partsOf(own.baseline, 1_000, 50) };
    expect(counts(trendOfHours(own, parts, "LCP"))).toEqual([0, 1, 2, 3].map((hour) => [hour, 40, 50]));
  });

  it("has no step with hours from before and after the switch", () => {
    const own = { current: hours(25, 80), baseline: hours(0, 25) };
    const parts = { current: partsOf(own.current, 2_000), baseline: partsOf(own.baseline, 1_000) };
    const trend = trendOfHours(own, parts, "LCP");
    expect(trend?.step).toBe(3 * HOUR);
    expect(trend?.steps.filter(({ current, baseline }) => current.n > 0 && baseline.n > 0)).toEqual([]);
    expect(trend?.steps.some(({ from }) => from === (DAY_0 + 25) * HOUR)).toBe(true);
    expect(
      counts(trend)?.reduce((sum, [, current, baseline]) => sum + (current ?? 0) + (baseline ?? 0), 0),
    ).toBe(80 * 40);
  });

  it("joins steps until most of them have a percentile on both sides", () => {
    const own = { current: hours(24, 48), baseline: hours(0, 24) };
    const parts = { current: partsOf(own.current, 2_000), baseline: partsOf(own.baseline, 1_000, 11) };
    const trend = trendOfHours(own, parts, "LCP");
    expect([trend?.step, trend?.steps[0]?.baseline.n]).toEqual([3 * HOUR, 33]);
  });

  it.each([2, 14, 60, 180, 700, 3_000, 36_500])("has at most 400 steps over %i days", (days) => {
    const own = { current: [DAY_0 + days * 24], baseline: [DAY_0] };
    const parts = { current: partsOf(own.current, 2_000), baseline: partsOf(own.baseline, 1_000) };
    const trend = trendOfHours(own, parts, "LCP");
    expect(trend?.steps.length).toBeLessThanOrEqual(400);
    expect([trend?.steps[0]?.baseline.n, trend?.steps.at(-1)?.current.n]).toEqual([40, 40]);
  });

  it("is null without any hour", () => {
    expect(trendOfHours({ current: [], baseline: [] }, { current: [], baseline: [] }, "LCP")).toBeNull();
  });
});

describe("trendOfView", () => {
  const viewOf = (from: number, to: number, step: number) => {
    const window = { from: (DAY_0 + from) * HOUR, to: (DAY_0 + to) * HOUR };
    return { window, step, trend: emptyTrend(window, step) };
  };

  it("has the baseline's hours at their own times, and none from outside of the view", () => {
    const { steps } = trendOfView(viewOf(0, 4, HOUR), partsOf(hours(-2, 2), 1_000), "LCP");
    expect(steps.map(({ baseline }) => baseline.n)).toEqual([40, 40, 0, 0]);
  });

  it("leaves out hours that are only in part in the view, and all where steps are shorter", () => {
    const half = trendOfView(viewOf(0.5, 3.5, HOUR), partsOf(hours(0, 4), 1_000), "LCP");
    expect(half.steps.map(({ baseline }) => baseline.n)).toEqual([0, 40, 40, 0]);
    const short = trendOfView(viewOf(0, 2, HOUR / 12), partsOf(hours(0, 2), 1_000), "LCP");
    expect(short.steps.every(({ baseline }) => baseline.n === 0)).toBe(true);
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
