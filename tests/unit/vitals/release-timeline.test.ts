import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PastHours, type ReleaseHour, releaseTimeline } from "../../../app/vitals/release-timeline";

/** Page views of builds in successive hours: `{ a: [100, 50] }` means 100 and then 50 of the build `a`. */
const hoursOf = (builds: Record<string, number[]>): ReleaseHour[] =>
  Object.entries(builds).flatMap(([buildVersion, counts]) =>
    counts
      .map((pageViews, hour) => ({ hour, buildVersion, pageViews }))
      .filter(({ pageViews }) => pageViews > 0),
  );

const timeline = (builds: Record<string, number[]>, announced: string[] = []) => {
  const { entries, established, current, previous } = releaseTimeline(hoursOf(builds), new Set(announced));
  return {
    entries: entries.map(({ buildVersion, fromHour }) => `${buildVersion}@${fromHour}`),
    established: [...established].sort(),
    current,
    previous,
  };
};

describe("releaseTimeline", () => {
  it("is empty without hours", () => {
    expect(timeline({})).toEqual({ entries: [], established: [], current: null, previous: null });
  });

  it("follows a rollout to the hour in which the new build has most of the traffic", () => {
    const { entries, current, previous } = timeline({ a: [100, 90, 40, 5], b: [0, 10, 60, 95] });
    expect(entries).toEqual(["a@0", "b@2"]);
    expect({ current, previous }).toEqual({ current: "b", previous: "a" });
  });

  it("makes the old build current again after a rollback", () => {
    const { entries, current, previous } = timeline({ a: [100, 10, 90], b: [0, 90, 10] });
    expect(entries).toEqual(["a@0", "b@1", "a@2"]);
    expect({ current, previous }).toEqual({ current: "a", previous: "b" });
  });

  it("keeps the current build when two tie", () => {
    expect(timeline({ a: [100, 50], b: [0, 50] }).entries).toEqual(["a@0"]);
    expect(timeline({ b: [0, 50], a: [100, 50] }).entries).toEqual(["a@0"]);
  });

  it("skips hours without traffic", () => {
    expect(timeline({ a: [100, 0, 0, 100], b: [0, 0, 0, 0, 100] }).entries).toEqual(["a@0", "b@4"]);
  });

  it("does not depend on the order of the hours", () => {
    const hours = hoursOf({ a: [100, 40, 10], b: [0, 60, 30], c: [0, 0, 60] });
    const forward = releaseTimeline(hours, new Set());
    expect(releaseTimeline([...hours].reverse(), new Set()).entries).toEqual(forward.entries);
  });
});

describe("releaseTimeline.established", () => {
  it("needs 30 page views", () => {
    expect(timeline({ a: [29] }).established).toEqual([]);
    expect(timeline({ a: [30] }).established).toEqual(["a"]);
    expect(timeline({ a: [10, 10, 10] }).established).toEqual(["a"]);
  });

  it("needs 1 % of an hour's traffic, with any number of page views", () => {
    expect(timeline({ a: [9_900], b: [100] }).established).toEqual(["a", "b"]);
    expect(timeline({ a: [9_902], b: [98] }).established).toEqual(["a"]);
    expect(timeline({ a: [9_902, 9_902], b: [98, 98] }).established).toEqual(["a"]);
  });

  it("includes announced builds, which are current only with traffic", () => {
    const { established, current } = timeline({ a: [100], b: [1] }, ["b", "c"]);
    expect(established).toEqual(["a", "b", "c"]);
    expect(current).toBe("a");
    expect(timeline({ b: [1] }, ["b"]).current).toBe("b");
  });

  it("excludes a single beacon that is alone in its hour", () => {
    const { current, established } = timeline({ a: [100, 0], forged: [0, 1] });
    expect({ current, established }).toEqual({ current: "a", established: ["a"] });
  });

  it("excludes unknown and (other)", () => {
    const { entries, established } = timeline({ unknown: [500], "(other)": [400], a: [100] }, ["unknown"]);
    expect({ entries, established }).toEqual({ entries: ["a@0"], established: ["a"] });
  });

  it("needs no second hour beside traffic without a build", () => {
    const hours = hoursOf({ unknown: [500, 500], "(other)": [400, 400], a: [100] });
    expect(releaseTimeline(hours, new Set(), new Map([["a", 1]])).current).toBe("a");
  });
});

describe("PastHours", () => {
  const BUILDS = ["a", "b", "c", "unknown"] as const;
  const entry = fc.record({
    hour: fc.nat(12),
    buildVersion: fc.constantFrom(...BUILDS),
    pageViews: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 5_000 })),
  });
  /** One entry for each hour and build, in any order. */
  const entries = fc.uniqueArray(entry, {
    maxLength: 30,
    selector: ({ hour, buildVersion }) => `${hour} ${buildVersion}`,
  });
  const vouched = fc.dictionary(fc.constantFrom(...BUILDS), fc.constantFrom(null, 0, 1));

  it("gives the timeline of all hours, wherever they are cut, for any established builds", () => {
    fc.assert(
      fc.property(
        entries,
        fc.nat(13),
        fc.array(entries, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.subarray([...BUILDS]), vouched), { minLength: 1, maxLength: 3 }),
        (earlier, cut, later, known) => {
          const before = earlier.filter(({ hour }) => hour < cut);
          const past = new PastHours(before);
          for (const hours of later) {
            const after = hours.filter(({ hour }) => hour >= cut);
            for (const [announced, vouchedAt] of known) {
              const others = [new Set(announced), new Map(Object.entries(vouchedAt))] as const;
              expect(releaseTimeline(after, ...others, past)).toEqual(
                releaseTimeline([...before, ...after], ...others),
              );
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
