import { describe, expect, it } from "vitest";
import {
  intervalText,
  signedPercent,
  signedValue,
} from "../../../../app/presenters/comparison/change-labels";
import { deltaBadge } from "../../../../app/presenters/comparison/delta-badge";
import type { Change } from "../../../../app/query/comparison/comparison-result";
import { CHANGES, timeChange } from "./comparisons";

const plain = (text: string | null): string | null => text?.replaceAll("\u202f", " ") ?? null;

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
});

describe("deltaBadge", () => {
  const marks = (metric: "LCP" | "CLS", change: Change) => {
    const { tone, mark, label } = deltaBadge(metric, change);
    return [tone, mark, label];
  };

  it("shows a regression or an improvement by colour, sign, arrow and word together", () => {
    expect(marks("LCP", CHANGES.LCP)).toEqual(["worse", "+15% ↑", "slower"]);
    expect(marks("LCP", timeChange(2_000, 1_800, 5, { verdict: "improvement" }))).toEqual([
      "better",
      "-10% ↓",
      "faster",
    ]);
    expect(marks("CLS", CHANGES.CLS)).toEqual(["better", "-0.01 ↓", "more stable"]);
    expect(marks("LCP", { ...CHANGES.LCP, early: true })[2]).toBe("slower, early");
  });

  it("shows a quiet mark, without number or arrow, for everything else", () => {
    expect(marks("LCP", CHANGES.INP)).toEqual(["neutral", "≈", "unchanged"]);
    const leaning = { ...CHANGES.FCP, leaning: "better", early: true, reason: "early" } as const;
    for (const change of [CHANGES.FCP, CHANGES.TTFB, leaning]) {
      expect(marks("LCP", change)).toEqual(["neutral", "·", "undecided"]);
    }
  });

  it.each([
    {
      name: "a regression",
      change: CHANGES.LCP,
      text: "+15% (+9…+22 %), n 12,304 / 11,876, 82 % → 74 % good",
    },
    {
      name: "an open change",
      change: CHANGES.FCP,
      text: "+6% (-4…+16 %), n 12,304 / 11,876, inconclusive, about 1,800 more page views",
    },
    {
      name: "contradictory measures",
      change: { ...CHANGES.FCP, reason: "contradictory", settledBy: null } as const,
      text: "+6% (-4…+16 %), n 12,304 / 11,876, p75 and good share disagree",
    },
    {
      name: "a young release",
      change: {
        ...CHANGES.FCP,
        leaning: "worse",
        early: true,
        reason: "early",
        settledBy: null,
      } as const,
      text: "+6% (-4…+16 %), n 12,304 / 11,876, leaning worse, stricter while the release is young",
    },
    { name: "too few samples", change: CHANGES.TTFB, text: "n 120 / 11,876, too few samples" },
    {
      name: "identical data",
      change: timeChange(1_000, 1_000, 0, { verdict: "unchanged" }),
      text: "0% (0…0 %), n 12,304 / 11,876",
    },
  ])("has the figures of $name on one line", ({ change, text }) => {
    expect(plain(deltaBadge("LCP", change).details)).toBe(text);
  });

  it("writes the badge of a change once, and another one for another metric", () => {
    const change = timeChange(1_000, 1_200, 3, { verdict: "regression" });
    expect(deltaBadge("LCP", change)).toBe(deltaBadge("LCP", change));
    const [lcp, cls] = [deltaBadge("LCP", change), deltaBadge("CLS", change)];
    expect([lcp.metric, lcp.label, cls.metric, cls.label]).toEqual(["LCP", "slower", "CLS", "less stable"]);
    expect(deltaBadge("LCP", { ...change })).toEqual(lcp);
  });
});
