import { describe, expect, it } from "vitest";
import {
  ceilTo,
  DAY,
  FIVE_MINUTES,
  floorTo,
  HOUR,
  isRangeName,
  MINUTE,
  RANGES,
  type RangeName,
  windowOfRange,
} from "../../../app/vitals/time";

const iso = ({ from, to }: { from: number; to: number }): string[] =>
  [from, to].map((time) => new Date(time).toISOString().replace(":00.000Z", "Z"));

describe("windowOfRange", () => {
  const now = Date.parse("2026-11-22T10:17:31.500Z");

  it.each<[RangeName, string, string]>([
    ["1h", "2026-11-22T09:20Z", "2026-11-22T10:20Z"],
    ["6h", "2026-11-22T04:20Z", "2026-11-22T10:20Z"],
    ["24h", "2026-11-21T11:00Z", "2026-11-22T11:00Z"],
    ["7d", "2026-11-15T11:00Z", "2026-11-22T11:00Z"],
    ["30d", "2026-10-23T11:00Z", "2026-11-22T11:00Z"],
    ["90d", "2026-08-24T11:00Z", "2026-11-22T11:00Z"],
  ])("returns whole periods for %s, the current one included", (range, from, to) => {
    expect(iso(windowOfRange(range, now))).toEqual([from, to]);
  });

  it("includes the present at every instant of a period", () => {
    for (const range of Object.keys(RANGES) as RangeName[]) {
      for (const time of [
        now,
        floorTo(now, HOUR),
        floorTo(now, HOUR) - 1,
        floorTo(now, FIVE_MINUTES) - 1,
        0,
      ]) {
        const { from, to } = windowOfRange(range, time);
        expect(to - from).toBe(RANGES[range]);
        expect(from).toBeLessThanOrEqual(time);
        expect(to).toBeGreaterThan(time);
        expect(to - time).toBeLessThanOrEqual(RANGES[range] <= 6 * HOUR ? FIVE_MINUTES : HOUR);
      }
    }
  });

  it("is constant within a period", () => {
    const start = floorTo(now, HOUR);
    expect(windowOfRange("24h", start)).toEqual(windowOfRange("24h", start + HOUR - 1));
    expect(windowOfRange("24h", start)).not.toEqual(windowOfRange("24h", start + HOUR));
  });
});

describe("floorTo and ceilTo", () => {
  it.each([
    [0, 0, 0],
    [1, 0, HOUR],
    [HOUR - 1, 0, HOUR],
    [HOUR, HOUR, HOUR],
    [-1, -HOUR, -0],
  ])("round %d ms to %d and %d", (time, floor, ceil) => {
    expect(floorTo(time, HOUR)).toBe(floor);
    expect(ceilTo(time, HOUR)).toBe(ceil);
  });

  it("round to UTC days", () => {
    expect(floorTo(Date.parse("2026-11-22T23:59:59.999Z"), DAY)).toBe(Date.parse("2026-11-22"));
    expect(ceilTo(Date.parse("2026-11-22T10:01:00Z"), FIVE_MINUTES)).toBe(Date.parse("2026-11-22T10:05:00Z"));
    expect(FIVE_MINUTES).toBe(5 * MINUTE);
  });
});

it("isRangeName accepts the listed ranges only", () => {
  expect(Object.keys(RANGES).every(isRangeName)).toBe(true);
  for (const other of ["", "2h", "24H", "toString", "__proto__", null, undefined, 24]) {
    expect(isRangeName(other)).toBe(false);
  }
});
