import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  planTrend,
  planWindow,
  resolveWindow,
  type SummaryRetention,
  type WindowPart,
} from "../../../app/query/window";
import { GRAINS } from "../../../app/storage/summaries.server";
import {
  ceilTo,
  DAY,
  FIVE_MINUTES,
  HOUR,
  MINUTE,
  RANGES,
  type RangeName,
  type TimeWindow,
} from "../../../app/vitals/time";
import { examples } from "../../support/measurements";

const NOW = Date.parse("2026-11-22T10:17:31.500Z");
const REACH: SummaryRetention = { fiveMinutes: 2 * DAY, hourly: 90 * DAY };

const at = (text: string): number => Date.parse(`${text}Z`);
const shown = ({ from, to }: TimeWindow): string =>
  [from, to].map((time) => new Date(time).toISOString().slice(0, 16)).join(" ");

const resolve = (query: Partial<{ range: RangeName; from: number; to: number }>): TimeWindow =>
  resolveWindow({ range: "24h", from: null, to: null, ...query }, NOW);

/** A plan as text: grain, and its stretch in ms. */
const partsShown = (parts: readonly WindowPart[]): string[] =>
  parts.map(({ grain, from, to }) => {
    const { length } = GRAINS[grain];
    return `${grain} ${shown({ from: from * length, to: to * length })}`;
  });

const plan = (from: string, to: string, retention = REACH): string[] =>
  partsShown(planWindow({ from: at(from), to: at(to) }, retention, NOW).parts);

describe("resolveWindow", () => {
  it("takes absolute times before the range", () => {
    const window = { range: "90d" as const, from: at("2026-11-20T08:00"), to: at("2026-11-20T20:00") };
    expect(shown(resolve(window))).toBe("2026-11-20T08:00 2026-11-20T20:00");
  });

  it("rounds outwards, to hours or (up to six of them) to five minutes", () => {
    const from = at("2026-11-20T08:03:20");
    expect(shown(resolve({ from, to: at("2026-11-20T08:04") }))).toBe("2026-11-20T08:00 2026-11-20T08:05");
    expect(shown(resolve({ from, to: from + 6 * HOUR }))).toBe("2026-11-20T08:00 2026-11-20T14:05");
    expect(shown(resolve({ from, to: from + 6 * HOUR + 1 }))).toBe("2026-11-20T08:00 2026-11-20T15:00");
  });

  it("lets a lone `from` end now, and gives a lone `to` the length of the range", () => {
    expect(shown(resolve({ from: at("2026-11-20T08:30") }))).toBe("2026-11-20T08:00 2026-11-22T11:00");
    expect(shown(resolve({ to: at("2026-11-20T08:30"), range: "7d" }))).toBe(
      "2026-11-13T08:00 2026-11-20T09:00",
    );
  });

  it("cuts off the future, and is never empty", () => {
    expect(shown(resolve({ to: at("2027-01-01T00:00"), range: "24h" }))).toBe(
      "2026-11-21T10:00 2026-11-22T11:00",
    );
    const current = "2026-11-22T10:15 2026-11-22T10:20";
    expect(shown(resolve({ from: at("2027-01-01T00:00") }))).toBe(current);
    expect(shown(resolve({ from: at("2027-01-01T00:00"), to: at("2027-02-01T00:00") }))).toBe(current);
  });
});

describe("planWindow", () => {
  it("reads a short window from five minutes, as long as there are any", () => {
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

  it("reads whole days from days, and the rest from hours", () => {
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

  it("grows to whole days where the hours are gone", () => {
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

  it("takes a day whole that has lost some of its hours", () => {
    expect(plan("2026-08-20T05:00", "2026-08-24T15:00")).toEqual(["daily 2026-08-20T00:00 2026-08-25T00:00"]);
    expect(plan("2026-08-24T09:00", "2026-08-24T15:00")).toEqual(["daily 2026-08-24T00:00 2026-08-25T00:00"]);
  });
});

const stepOf = (from: string, to: string): [number, string[]] => {
  const planned = planWindow({ from: at(from), to: at(to) }, REACH, NOW);
  const { step, parts } = planTrend(planned, REACH, NOW);
  return [step / HOUR, partsShown(parts)];
};

describe("planTrend", () => {
  it("has steps that read well", () => {
    expect(stepOf("2026-11-22T04:20", "2026-11-22T10:20")[0]).toBe(1 / 12);
    expect(stepOf("2026-11-21T11:00", "2026-11-22T11:00")[0]).toBe(1);
    expect(stepOf("2026-11-20T00:00", "2026-11-22T00:00")[0]).toBe(1);
    expect(stepOf("2026-11-15T11:00", "2026-11-22T11:00")[0]).toBe(3);
    expect(stepOf("2026-10-23T11:00", "2026-11-22T11:00")[0]).toBe(24);
    expect(stepOf("2026-08-24T11:00", "2026-11-22T11:00")[0]).toBe(24);
  });

  it("goes by days where the hours are gone", () => {
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

describe("whatever is asked, whenever", () => {
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
      // Near the edges of what is kept, and of any length.
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

  it("a window is whole units, holds what was asked for, and ends with the present at the latest", () => {
    fc.assert(
      fc.property(asked, ({ now, query }) => {
        const { from, to } = resolveWindow(query, now);
        expect(to).toBeGreaterThan(from);
        const unit = to - from <= 6 * HOUR + FIVE_MINUTES ? FIVE_MINUTES : HOUR;
        expect([from % unit, to % unit]).toEqual([0, 0]);
        expect(to).toBeLessThanOrEqual(ceilTo(now + 1, unit));
        if (query.from !== null) expect(from).toBeLessThanOrEqual(query.from);
        if (query.to !== null) expect(to).toBeGreaterThanOrEqual(Math.min(query.to, now));
      }),
      examples(2_000),
    );
  });

  it("the parts cover the window exactly once, from summaries that are kept", () => {
    fc.assert(
      fc.property(asked, ({ now, query, retention }) => {
        const wanted = resolveWindow(query, now);
        const planned = planWindow(wanted, retention, now);
        const { window } = planned;
        expect(window.from).toBeLessThanOrEqual(wanted.from);
        expect(window.to).toBeGreaterThanOrEqual(wanted.to);
        expect(window.to).toBeLessThanOrEqual(Math.max(wanted.to, ceilTo(now, HOUR)));
        expect(wanted.from - window.from).toBeLessThan(DAY);
        expect(window.to - wanted.to).toBeLessThan(DAY);
        const trend = planTrend(planned, retention, now);
        for (const parts of [planned.parts, trend.parts]) {
          coversOnce(parts, window);
          for (const { grain, from } of parts) {
            if (grain === "daily") continue;
            expect(from * GRAINS[grain].length).toBeGreaterThanOrEqual(now - retention[grain]);
          }
        }
        expect(trend.parts.every(({ grain }) => GRAINS[grain].length <= trend.step)).toBe(true);
      }),
      examples(3_000),
    );
  });
});
