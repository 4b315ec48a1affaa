import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTrend } from "../../../app/query/view/trend-steps";
import {
  MAX_STEPS,
  planTrend,
  planWindow,
  resolveWindow,
  type SummaryRetention,
  type WindowPart,
} from "../../../app/query/window";
import { GRAINS } from "../../../app/storage/summary-sets";
import {
  ceilTo,
  DAY,
  FIVE_MINUTES,
  floorTo,
  HOUR,
  MINUTE,
  RANGES,
  type RangeName,
  type TimeWindow,
} from "../../../app/vitals/time";
import { fromLocal } from "../../../app/vitals/time-zone";
import { examples } from "../../support/measurements";

const NOW = Date.parse("2026-11-22T10:17:31.500Z");
const RETENTION: SummaryRetention = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };

const at = (text: string): number => Date.parse(`${text}Z`);
const format = ({ from, to }: TimeWindow): string =>
  [from, to].map((time) => new Date(time).toISOString().slice(0, 16)).join(" ");

const resolve = (query: Partial<{ range: RangeName; from: number; to: number }>): TimeWindow =>
  resolveWindow({ range: "24h", from: null, to: null, ...query }, NOW);

/** A plan as text: grain, and its stretch in ms. */
const partsShown = (parts: readonly WindowPart[]): string[] =>
  parts.map(({ grain, from, to }) => {
    const { length } = GRAINS[grain];
    return `${grain} ${format({ from: from * length, to: to * length })}`;
  });

const plan = (from: string, to: string, retention = RETENTION): string[] =>
  partsShown(planWindow({ from: at(from), to: at(to) }, retention, NOW).parts);

describe("resolveWindow", () => {
  it("prefers absolute times to the range", () => {
    const window = { range: "90d" as const, from: at("2026-11-20T08:00"), to: at("2026-11-20T20:00") };
    expect(format(resolve(window))).toBe("2026-11-20T08:00 2026-11-20T20:00");
  });

  it("rounds outwards to hours, and to five minutes for up to six hours", () => {
    const from = at("2026-11-20T08:03:20");
    expect(format(resolve({ from, to: at("2026-11-20T08:04") }))).toBe("2026-11-20T08:00 2026-11-20T08:05");
    expect(format(resolve({ from, to: from + 6 * HOUR }))).toBe("2026-11-20T08:00 2026-11-20T14:05");
    expect(format(resolve({ from, to: from + 6 * HOUR + 1 }))).toBe("2026-11-20T08:00 2026-11-20T15:00");
  });

  it("ends a lone `from` now, and gives a lone `to` the length of the range", () => {
    expect(format(resolve({ from: at("2026-11-20T08:20") }))).toBe("2026-11-20T08:00 2026-11-22T11:00");
    expect(format(resolve({ to: at("2026-11-20T08:20"), range: "7d" }))).toBe(
      "2026-11-13T08:00 2026-11-20T09:00",
    );
  });

  it("keeps ends on a quarter of an hour, on which days begin in some zones", () => {
    const day = { from: at("2026-11-19T18:15"), to: at("2026-11-20T18:15") };
    expect(format(resolve(day))).toBe("2026-11-19T18:15 2026-11-20T18:15");
    expect(format(resolve({ from: day.from }))).toBe("2026-11-19T18:15 2026-11-22T11:00");
  });

  it("cuts off the future, and returns no empty window", () => {
    expect(format(resolve({ to: at("2027-01-01T00:00"), range: "24h" }))).toBe(
      "2026-11-21T10:00 2026-11-22T11:00",
    );
    const current = "2026-11-22T10:15 2026-11-22T10:20";
    expect(format(resolve({ from: at("2027-01-01T00:00") }))).toBe(current);
    expect(format(resolve({ from: at("2027-01-01T00:00"), to: at("2027-02-01T00:00") }))).toBe(current);
  });
});

