import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseHours, isTooShort, type PlanInput } from "../../../../app/query/comparison/plan";
import type { ReleaseHour } from "../../../../app/vitals/release-timeline";
import { HOUR } from "../../../../app/vitals/time";

/** Midnight (UTC) of a day, in hours since the epoch. */
const DAY_0 = 20_000 * 24;
const DAYS = 24;

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

type Options = { view: [number, number]; since?: number | null; end?: number };

/** The plan for `new` against `old`, with hours counted from `DAY_0` again. */
function planOf(builds: Record<string, Stretch[]>, { view, since = null, end = view[1] }: Options) {
  const input: PlanInput = {
    hours: trafficOf(builds),
    current: "new",
    baseline: "old",
    view: { from: DAY_0 + view[0], to: DAY_0 + view[1] },
    end: DAY_0 + end,
    since: since === null ? null : DAY_0 + since,
  };
  const plan = chooseHours(input);
  if (plan === null) return null;
  const from0 = (hours: readonly number[]): string => ranges(hours.map((hour) => hour - DAY_0));
  return {
    kind: plan.kind,
    current: from0(plan.current),
    baseline: from0(plan.baseline),
    ...(plan.kind === "model" && {
      switchAt: plan.switchHour - DAY_0,
      history: Object.fromEntries(
        plan.history.map(({ buildVersion, hours }) => [buildVersion, from0(hours)]),
      ),
      concurrent: from0(plan.concurrent),
      earlierDays: plan.earlierDays.map((day) => day - DAY_0 / 24),
    }),
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

describe("chooseHours with a day of history", () => {
  const switched: Record<string, Stretch[]> = {
    third: [[-10 * DAYS, -2 * DAYS, 100]],
    old: [[-2 * DAYS, 0, 100]],
    new: [[0, 30, 100]],
  };

  it("compares whole lives by a model of all builds' hours", () => {
    expect(planOf(switched, { view: [6, 30], since: 0 })).toEqual({
      kind: "model",
      current: "0-29",
      baseline: "-48--1",
      switchAt: 0,
      history: { new: "0-29", old: "-48--1", third: "-240--49" },
      concurrent: "",
      earlierDays: [-3, -4, -5, -6, -7, -8, -9, -10],
    });
  });

  it("goes back four weeks, and shows a week of the baseline", () => {
    const plan = planOf({ old: [[-60 * DAYS, 0, 100]], new: [[0, 24, 100]] }, { view: [0, 24], since: 0 });
    expect(plan?.history?.old).toBe(`${24 - 28 * DAYS}--1`);
    expect(plan?.baseline).toBe("-168--1");
  });

  it("ends where the release was replaced, or at a look", () => {
    expect(planOf(switched, { view: [0, 30], since: 0, end: 24 })?.current).toBe("0-23");
  });

  it("skips an hour of the switch that nobody leads", () => {
    const plan = planOf(
      {
        old: [
          [-2 * DAYS, 0, 100],
          [0, 1, 49],
          [1, 30, 3],
        ],
        third: [[0, 1, 2]],
        new: [
          [0, 1, 49],
          [1, 30, 97],
        ],
      },
      { view: [0, 30], since: 0 },
    );
    expect(plan).toMatchObject({ kind: "model", current: "0-29", baseline: "-48--1" });
  });

  it("leaves out hours of stragglers", () => {
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
    expect(plan).toMatchObject({ kind: "model", current: "0-23", baseline: "-168--1" });
  });

  it("has all hours of a canary, and those of the baseline beside it", () => {
    const plan = planOf({ old: [[-8 * DAYS, 24, 490]], new: [[0, 24, 10]] }, { view: [0, 24] });
    expect(plan).toMatchObject({ kind: "model", current: "0-23", switchAt: 0, concurrent: "" });
    expect(plan?.history?.old).toBe("-192-23");
  });

  it("compares single routes over the concurrent hours where those are most of all", () => {
    const rollOut = (hours: number) =>
      planOf(
        {
          old: [
            [-8 * DAYS, 0, 400],
            [0, hours, 200],
          ],
          new: [
            [0, hours, 200],
            [hours, 48, 400],
          ],
        },
        { view: [0, 48], since: 0 },
      );
    expect(rollOut(40)).toMatchObject({ current: "0-47", concurrent: "0-39" });
    expect(rollOut(20)).toMatchObject({ current: "0-47", concurrent: "" });
  });

  it("takes an earlier stretch of the same build for a release of its own", () => {
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
    expect(plan).toMatchObject({ kind: "model", current: "0-11" });
  });
});

describe("chooseHours with less history", () => {
  it("compares the hours in which both were live, at least three with 200 page views each", () => {
    const both = (hours: number, perHour: number) =>
      planOf({ old: [[0, hours, perHour]], new: [[0, hours, perHour]] }, { view: [0, 24], since: 0 });
    expect(both(20, 100)).toMatchObject({ kind: "concurrent", current: "0-19", baseline: "0-19" });
    expect(both(3, 100)).toMatchObject({ kind: "concurrent", current: "0-2" });
    expect(both(2, 500)?.kind).toBe("lifetime");
    expect(both(10, 19)?.kind).toBe("lifetime");
  });

  it("needs a fifth of everybody's page views of each for an hour of both", () => {
    const at = (old: number, own: number, others = 0) =>
      planOf(
        { old: [[0, 20, old]], new: [[0, 20, own]], third: [[0, 20, others]] },
        { view: [0, 20], since: 0 },
      )?.kind;
    expect(at(80, 20)).toBe("concurrent");
    expect(at(81, 19)).toBe("lifetime");
    expect(at(25, 25, 75)).toBe("concurrent");
    expect(at(24, 25, 75)).toBe("lifetime");
  });

  it("compares everything there is otherwise", () => {
    const plan = planOf({ old: [[-20, 0, 100]], new: [[0, 1, 100]] }, { view: [0, 24], since: 0 });
    expect(plan).toEqual({ kind: "lifetime", current: "0", baseline: "-20--1" });
  });
});

describe("chooseHours without data", () => {
  it("returns null: the release not in the view, the baseline nowhere", () => {
    expect(planOf({ old: [[0, 24, 100]] }, { view: [0, 24] })).toBeNull();
    expect(planOf({ new: [[0, 24, 100]] }, { view: [0, 24], since: 0 })).toBeNull();
    expect(planOf({ old: [[0, 24, 100]], new: [[0, 24, 100]] }, { view: [48, 72], since: 0 })).toBeNull();
    expect(planOf({}, { view: [0, 24] })).toBeNull();
  });
});

describe("isTooShort", () => {
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
        const summed = new Map<string, ReleaseHour>();
        for (const hour of trafficOf({ old: a, new: b, third: c })) {
          const key = `${hour.hour} ${hour.buildVersion}`;
          const known = summed.get(key);
          const pageViews = hour.pageViews + (known?.pageViews ?? 0);
          summed.set(key, { ...hour, pageViews });
        }
        const hours = [...summed.values()];
        const view = { from: DAY_0, to: DAY_0 + 48 };
        const plan = chooseHours({
          hours,
          current: "new",
          baseline: "old",
          view,
          end: view.to,
          since: since === null ? null : DAY_0 + since,
        });
        if (plan === null) return;
        const seen = (build: string) =>
          new Set(hours.filter((h) => h.buildVersion === build).map((h) => h.hour));
        const { current, baseline } = plan;
        expect(current.length).toBeGreaterThan(0);
        expect([...current]).toEqual([...new Set(current)].sort((x, y) => x - y));
        expect([...baseline]).toEqual([...new Set(baseline)].sort((x, y) => x - y));
        expect(current.every((hour) => seen("new").has(hour) && hour < view.to)).toBe(true);
        expect(baseline.some((hour) => seen("old").has(hour))).toBe(true);
        if (plan.kind === "concurrent") expect(baseline).toEqual(current);
        if (plan.kind !== "model") return;
        for (const { buildVersion, hours: own } of plan.history) {
          expect(own.every((hour) => seen(buildVersion).has(hour))).toBe(true);
        }
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});
