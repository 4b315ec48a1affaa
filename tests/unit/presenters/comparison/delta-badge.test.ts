import { describe, expect, it } from "vitest";
import {
  intervalText,
  shortCount,
  signedPercent,
  signedValue,
} from "../../../../app/presenters/comparison/change-labels";
import { deltaBadge } from "../../../../app/presenters/comparison/delta-badge";
import type { Change } from "../../../../app/query/comparison/comparison-result";
import { CHANGES, changeOf, timeChange } from "./comparisons";

const plain = (text: string | null): string | null => text?.replaceAll("\u2009", " ") ?? null;

describe("a change in words", () => {
  it("has a sign, and none where nothing is left of it", () => {
    expect([15.2, -10.4, 0.44, -0.04, 0, -0].map(signedPercent)).toEqual([
      "+15",
      "-10",
      "+0.4",
      "0",
      "0",
      "0",
    ]);
    expect([399, -0.4, 1_204].map((ms) => plain(signedValue("LCP", ms)))).toEqual([
      "+399 ms",
      "-0.4 ms",
      "+1.20 s",
    ]);
    expect([0.0132, -0.004, 0].map((score) => signedValue("CLS", score))).toEqual(["+0.01", "-0.004", "0"]);
  });

  it("has an interval of the same kind", () => {
    const interval = { low: -2.4, high: 14 };
    expect(plain(intervalText("LCP", { percent: 6, interval }))).toBe("-2…+14 %");
    expect(plain(intervalText("TTFB", { percent: null, interval }))).toBe("-2…+14 ms");
    expect(plain(intervalText("LCP", { percent: null, interval: { low: 20, high: 1_500 } }))).toBe(
      "+20 ms … +1.50 s",
    );
    expect(intervalText("LCP", { percent: 6, interval: null })).toBeNull();
  });

  it("counts in three digits where room is short", () => {
    expect([912, 12_304, 1_040_000].map(shortCount)).toEqual(["912", "12.3k", "1.04M"]);
  });
});

describe("deltaBadge", () => {
  const marks = (metric: "LCP" | "CLS", change: Change) => {
    const { tone, mark, word } = deltaBadge(metric, change);
    return [tone, mark, word];
  };

  it("shows what is called by colour, sign, arrow and word together", () => {
    expect(marks("LCP", CHANGES.LCP)).toEqual(["worse", "+15% ↑", "slower"]);
    expect(marks("LCP", timeChange(2_000, 1_800, 5, { verdict: "improvement" }))).toEqual([
      "better",
      "-10% ↓",
      "faster",
    ]);
    expect(marks("CLS", CHANGES.CLS)).toEqual(["better", "-0.01 ↓", "more stable"]);
    expect(marks("LCP", { ...CHANGES.LCP, early: true })[2]).toBe("slower, early");
  });

  it("shows grey what is not, and never an arrow there", () => {
    expect(marks("LCP", CHANGES.INP)).toEqual(["neutral", "≈", "unchanged"]);
    expect(marks("LCP", CHANGES.FCP)).toEqual(["neutral", "?", "inconclusive"]);
    expect(marks("LCP", CHANGES.TTFB)).toEqual(["neutral", null, "too few"]);
    const leaning = { ...CHANGES.FCP, leaning: "better", early: true, reason: "early" } as const;
    expect(marks("LCP", leaning)).toEqual(["neutral", "?", "leaning better, early"]);
    expect(marks("LCP", { ...CHANGES.FCP, reason: "library-changed" })).toEqual([
      "neutral",
      "?",
      "library changed",
    ]);
  });

  it("says how sure it is, on how much it rests, and what would settle it", () => {
    const { interval, n, shortN, good } = deltaBadge("LCP", CHANGES.LCP);
    expect([interval, n, shortN, good].map(plain)).toEqual([
      "+9…+22 %",
      "12,304 / 11,876",
      "12.3k / 11.9k",
      "82 % → 74 % good",
    ]);
    const open = deltaBadge("FCP", CHANGES.FCP);
    expect([open.size, ...open.notes]).toEqual(["+6%", "about 1,800 more page views"]);
    expect(deltaBadge("FCP", { ...CHANGES.FCP, reason: "contradictory", settledBy: null }).notes).toEqual([
      "p75 and good share disagree",
    ]);
  });

  it("of identical data is exactly nothing", () => {
    const same = timeChange(1_000, 1_000, 0, { verdict: "unchanged" });
    expect(deltaBadge("LCP", same)).toMatchObject({ mark: "≈", size: "0%" });
    expect(plain(deltaBadge("LCP", same).interval)).toBe("0…0 %");
  });

  it("of a handful has neither number nor interval", () => {
    expect(deltaBadge("LCP", changeOf({ n: { current: 12, baseline: 0 } }))).toMatchObject({
      ...{ mark: null, size: null, interval: null, good: null, n: "12 / 0", notes: [] },
    });
  });
});
