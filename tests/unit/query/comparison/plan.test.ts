import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  baselineHours,
  chooseHours,
  earlierDaysOf,
  isTooShort,
  type PlanInput,
} from "../../../../app/query/comparison/plan";
import type { ReleaseHour } from "../../../../app/vitals/release-timeline";
import { HOUR } from "../../../../app/vitals/time";

/** Midnight (UTC) of a day, in hours since the epoch. */
const DAY_0 = 20_000 * 24;

/** Page views of builds: `[from, to, per hour]` in hours from `DAY_0` on, `to` not included. */
type Stretch = [from: number, to: number, pageViews: number | ((hour: number) => number)];

const trafficOf = (builds: Record<string, Stretch[]>): ReleaseHour[] =>
  Object.entries(builds).flatMap(([buildVersion, stretches]) =>
    stretches.flatMap(([from, to, pageViews]) =>
      Array.from({ length: to - from }, (_, i) => ({
        hour: DAY_0 + from + i,
        buildVersion,
        pageViews: typeof pageViews === "number" ? pageViews : Math.round(pageViews(from + i)),
      })).filter((hour) => hour.pageViews > 0),
    ),
  );

/** The plan for `new` against `old`, with hours counted from `DAY_0` again. */
function planOf(
  builds: Record<string, Stretch[]>,
  { view, since = null }: { view: [number, number]; since?: number | null },
) {
  const input: PlanInput = {
    ...{ hours: trafficOf(builds), current: "new", baseline: "old" },
    view: { from: DAY_0 + view[0], to: DAY_0 + view[1] },
    since: since === null ? null : DAY_0 + since,
  };
  const plan = chooseHours(input);
  if (plan === null) return null;
  const from0 = (hours: readonly number[]): string => ranges(hours.map((hour) => hour - DAY_0));
  return {
    kind: plan.kind,
    current: from0(plan.current),
    baseline: from0(baselineHours(plan)),
    hours: plan.current.length,
    days: earlierDaysOf(plan),
    ...(plan.kind === "before-after" && { shifts: plan.shifts }),
  };
}

/** `1-3 7` for 1, 2, 3, 7. */
function ranges(hours: readonly number[]): string {
  const found: Array<[number, number]> = [];
  for (const hour of hours) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === hour - 1) last[1] = hour;
    else found.push([hour, hour]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(" ");
}

const DAYS = 24;

describe("both releases live in the same hours", () => {
  it("are compared in those hours", () => {
    expect(planOf({ old: [[0, 24, 100]], new: [[0, 24, 100]] }, { view: [0, 24], since: 0 })).toEqual({
      ...{ kind: "concurrent", current: "0-23", baseline: "0-23", hours: 24, days: null },
    });
  });

  it("need a fifth of everybody's page views each", () => {
    const at = (old: number, own: number, others = 0) =>
      planOf(
        { old: [[0, 24, old]], new: [[0, 24, own]], third: [[0, 24, others]] },
        { view: [0, 24], since: 0 },
      )?.kind;
    expect(at(80, 20)).toBe("concurrent");
    expect(at(81, 19)).toBe("lifetime");
    expect(at(20, 80)).toBe("concurrent");
    expect(at(19, 81)).toBe("lifetime");
    expect(at(25, 25, 75)).toBe("concurrent");
    expect(at(24, 25, 75)).toBe("lifetime");
  });

  it("of a roll-out are the hours in the middle of it", () => {
    const share = (hour: number): number => 0.05 + (0.9 * hour) / 23;
    const plan = planOf(
      { old: [[0, 24, (hour) => 1_000 * (1 - share(hour))]], new: [[0, 24, (hour) => 1_000 * share(hour)]] },
      { view: [0, 24], since: 12 },
    );
    expect(plan).toMatchObject({ kind: "concurrent", current: "4-19", baseline: "4-19" });
  });

  it("have 200 page views each, or are no hours to compare", () => {
    expect(planOf({ old: [[0, 10, 20]], new: [[0, 10, 20]] }, { view: [0, 10], since: 0 })?.kind).toBe(
      "concurrent",
    );
    expect(planOf({ old: [[0, 10, 20]], new: [[0, 10, 19]] }, { view: [0, 10], since: 0 })?.kind).toBe(
      "lifetime",
    );
  });

  it("are the newest week, where they share more", () => {
    const plan = planOf({ old: [[0, 240, 100]], new: [[0, 240, 100]] }, { view: [0, 240], since: 0 });
    expect(plan).toMatchObject({ kind: "concurrent", hours: 168, current: "72-239" });
  });

  it("are fewer than six only where earlier days don't help, and fewer than three never", () => {
    const builds = (shared: number): Record<string, Stretch[]> => ({
      old: [[0, shared, 500]],
      new: [[0, shared, 500]],
    });
    expect(planOf(builds(6), { view: [0, 24], since: 0 })).toMatchObject({ kind: "concurrent", hours: 6 });
    expect(planOf(builds(3), { view: [0, 24], since: 0 })).toMatchObject({ kind: "concurrent", hours: 3 });
    expect(planOf(builds(2), { view: [0, 24], since: 0 })?.kind).toBe("lifetime");
    const withHistory: Record<string, Stretch[]> = { old: [[-7 * DAYS, 5, 500]], new: [[0, 5, 500]] };
    expect(planOf(withHistory, { view: [0, 24], since: 0 })?.kind).toBe("day-shifted");
  });

  it("are those of the view, whatever was before it", () => {
    const plan = planOf({ old: [[0, 48, 100]], new: [[0, 48, 100]] }, { view: [24, 48], since: 0 });
    expect(plan).toMatchObject({ kind: "concurrent", current: "24-47" });
  });
});