describe("planWindow", () => {
  it("reads a short window from five minutes while they are retained", () => {
    expect(plan("2026-11-22T09:20", "2026-11-22T10:20")).toEqual([
      "fiveMinutes 2026-11-22T09:20 2026-11-22T10:20",
    ]);
    expect(plan("2026-11-20T10:20", "2026-11-20T16:25")).toEqual([
      "fiveMinutes 2026-11-20T10:20 2026-11-20T16:25",
    ]);
    expect(plan("2026-11-20T10:15", "2026-11-20T10:20")).toEqual([
      "hourly 2026-11-20T10:00 2026-11-20T11:00",
    ]);
  });

  it("reads whole days from daily summaries, and the rest from hourly ones", () => {
    expect(plan("2026-11-21T11:00", "2026-11-22T11:00")).toEqual([
      "hourly 2026-11-21T11:00 2026-11-22T11:00",
    ]);
    expect(plan("2026-11-19T11:00", "2026-11-22T11:00")).toEqual([
      "hourly 2026-11-19T11:00 2026-11-20T00:00",
      "daily 2026-11-20T00:00 2026-11-22T00:00",
      "hourly 2026-11-22T00:00 2026-11-22T11:00",
    ]);
    expect(plan("2026-11-20T00:00", "2026-11-22T00:00")).toEqual(["daily 2026-11-20T00:00 2026-11-22T00:00"]);
  });

  it("reads ends on a quarter of an hour from five minutes while they are retained", () => {
    expect(plan("2026-11-20T18:30", "2026-11-21T18:30")).toEqual([
      "fiveMinutes 2026-11-20T18:30 2026-11-20T19:00",
      "hourly 2026-11-20T19:00 2026-11-21T18:00",
      "fiveMinutes 2026-11-21T18:00 2026-11-21T18:30",
    ]);
    expect(plan("2026-10-20T11:00", "2026-11-22T05:15")).toEqual([
      "hourly 2026-10-20T11:00 2026-10-21T00:00",
      "daily 2026-10-21T00:00 2026-11-22T00:00",
      "hourly 2026-11-22T00:00 2026-11-22T05:00",
      "fiveMinutes 2026-11-22T05:00 2026-11-22T05:15",
    ]);
  });

  it("moves both ends of a day with hourly summaries only, and keeps its length", () => {
    expect(plan("2026-11-10T18:30", "2026-11-11T18:30")).toEqual([
      "hourly 2026-11-10T18:00 2026-11-11T18:00",
    ]);
    expect(plan("2026-11-10T18:30", "2026-11-11T18:00")).toEqual([
      "hourly 2026-11-10T18:00 2026-11-11T18:00",
    ]);
    expect(plan("2026-11-10T18:30", "2026-11-10T19:30")).toEqual([
      "hourly 2026-11-10T18:00 2026-11-10T20:00",
    ]);
  });

  it("extends to whole days where the hours are deleted", () => {
    // The oldest whole hour that is left is 2026-08-24T11:00.
    expect(plan("2026-08-20T05:00", "2026-08-20T12:00")).toEqual(["daily 2026-08-20T00:00 2026-08-21T00:00"]);
    expect(plan("2026-08-20T05:00", "2026-08-26T12:00")).toEqual([
      "daily 2026-08-20T00:00 2026-08-26T00:00",
      "hourly 2026-08-26T00:00 2026-08-26T12:00",
    ]);
    expect(plan("2026-08-24T11:00", "2026-08-24T15:00")).toEqual([
      "hourly 2026-08-24T11:00 2026-08-24T15:00",
    ]);
  });

  it("reads a day without all of its hours as a whole day", () => {
    expect(plan("2026-08-20T05:00", "2026-08-24T15:00")).toEqual(["daily 2026-08-20T00:00 2026-08-25T00:00"]);
    expect(plan("2026-08-24T09:00", "2026-08-24T15:00")).toEqual(["daily 2026-08-24T00:00 2026-08-25T00:00"]);
  });
});

