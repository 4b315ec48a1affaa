import { describe, expect, it } from "vitest";
import { forecast, recentDays } from "../../../../app/cli/db-stats/forecast";
import { DAY, HOUR } from "../../../../app/vitals/time";

const TODAY = Date.parse("2026-11-22T00:00:00Z");
const AT = TODAY + 10 * HOUR;

describe("recentDays", () => {
  it("is the seven whole UTC days before today", () => {
    const week = { from: TODAY - 7 * DAY, to: TODAY };
    expect(recentDays(TODAY - 30 * DAY, AT)).toEqual(week);
    expect(recentDays(TODAY - 30 * DAY, TODAY)).toEqual(week);
  });

  it("begins after the day of the oldest row", () => {
    expect(recentDays(TODAY - 3 * DAY + HOUR, AT)).toEqual({ from: TODAY - 2 * DAY, to: TODAY });
    expect(recentDays(TODAY - DAY, AT)).toEqual({ from: TODAY - DAY, to: TODAY });
  });

  it("is absent without one whole day, and without rows", () => {
    expect(recentDays(TODAY - DAY + 1, AT)).toBeNull();
    expect(recentDays(AT - HOUR, AT)).toBeNull();
    expect(recentDays(null, AT)).toBeNull();
  });
});

describe("forecast", () => {
  const days = { from: TODAY - 2 * DAY, to: TODAY };

  it("multiplies the rows of an average day by the retention, at the present bytes a row", () => {
    const expected = forecast({ rows: 1_000, bytes: 120_000 }, { recent: 700, days, retention: 90 * DAY });
    expect(expected).toEqual({ rows: 350 * 90, bytes: 350 * 90 * 120 });
  });

  it("is 0 for a table that no longer gets rows", () => {
    const expected = forecast({ rows: 1_000, bytes: 120_000 }, { recent: 0, days, retention: DAY });
    expect(expected).toEqual({ rows: 0, bytes: 0 });
  });
});