describe("earlier days", () => {
  /** `old` for so many days before the switch at hour 0, then `new`. */
  const switched = (days: number, hours: number, perHour = 500): Record<string, Stretch[]> => ({
    old: [[-days * DAYS, 0, perHour]],
    new: [[0, hours, perHour]],
  });

  it("are the seven before the release, at the same clock hours", () => {
    const plan = planOf(switched(12, 5), { view: [-19, 5], since: 0 });
    expect(plan).toMatchObject({ kind: "day-shifted", current: "0-4", days: 7 });
    expect(plan?.baseline).toBe("-168--164 -144--140 -120--116 -96--92 -72--68 -48--44 -24--20");
  });

  it("are whole days (UTC) where the release has seen every clock hour", () => {
    const late = (hours: number) =>
      planOf(
        { old: [[-9 * DAYS, 10, 500]], new: [[10, 10 + hours, 500]] },
        { view: [10, 10 + hours], since: 10 },
      );
    expect(late(23)).toMatchObject({ current: "10-32", days: 7 });
    expect(late(23)?.baseline).toMatch(/^-158--136 /);
    expect(late(24)).toMatchObject({ current: "10-33", baseline: "-168--1", days: 7 });
  });

  it("are at least four", () => {
    expect(planOf(switched(4, 24), { view: [0, 24], since: 0 })).toMatchObject({
      kind: "day-shifted",
      days: 4,
    });
    expect(planOf(switched(3, 24), { view: [0, 24], since: 0 })?.kind).not.toBe("day-shifted");
    expect(planOf(switched(1, 24), { view: [0, 24], since: 0 })?.kind).toBe("lifetime");
  });

  it("are found beyond a gap of days, and not beyond three weeks", () => {
    const gap = (days: number) =>
      planOf(
        { old: [[-(days + 5) * DAYS, -days * DAYS, 500]], new: [[0, 24, 500]] },
        { view: [0, 24], since: 0 },
      );
    expect(gap(10)).toMatchObject({ kind: "day-shifted", days: 5 });
    expect(gap(17)).toMatchObject({ kind: "day-shifted", days: 4 });
    expect(gap(18)?.kind).toBe("lifetime");
  });

  it("are those on which the baseline had nearly all hours, 30 page views and a fifth of the traffic", () => {
    const holes = (hours: number[]): Stretch[] =>
      [[-8 * DAYS, -DAYS, 100] as Stretch].concat(
        Array.from({ length: 24 }, (_, i): Stretch => [-24 + i, -23 + i, hours.includes(i) ? 0 : 100]),
      );
    const plan = (old: Stretch[], more: Record<string, Stretch[]> = {}) =>
      planOf({ old, new: [[0, 24, 100]], ...more }, { view: [0, 24], since: 0 });
    const first = (old: Stretch[]): string | undefined =>
      planOf({ old, new: [[0, 24, 100]] }, { view: [0, 24], since: 0 })
        ?.baseline.split(" ")
        .at(-1);
    expect(first(holes([1, 2, 3, 4]))).toMatch(/-1$/);
    expect(first(holes([1, 2, 3, 4, 5]))).toMatch(/-25$/);
    expect(plan([[-7 * DAYS, 0, 2]])).toMatchObject({ kind: "day-shifted", days: 7 });
    expect(plan([[-7 * DAYS, 0, 1]])?.kind).toBe("lifetime");
    const third = (from: number, to: number) => ({ third: [[from * DAYS, to * DAYS, 500]] as Stretch[] });
    expect(plan([[-8 * DAYS, 0, 100]], third(-2, 0))).toMatchObject({ kind: "day-shifted", days: 6 });
    expect(plan([[-8 * DAYS, 0, 100]], third(-8, -3))?.kind).not.toBe("day-shifted");
  });

  it("are before the release's own stretch, not before it was first seen", () => {
    // A rollback: `new` was there before, and takes over again.
    const plan = planOf(
      {
        new: [
          [-20 * DAYS, -8 * DAYS, 500],
          [0, 12, 500],
        ],
        old: [[-8 * DAYS, 0, 500]],
      },
      { view: [-12, 12], since: 0 },
    );
    expect(plan).toMatchObject({ kind: "day-shifted", current: "0-11", days: 7 });
  });

  it("are what a canary is compared with, from the hour on in which it was first seen", () => {
    const plan = planOf({ old: [[-8 * DAYS, 24, 490]], new: [[0, 24, 10]] }, { view: [0, 24] });
    expect(plan).toMatchObject({ kind: "day-shifted", current: "0-23", baseline: "-168--1", days: 7 });
  });

  it("leave out an hour that has only begun", () => {
    const plan = planOf(
      {
        old: [[-7 * DAYS, 0, 400]],
        new: [
          [0, 1, 70],
          [1, 9, 400],
          [9, 10, 20],
        ],
      },
      { view: [0, 10], since: 0 },
    );
    expect(plan).toMatchObject({ kind: "day-shifted", current: "1-8" });
  });

  it("leave out hours of stragglers that come before and after", () => {
    const plan = planOf(
      {
        old: [
          [-8 * DAYS, 0, 400],
          [0, 24, 10],
        ],
        new: [
          [-5, 0, 5],
          [0, 24, 400],
        ],
      },
      { view: [-10, 24], since: 0 },
    );
    expect(plan).toMatchObject({ kind: "day-shifted", current: "0-23" });
  });
});

