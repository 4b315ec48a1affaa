import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatAge,
  formatCount,
  formatInstant,
  formatShare,
  formatValue,
  formatWindow,
  valueText,
  windowZone,
} from "../../../../app/presenters/format/format";
import { type Metric, rate } from "../../../../app/vitals/metrics";
import { DAY, HOUR, MINUTE } from "../../../../app/vitals/time";
import { aMetric, aValueOf, examples } from "../../../support/measurements";

/** Thin spaces are hard to tell from others in a test. */
const plain = (text: string): string => text.replaceAll("\u202f", "_");

describe("formatValue", () => {
  it.each<[Metric, number, string]>([
    ["TTFB", 0, "0_ms"],
    ["TTFB", 0.4, "0.4_ms"],
    ["TTFB", 610.2, "610_ms"],
    ["LCP", 999.4, "999_ms"],
    ["LCP", 999.6, "1.00_s"],
    ["LCP", 1000, "1.00_s"],
    ["LCP", 1610, "1.61_s"],
    ["LCP", 12_340, "12.3_s"],
    ["LCP", 123_400, "123_s"],
    ["LCP", 2500, "2.50_s"],
    ["LCP", 2503, "2.503_s"],
    ["INP", 200.3, "200.3_ms"],
    ["CLS", 0, "0.00"],
    ["CLS", 0.04, "0.04"],
    ["CLS", 0.041, "0.04"],
    ["CLS", 0.098, "0.098"],
    ["CLS", 0.1, "0.10"],
    ["CLS", 0.1004, "0.1004"],
    ["CLS", 0.104, "0.104"],
    ["CLS", 0.17, "0.17"],
    ["CLS", 1.234, "1.23"],
  ])("of %s %d is %s", (metric, value, text) => {
    expect(plain(valueText(metric, value))).toBe(text);
  });

  it("never shows a value on the other side of a threshold", () => {
    fc.assert(
      fc.property(aMetric, fc.integer({ min: 1, max: 600_000 }), (metric, n) => {
        const value = metric === "CLS" ? n / 10_000 : n / 10;
        const { number, unit } = formatValue(metric, value);
        expect(rate(metric, Number(number) * (unit === "s" ? 1000 : 1))).toBe(rate(metric, value));
      }),
      examples(2_000),
    );
  });

  it("is a short text for any value", () => {
    fc.assert(
      fc.property(
        aMetric.chain((metric) => fc.tuple(fc.constant(metric), aValueOf(metric))),
        ([metric, value]) => {
          expect(valueText(metric, value)).toMatch(/^\d+(\.\d{1,6})?(\u202fm?s)?$/);
        },
      ),
      examples(500),
    );
  });
});

describe("counts and shares", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [61_022, "61,022"],
    [1_234_567, "1,234,567"],
  ])("%d is %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([
    [0, "0_%"],
    [0.004, "<1_%"],
    [0.29, "29_%"],
    [0.749, "74_%"],
    [0.75, "75_%"],
    [0.999, "99_%"],
    [1, "100_%"],
  ])("%d is %s", (share, text) => {
    expect(plain(formatShare(share))).toBe(text);
  });
});

describe("times", () => {
  const NOON = Date.parse("2026-11-22T12:00:00Z");

  it("name their zone, and their year where it is another", () => {
    expect(formatInstant(NOON, "UTC")).toBe("22 Nov 12:00 UTC");
    expect(formatInstant(NOON, "Europe/Berlin")).toBe("22 Nov 13:00 CET");
    expect(formatInstant(NOON, "UTC", Date.parse("2027-01-02"))).toBe("22 Nov 2026 12:00 UTC");
    expect(formatInstant(Date.parse("2026-09-01"), "UTC")).toBe("1 Sep 00:00 UTC");
  });

  it("of a window name the zone once, unless clocks change within it", () => {
    expect(formatWindow({ from: NOON - DAY, to: NOON }, "UTC")).toBe("21 Nov 12:00 – 22 Nov 12:00 UTC");
    const autumn = { from: NOON - 60 * DAY, to: NOON };
    expect(formatWindow(autumn, "Europe/Berlin")).toBe("23 Sep 14:00 CEST – 22 Nov 13:00 CET");
    expect(windowZone(autumn, "Europe/Berlin")).toBe("Europe/Berlin");
    expect(windowZone(autumn, "UTC")).toBe("UTC");
  });

  it.each([
    [-5, "0_s"],
    [12_400, "12_s"],
    [MINUTE, "1_min"],
    [59 * MINUTE, "59_min"],
    [3 * HOUR + 5, "3_h"],
    [47 * HOUR, "47_h"],
    [5 * DAY, "5 days"],
  ])("an age of %d ms is %s", (age, text) => {
    expect(plain(formatAge(age))).toBe(text);
  });
});
