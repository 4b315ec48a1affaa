import { describe, expect, it } from "vitest";
import {
  changeSentence,
  goodShareSentence,
  leftOutSentence,
  mixSentence,
  otherMetrics,
  runsText,
} from "../../../../app/presenters/comparison/sentence";
import { CHANGES, changeOf, clsChange, comparisonOf, MODEL, timeChange } from "./comparisons";

const SIDES = comparisonOf();
/** With ordinary spaces, as one reads it. */
const said = (runs: Parameters<typeof runsText>[0]): string => runsText(runs).replaceAll("\u202f", " ");
const read = (text: string | null): string | null => text?.replaceAll("\u202f", " ") ?? null;

describe("changeSentence", () => {
  it("says a regression as a person would", () => {
    const runs = changeSentence("LCP", CHANGES.LCP, SIDES);
    expect(said(runs)).toBe(
      "2.4.1 is slower than 2.4.0 on LCP: p75 2.61 s → 3.00 s, +15% ↑ (+9…+22 %), 12,304 and 11,876 page views, same hours on both releases.",
    );
    expect(runs.filter(({ tone }) => tone === "worse").map(({ text }) => text)).toEqual(["slower", "+15% ↑"]);
  });

  it("says an improvement of CLS by its difference", () => {
    expect(said(changeSentence("CLS", CHANGES.CLS, SIDES))).toBe(
      "2.4.1 is more stable than 2.4.0 on CLS: p75 0.05 → 0.04, -0.01 ↓ (-0.017…-0.009), 12,120 and 11,700 page views, same hours on both releases.",
    );
  });

  it("says what is unchanged, and how sure that is", () => {
    expect(
      said(changeSentence("INP", { ...CHANGES.INP, method: "model" }, { ...SIDES, windows: MODEL })),
    ).toBe(
      "2.4.1 is as fast as 2.4.0 on INP: p75 144 ms → 145 ms, ≈ +0.7% (-3…+5 %), 12,304 and 11,876 page views, all hours of 28 days.",
    );
  });

  it("says what is not clear, leaning or withheld, and calls nothing then", () => {
    const open = timeChange(1_400, 1_484, 10, { verdict: "inconclusive" });
    const begins = (given: Partial<typeof open>) => said(changeSentence("FCP", { ...open, ...given }, SIDES));
    expect(begins({ settledBy: { by: "samples", samples: 1_800 } })).toMatch(
      /^Whether 2\.4\.1 changed FCP against 2\.4\.0 is not clear yet: p75 1\.40 s → 1\.48 s, \+6% \(-4…\+16 %\)/,
    );
    expect(begins({ leaning: "worse", early: true })).toMatch(
      /^2\.4\.1 is leaning worse than 2\.4\.0 on FCP after less than 24 hours: p75/,
    );
    expect(begins({ reason: "library-changed" })).toMatch(
      /can't be judged on FCP, since different major versions/,
    );
    expect(begins({ reason: "time-of-day-not-matched" })).toMatch(
      /can't be called, since nothing matches the time of day: p75/,
    );
    expect(
      changeSentence("FCP", open, SIDES).every(({ tone }) => tone !== "worse" && tone !== "better"),
    ).toBe(true);
  });

  it("says how many page views there are where they are too few", () => {
    expect(said(changeSentence("TTFB", CHANGES.TTFB, SIDES))).toBe(
      "There is too little data to compare 2.4.1 with 2.4.0 on TTFB: 120 and 11,876 page views, where each side needs 200, same hours on both releases.",
    );
    expect(said(changeSentence("LCP", changeOf({ reason: "window-too-short" }), SIDES))).toMatch(
      /^2\.4\.1 and 2\.4\.0 can't be compared on LCP yet, since less than an hour is compared: 0 and 0 page views/,
    );
  });
});

describe("otherMetrics", () => {
  it("names what is called first, and all that is not", () => {
    expect(said(otherMetrics(CHANGES, "LCP"))).toBe(
      "CLS is more stable, -0.01 ↓. INP is unchanged; FCP is inconclusive; TTFB has too little data.",
    );
    expect(said(otherMetrics(CHANGES, "INP"))).toMatch(
      /^LCP is slower, \+15% ↑, CLS is more stable, -0\.01 ↓\. /,
    );
  });
});

describe("what stands beside a change", () => {
  it("is the share of good page views, with its interval", () => {
    expect(read(goodShareSentence("LCP", CHANGES.LCP))).toBe(
      "Good LCP: 82 % → 74 % of page views, -8 points (-12…-4).",
    );
  });

  it("is the part that other devices explain", () => {
    const more = { kind: "device", device: "mobile", baseline: 0.3, current: 0.4 } as const;
    const mixed = timeChange(1_000, 1_010, 3, {
      raw: { percent: 9.1, absolute: 91 },
      mix: { percent: 8.1, absolute: 81, leftOut: 0.021, cause: more },
    });
    expect(read(mixSentence("LCP", mixed))).toBe(
      "As measured, LCP changed by +9%; +8 points of that come from more mobile traffic (30 % → 40 %), which the verdict leaves out.",
    );
    expect(read(leftOutSentence(mixed))).toBe(
      "2 % of the page views are left out: too few of their device and route to match.",
    );
  });

  it("is the part that prefetched loads explain", () => {
    const cause = { kind: "prefetched", baseline: 0.4, current: 0.1 } as const;
    const mixed = timeChange(1_000, 1_010, 3, {
      raw: { percent: 9.1, absolute: 91 },
      mix: { percent: 8.1, absolute: 81, leftOut: 0, cause },
    });
    expect(read(mixSentence("LCP", mixed))).toBe(
      "As measured, LCP changed by +9%; +8 points of that come from fewer prefetched loads (40 % → 10 %), which the verdict leaves out.",
    );
  });

  it("is what the mix hides, and nothing where it explains nothing", () => {
    const less = { kind: "device", device: "mobile", baseline: 0.4, current: 0.3 } as const;
    const hidden = timeChange(1_000, 1_070, 3, {
      raw: { percent: 2, absolute: 20 },
      mix: { percent: -5, absolute: -50, leftOut: 0, cause: less },
    });
    expect(read(mixSentence("LCP", hidden))).toBe(
      "As measured, LCP changed by +2%: -5 points came from less mobile traffic (40 % → 30 %), which the verdict leaves out.",
    );
    const routes = clsChange(0.1, 0.02, 0.01, {
      raw: { percent: null, absolute: 0.03 },
      mix: { percent: null, absolute: 0.01, leftOut: 0, cause: { kind: "routes" } },
    });
    expect(mixSentence("CLS", routes)).toBe(
      "As measured, CLS changed by +0.03; +0.01 of that come from visits to other routes, which the verdict leaves out.",
    );
    expect(mixSentence("LCP", CHANGES.LCP)).toBeNull();
    expect(leftOutSentence(CHANGES.LCP)).toBeNull();
  });
});