describe("before and after a switch", () => {
  /** Three releases a day, each for eight hours, of which the last two are `old` and `new`. */
  const threeADay = (days: number, live: number): Record<string, Stretch[]> => ({
    ...Object.fromEntries(
      Array.from({ length: 3 * days }, (_, i) => [
        `before ${i}`,
        [[-8 - 8 * (i + 1), -8 - 8 * i, 300] as Stretch],
      ]),
    ),
    old: [[-8, 0, 300]],
    new: [[0, live, 300]],
  });

  it("are equally long, and have the earlier days of both", () => {
    const plan = planOf(threeADay(10, 4), { view: [0, 4], since: 0 });
    expect(plan).toEqual({
      ...{ kind: "before-after", current: "0-3", baseline: "-4--1", hours: 4, days: 10 },
      shifts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    });
  });

  it("are at most two weeks back, and at least four days", () => {
    expect(planOf(threeADay(25, 4), { view: [0, 4], since: 0 })?.days).toBe(14);
    expect(planOf(threeADay(4, 4), { view: [0, 4], since: 0 })?.days).toBe(4);
    expect(planOf(threeADay(3, 4), { view: [0, 4], since: 0 })?.kind).toBe("lifetime");
  });

  it("are no longer than the shorter of both", () => {
    expect(planOf(threeADay(11, 12), { view: [0, 12], since: 0 })).toMatchObject({
      current: "0-7",
      baseline: "-8--1",
    });
  });

  it("are whole on the earlier days: none of today's hours is on one", () => {
    const long: Record<string, Stretch[]> = {
      third: [[-30 * DAYS, -20, 300]],
      old: [[-20, 0, 300]],
      new: [[0, 20, 300]],
    };
    expect(planOf(long, { view: [0, 20], since: 0 })?.shifts?.[0]).toBe(2);
  });

  it("belong to whoever led the hour of the switch", () => {
    const at = (own: number): string | undefined =>
      planOf(
        {
          ...threeADay(11, 0),
          old: [
            [-8, 0, 300],
            [0, 1, 300 - own],
          ],
          new: [
            [0, 1, own],
            [1, 5, 300],
          ],
        },
        { view: [0, 5], since: 0 },
      )?.current;
    expect(at(200)).toBe("0-4");
    expect(at(100)).toBe("1-4");
  });

  it("end where the release has lost the lead", () => {
    const plan = planOf(
      {
        ...threeADay(11, 4),
        next: [[4, 20, 300]],
        new: [
          [0, 4, 300],
          [4, 20, 20],
        ],
      },
      { view: [-4, 20], since: 0 },
    );
    expect(plan).toMatchObject({ kind: "before-after", current: "0-3", baseline: "-4--1" });
  });
});

