import { describe, expect, it } from "vitest";
import { liveStretch } from "../../../../app/query/comparison/live-stretch";
import { hourOfLook, looksAt } from "../../../../app/query/comparison/looks";
import { HOUR } from "../../../../app/vitals/time";

const DEPLOYED = 480_000.5 * HOUR;
const atAge = (hours: number): number => DEPLOYED + hours * HOUR;

describe("looksAt", () => {
  const at = (hours: number, replaced: number | null = null) => {
    const { last, next } = looksAt(
      { deployedAt: DEPLOYED, replacedAt: replaced === null ? null : atAge(replaced) },
      atAge(hours),
    );
    const age = (time: number | null | undefined) => (time == null ? null : (time - DEPLOYED) / HOUR);
    return [last?.kind ?? null, age(last?.at), next?.kind ?? null, age(next?.at)];
  };

  it.each([
    [0, [null, null, "first-day", 24]],
    [23.9, [null, null, "first-day", 24]],
    [24, ["first-day", 24, "second-day", 48]],
    [47, ["first-day", 24, "second-day", 48]],
    [500, ["second-day", 48, "replacement", null]],
  ])("of a live release %s h old", (hours, expected) => expect(at(hours)).toEqual(expected));

  it("ends with the replacement, whenever that is", () => {
    expect(at(30, 5)).toEqual(["replacement", 5, null, null]);
    expect(at(4, 5)).toEqual([null, null, "first-day", 24]);
    expect(at(400, 300)).toEqual(["replacement", 300, null, null]);
  });
});

describe("hourOfLook", () => {
  it("is the hour that is not over at the look", () => {
    expect(hourOfLook({ kind: "first-day", at: atAge(24) })).toBe(480_024);
  });
});

describe("liveStretch", () => {
  const hoursOf = (own: readonly number[], other: readonly number[]) =>
    own.flatMap((pageViews, i) => [
      { hour: i, buildVersion: "own", pageViews },
      { hour: i, buildVersion: "other", pageViews: other[i] ?? 0 },
    ]);
  const stretch = (own: number[], other: number[], from: number, to: number | null) =>
    liveStretch(hoursOf(own, other), "own", { from, to }, own.length);

  it("begins where the release becomes a fair part, before it leads", () => {
    expect(stretch([0, 10, 30, 60, 90], [100, 90, 70, 40, 10], 3, null)).toEqual({ since: 2, until: null });
  });

  it("ends where it stops being a fair part, and not where another leads by chance", () => {
    expect(stretch([60, 45, 55, 45, 5], [40, 55, 45, 55, 95], 2, 3)).toEqual({ since: 0, until: 4 });
    expect(stretch([60, 45, 55, 45], [40, 55, 45, 55], 2, 3)).toEqual({ since: 0, until: null });
  });

  it("is what the timeline says where the hours are gone", () => {
    expect(liveStretch([], "own", { from: 3, to: 5 }, 9)).toEqual({ since: 3, until: 5 });
  });
});