const stepOf = (from: string, to: string): [number, string[]] => {
  const planned = planWindow({ from: at(from), to: at(to) }, RETENTION, NOW);
  const { step, parts } = planTrend(planned, RETENTION, NOW);
  return [step / HOUR, partsShown(parts)];
};

describe("planTrend", () => {
  it("chooses readable steps", () => {
    expect(stepOf("2026-11-22T04:20", "2026-11-22T10:20")[0]).toBe(1 / 12);
    expect(stepOf("2026-11-21T11:00", "2026-11-22T11:00")[0]).toBe(1);
    expect(stepOf("2026-11-20T00:00", "2026-11-22T00:00")[0]).toBe(1);
    expect(stepOf("2026-11-15T11:00", "2026-11-22T11:00")[0]).toBe(3);
    expect(stepOf("2026-10-23T11:00", "2026-11-22T11:00")[0]).toBe(24);
    expect(stepOf("2026-08-24T11:00", "2026-11-22T11:00")[0]).toBe(24);
  });

  it("uses days where the hours are deleted", () => {
    expect(stepOf("2026-08-20T05:00", "2026-08-20T12:00")).toEqual([
      24,
      ["daily 2026-08-20T00:00 2026-08-21T00:00"],
    ]);
    expect(stepOf("2026-08-20T05:00", "2026-08-28T12:00")).toEqual([
      24,
      ["daily 2026-08-20T00:00 2026-08-28T00:00", "hourly 2026-08-28T00:00 2026-08-28T12:00"],
    ]);
  });
});

describe("resolveWindow, planWindow and planTrend, for any query and time", () => {
  const time = fc.integer({ min: NOW - 400 * DAY, max: NOW + 3 * DAY });
  const minutes = (from: number, to: number) => fc.integer({ min: from, max: to }).map((n) => n * MINUTE);
  const asked = fc.record({
    now: fc.integer({ min: NOW - 2 * DAY, max: NOW + 2 * DAY }),
    query: fc.oneof(
      fc.record({
        range: fc.constantFrom(...(Object.keys(RANGES) as RangeName[])),
        from: fc.option(time),
        to: fc.option(time),
      }),
      // Near the edges of the retention, and of any length.
      fc
        .tuple(fc.constantFrom(2, 3, 90, 1), minutes(-1_500, 1_500), minutes(1, 2_000))
        .map(([days, offset, length]) => {
          const from = NOW - days * DAY + offset;
          return { range: "24h" as const, from, to: from + length };
        }),
    ),
    retention: fc.record({
      fiveMinutes: fc.constant(2 * DAY),
      hourly: fc.constantFrom(1, 2, 3, 90).map((days) => days * DAY),
      daily: fc.constantFrom(90, 730, 36_500).map((days) => days * DAY),
    }),
  });

  const coversOnce = (parts: readonly WindowPart[], { from, to }: TimeWindow): void => {
    let reached = from;
    for (const part of parts) {
      const { length } = GRAINS[part.grain];
      expect(part.from * length).toBe(reached);
      expect(part.to).toBeGreaterThan(part.from);
      reached = part.to * length;
    }
    expect(reached).toBe(to);
  };

  it("return whole units that contain the requested window and end with the present at the latest", () => {
    fc.assert(
      fc.property(asked, ({ now, query }) => {
        const { from, to } = resolveWindow(query, now);
        expect(to).toBeGreaterThan(from);
        const unit = to - from <= 6 * HOUR + FIVE_MINUTES ? FIVE_MINUTES : 15 * MINUTE;
        expect([from % unit, to % unit]).toEqual([0, 0]);
        expect(to).toBeLessThanOrEqual(ceilTo(now + 1, HOUR));
        if (query.from !== null) expect(from).toBeLessThanOrEqual(query.from);
        if (query.to !== null) expect(to).toBeGreaterThanOrEqual(Math.min(query.to, now));
      }),
      examples(2_000),
    );
  });

  it("return retained parts that cover the window exactly once, in at most 400 steps", () => {
    fc.assert(
      fc.property(asked, ({ now, query, retention }) => {
        const wanted = resolveWindow(query, now);
        const planned = planWindow(wanted, retention, now);
        const { window } = planned;
        const oldest = floorTo(now - retention.daily, DAY);
        expect(window.from).toBeGreaterThanOrEqual(oldest);
        expect(window.to).toBeLessThanOrEqual(Math.max(wanted.to, ceilTo(now, HOUR), oldest + DAY));
        if (wanted.to > oldest) {
          expect(window.from).toBeLessThanOrEqual(Math.max(oldest, wanted.from));
          expect(Math.max(oldest, wanted.from) - window.from).toBeLessThan(DAY);
          expect(window.to - wanted.to).toBeLessThan(DAY);
          // A day or more of whole hours may end earlier by less than an hour, as it then begins.
          const keepsLength = window.to - window.from === wanted.to - wanted.from && wanted.from % HOUR !== 0;
          expect(window.to).toBeGreaterThan(keepsLength ? wanted.to - HOUR : wanted.to - 1);
        }
        const trend = planTrend(planned, retention, now);
        for (const parts of [planned.parts, trend.parts]) {
          coversOnce(parts, window);
          for (const { grain, from } of parts) {
            if (grain === "daily") continue;
            expect(from * GRAINS[grain].length).toBeGreaterThanOrEqual(now - retention[grain]);
          }
        }
        expect(trend.parts.every(({ grain }) => GRAINS[grain].length <= trend.step)).toBe(true);
        expect(emptyTrend(window, trend.step).length).toBeLessThanOrEqual(MAX_STEPS);
      }),
      examples(3_000),
    );
  });

  it("cover a window of local times with the same length in every zone", () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    const days = fc.integer({ min: 1, max: 44 });
    fc.assert(
      fc.property(zones, days, fc.integer({ min: 1, max: 44 }), (tz, ago, length) => {
        const midnight = (day: number): number => fromLocal(floorTo(NOW, DAY) - day * DAY, tz);
        const [from, to] = [midnight(ago + length), midnight(ago)];
        const { window } = planWindow(resolveWindow({ range: "24h", from, to }, NOW), RETENTION, NOW);
        // Half an hour of Lord Howe's clocks is no whole hour of anybody's.
        if ((to - from) % HOUR === 0) expect(window.to - window.from).toBe(to - from);
      }),
      examples(500),
    );
  });
});