describe("what is missing", () => {
  it("has no plan: the release not in the view, the baseline nowhere", () => {
    expect(planOf({ old: [[0, 24, 100]] }, { view: [0, 24] })).toBeNull();
    expect(planOf({ new: [[0, 24, 100]] }, { view: [0, 24], since: 0 })).toBeNull();
    expect(planOf({ old: [[0, 24, 100]], new: [[0, 24, 100]] }, { view: [48, 72], since: 0 })).toBeNull();
    expect(planOf({}, { view: [0, 24] })).toBeNull();
  });

  it("of history makes a comparison with all there is of the baseline", () => {
    const plan = planOf({ old: [[-30, 0, 100]], new: [[0, 1, 100]] }, { view: [0, 24], since: 0 });
    expect(plan).toEqual({ kind: "lifetime", current: "0", baseline: "-30--1", hours: 1, days: null });
  });

  it("a release that was seen in one hour has that hour of earlier days", () => {
    const plan = planOf({ old: [[-8 * DAYS, 0, 100]], new: [[0, 1, 100]] }, { view: [-23, 1], since: 0 });
    expect(plan).toMatchObject({ kind: "day-shifted", current: "0", days: 7 });
  });
});

describe("less than an hour", () => {
  const start = 1_000 * HOUR;
  it("counts from when the release appeared to now, or to the end of what is compared", () => {
    expect(isTooShort([1_000], start, start + HOUR - 1)).toBe(true);
    expect(isTooShort([1_000], start, start + HOUR)).toBe(false);
    expect(isTooShort([1_000, 1_001], start + HOUR / 2, start + HOUR)).toBe(true);
    expect(isTooShort([1_000, 1_001], start + HOUR / 2, start + 1.5 * HOUR)).toBe(false);
    expect(isTooShort([1_000], start + HOUR / 2, start + 90 * HOUR)).toBe(true);
    expect(isTooShort([1_000], start - 90 * HOUR, start + 90 * HOUR)).toBe(false);
    expect(isTooShort([], start, start + 90 * HOUR)).toBe(true);
  });
});

it("whatever the traffic, a plan has hours that are there and that both sides may have", () => {
  const stretch = fc
    .tuple(
      fc.integer({ min: -20 * DAYS, max: 40 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 900 }),
    )
    .map(([from, length, n]): Stretch => [from, Math.min(48, from + length), n]);
  const stretches = fc.array(stretch, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      stretches,
      stretches,
      stretches,
      fc.option(fc.integer({ min: -100, max: 48 })),
      (a, b, c, since) => {
        const hours = [
          ...trafficOf({ old: a, new: b, third: c })
            .reduce((all, hour) => {
              const key = `${hour.hour} ${hour.buildVersion}`;
              const known = all.get(key);
              return all.set(
                key,
                known === undefined ? hour : { ...hour, pageViews: hour.pageViews + known.pageViews },
              );
            }, new Map<string, ReleaseHour>())
            .values(),
        ];
        const view = { from: DAY_0 + 0, to: DAY_0 + 48 };
        const plan = chooseHours({
          ...{ hours, current: "new", baseline: "old", view },
          since: since === null ? null : DAY_0 + since,
        });
        if (plan === null) return;
        const seen = (build: string) =>
          new Set(hours.filter((h) => h.buildVersion === build).map((h) => h.hour));
        const [current, baseline] = [plan.current, baselineHours(plan)];
        expect(current.length).toBeGreaterThan(0);
        expect([...current]).toEqual([...current].sort((x, y) => x - y));
        expect([...baseline]).toEqual([...new Set(baseline)].sort((x, y) => x - y));
        expect(current.every((hour) => seen("new").has(hour) && hour < view.to)).toBe(true);
        expect(baseline.some((hour) => seen("old").has(hour))).toBe(true);
        if (plan.kind === "concurrent") expect(baseline).toEqual(current);
        if (plan.kind === "before-after") expect(baseline).toHaveLength(current.length);
        if (plan.kind === "day-shifted") {
          const clocks = new Set(current.map((hour) => hour % 24));
          for (const day of plan.days) expect(new Set(day.map((hour) => hour % 24))).toEqual(clocks);
        }
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});