describe("planTrend for a window of any length", () => {
  const EVER = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 36_500 * DAY };
  const FIRST = Date.parse("0000-01-01T00:00:00.000Z");
  const LAST = Date.parse("9999-12-31T23:59:59.999Z");

  it.each([
    ["from the first instant", { from: FIRST, to: null }, "2024-11-22T00:00 2026-11-22T11:00"],
    ["to the first instant", { from: null, to: FIRST }, "2024-11-22T00:00 2024-11-23T00:00"],
    ["from the first to the last", { from: FIRST, to: LAST }, "2024-11-22T00:00 2026-11-22T11:00"],
    ["from the last instant", { from: LAST, to: null }, "2026-11-22T10:15 2026-11-22T10:20"],
  ])("clips %s to the retention", (_, query, cut) => {
    const wanted = resolveWindow({ range: "24h", ...query }, NOW);
    expect(format(planWindow(wanted, RETENTION, NOW).window)).toBe(cut);
  });

  it.each([
    [397, 1],
    [730, 7],
    [3_650, 28],
    [36_500, 112],
  ])("divides %d days into steps of %d days", (length, days) => {
    const from = floorTo(NOW, DAY) - length * DAY;
    const planned = planWindow(resolveWindow({ range: "24h", from, to: null }, NOW), EVER, NOW);
    const { step } = planTrend(planned, EVER, NOW);
    expect(step / DAY).toBe(days);
    expect(emptyTrend(planned.window, step).length).toBeLessThanOrEqual(MAX_STEPS);
  });
});
