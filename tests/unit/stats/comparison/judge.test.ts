import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Change } from "../../../../app/stats/comparison/change";
import type { Estimate } from "../../../../app/stats/comparison/estimate";
import { discoveryThreshold, nextDiscovery } from "../../../../app/stats/comparison/false-discovery";
import { type Finding, isJudged, NOMINAL, pValueOf } from "../../../../app/stats/comparison/finding";
import { decideVerdict, type SignificanceLevel } from "../../../../app/stats/comparison/judge";
import { criticalT } from "../../../../app/stats/student-t";
import { MIN_ABSOLUTE_CHANGE, WINDOW_KINDS } from "../../../../app/vitals/comparison";
import type { Metric } from "../../../../app/vitals/metrics";

const ONCE: SignificanceLevel = { p: NOMINAL, early: false, many: false };
const EARLY: SignificanceLevel = { p: "always-valid", early: true, many: false };

const MANY_DEGREES = 1_000;

type Given = Partial<Omit<Finding, "estimate">> & {
  /** From the baseline's p75 to the current one. */
  from?: number;
  to?: number;
  /** Standard error of the measured difference. */
  error?: number;
  n?: number;
  good?: [current: number, baseline: number];
  goodSamples?: number;
  estimate?: Partial<Estimate>;
};

function finding({
  metric = "LCP",
  from = 2_000,
  to = 2_000,
  error = 0.02,
  n = 10_000,
  good = [0.75, 0.75],
  goodSamples = n,
  estimate = {},
  ...rest
}: Given): Finding {
  const linear = metric === "CLS" || from === 0 || to === 0;
  return {
    metric,
    mix: null,
    kind: "concurrent",
    isTooShort: false,
    isOngoing: true,
    timeTo: null,
    libraryChanged: false,
    missingHours: null,
    ...rest,
    estimate: {
      changeScale: linear ? "linear" : "log",
      n: { current: n, baseline: n },
      p75: { current: to, baseline: from },
      difference: linear ? to - from : Math.log(to / from),
      variance: error ** 2,
      shrinking: error ** 2,
      degrees: MANY_DEGREES,
      good: {
        current: { share: good[0], samples: goodSamples },
        baseline: { share: good[1], samples: goodSamples },
      },
      identical: false,
      ...estimate,
    },
  };
}

const samplesIn = ({ settledBy }: Change): number | null =>
  settledBy?.by === "samples" ? settledBy.samples : null;

const verdictOf = (given: Given, bound: SignificanceLevel = ONCE) => {
  const { verdict, reason } = decideVerdict(finding(given), bound);
  return reason === null ? verdict : `${verdict}: ${reason}`;
};

describe("the five verdicts", () => {
  it("a change that is significant and matters is a regression or an improvement", () => {
    expect(verdictOf({ from: 2_610, to: 3_002 })).toBe("regression");
    expect(verdictOf({ from: 3_002, to: 2_610 })).toBe("improvement");
  });

  it("an interval within 10 % on both sides is unchanged", () => {
    expect(verdictOf({ from: 2_000, to: 2_010 })).toBe("unchanged");
    expect(verdictOf({ from: 2_000, to: 1_990 })).toBe("unchanged");
  });

  it("an interval that crosses zero and is wider is inconclusive, with the samples that would settle it", () => {
    const change = decideVerdict(finding({ from: 2_000, to: 2_100, error: 0.04 }), ONCE);
    expect([change.verdict, change.reason, change.leaning]).toEqual(["inconclusive", null, null]);
    expect(samplesIn(change)).toBeGreaterThan(0);
  });

  it("fewer than 200 samples on a side are not enough, however large the change", () => {
    for (const [current, baseline] of [
      [199, 10_000],
      [10_000, 199],
    ] as const) {
      const given = { from: 1_000, to: 9_000, error: 1e-6, estimate: { n: { current, baseline } } };
      const change = decideVerdict(finding(given), ONCE);
      expect([change.verdict, change.reason]).toEqual(["not-enough-data", "too-few-samples"]);
      expect(change.p75).not.toBeNull();
      expect(isJudged(finding(given))).toBe(false);
    }
    expect(verdictOf({ from: 1_000, to: 2_000, n: 200 })).toBe("regression");
  });

  it("fewer than 30 on a side have no numbers but n", () => {
    const change = decideVerdict(finding({ estimate: { n: { current: 29, baseline: 10_000 } } }), ONCE);
    expect(change).toEqual({
      method: "concurrent",
      n: { current: 29, baseline: 10_000 },
      ...{ p75: null, percent: null, absolute: null, interval: null, goodShare: null, raw: null, mix: null },
      ...{ verdict: "not-enough-data", reason: "too-few-samples" },
      early: false,
      leaning: null,
      settledBy: null,
      look: null,
    });
    expect(decideVerdict(finding({ n: 30 }), ONCE).p75).not.toBeNull();
  });
});

describe("why there is no verdict", () => {
  const large = { from: 1_000, to: 2_000, error: 0.01 };

  it.each([
    ["under an hour", { isTooShort: true }, "not-enough-data: window-too-short"],
    ["another measuring library", { libraryChanged: true }, "inconclusive: library-changed"],
    ["no degree of freedom", { estimate: { degrees: 0 } }, "inconclusive: window-too-short"],
    ["less than one", { estimate: { degrees: 0.9 } }, "inconclusive: window-too-short"],
    ["an unknown variance", { error: Number.POSITIVE_INFINITY }, "inconclusive: window-too-short"],
    ["a whole life", { kind: "lifetime" }, "inconclusive: time-of-day-not-matched"],
  ] as const)("%s", (_, given, expected) => {
    expect(verdictOf({ ...large, ...given })).toBe(expected);
  });

  it("a whole life that did not change may be called so, and nothing else ever is", () => {
    expect(verdictOf({ kind: "lifetime", from: 2_000, to: 2_001 })).toBe("unchanged");
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 60_000, noNaN: true }),
        fc.double({ min: 1, max: 60_000, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (from, to, error) => {
          const { verdict } = decideVerdict(finding({ kind: "lifetime", from, to, error }), ONCE);
          expect(["unchanged", "inconclusive"]).toContain(verdict);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("a changed library withholds even the verdict that nothing changed, and keeps the numbers", () => {
    const change = decideVerdict(finding({ libraryChanged: true }), ONCE);
    expect([change.verdict, change.reason]).toEqual(["inconclusive", "library-changed"]);
    expect(change.percent).toBe(0);
    expect(samplesIn(change)).toBeNull();
  });

  it("a small change that is certain is no regression: it is unchanged, or too small to matter", () => {
    expect(verdictOf({ from: 2_000, to: 2_080, error: 0.002 })).toBe("unchanged");
    // Within 10 %, and still: of 300 ms 30 are under the least change of 50.
    expect(verdictOf({ from: 300, to: 340, error: 0.005 })).toBe("inconclusive: too-small-to-matter");
  });
});

describe("what matters", () => {
  it.each([
    ["LCP", 50],
    ["FCP", 50],
    ["TTFB", 50],
    ["INP", 20],
  ] as const)("%s: a change of %d ms, of at least 5 %%", (metric, least) => {
    expect(MIN_ABSOLUTE_CHANGE[metric]).toBe(least);
    const given = { metric, from: 4 * least, error: 0.001 };
    expect(verdictOf({ ...given, to: 5 * least })).toBe("regression");
    expect(verdictOf({ ...given, to: 3 * least })).toBe("improvement");
    expect(verdictOf({ ...given, to: 5 * least - 0.01 })).toBe("inconclusive: too-small-to-matter");
    expect(verdictOf({ ...given, to: 3 * least + 0.01 })).toBe("inconclusive: too-small-to-matter");
  });

  it.each([1_000, 2_000, 2_610, 4_321.5, 60_000])("of %d ms 5 %% to the edge, and not less", (from) => {
    const given = { from, error: 0.001 };
    expect(verdictOf({ ...given, to: 1.05 * from })).toBe("regression");
    expect(verdictOf({ ...given, to: 1.04999 * from })).toBe("unchanged");
    expect(verdictOf({ ...given, to: 0.95 * from })).toBe("improvement");
    expect(verdictOf({ ...given, to: 0.95001 * from })).toBe("unchanged");
  });

  it("a p75 of 0 has no percentage: the difference decides, and is what the interval is of", () => {
    const change = decideVerdict(finding({ metric: "TTFB", from: 0, to: 80, error: 10 }), ONCE);
    expect([change.percent, change.raw?.percent, change.absolute]).toEqual([null, null, 80]);
    expect(change.verdict).toBe("regression");
    expect(change.interval?.low).toBeCloseTo(80 - 10 * criticalT(NOMINAL, MANY_DEGREES), 9);
    expect(verdictOf({ metric: "TTFB", from: 0, to: 49, error: 1 })).toBe("unchanged");
    expect(verdictOf({ metric: "TTFB", from: 80, to: 0, error: 10 })).toBe("improvement");
  });
});

describe("CLS", () => {
  const cls = (given: Given, bound: SignificanceLevel = ONCE) =>
    verdictOf({ metric: "CLS", error: 0.001, ...given }, bound);

  it("is judged by its absolute difference, never by a percentage", () => {
    expect(cls({ from: 0.01, to: 0.0201 })).toBe("regression");
    expect(cls({ from: 0.0201, to: 0.01 })).toBe("improvement");
    // Twice as much, and nothing.
    expect(cls({ from: 0.004, to: 0.008 })).toBe("unchanged");
    const change = decideVerdict(finding({ metric: "CLS", from: 0.04, to: 0.06, error: 0.001 }), ONCE);
    expect([change.percent, change.raw?.percent]).toEqual([null, null]);
    expect(change.interval?.low).toBeCloseTo(0.018, 3);
  });

  it("is judged by its share of good views as well", () => {
    expect(cls({ from: 0.05, to: 0.05, good: [0.8, 0.9] })).toBe("regression");
    expect(cls({ from: 0.05, to: 0.05, good: [0.9, 0.8] })).toBe("improvement");
    // Significant, and under 5 points.
    expect(cls({ from: 0.05, to: 0.05, good: [0.86, 0.9], n: 2_000 })).toBe(
      "inconclusive: too-small-to-matter",
    );
    expect(cls({ from: 0.05, to: 0.05, good: [0.8, 0.9], n: 199 })).toBe("not-enough-data: too-few-samples");
  });

  it("is called neither way where both point in opposite directions", () => {
    expect(cls({ from: 0.05, to: 0.08, good: [0.9, 0.8] })).toBe("inconclusive: contradictory");
    expect(cls({ from: 0.08, to: 0.05, good: [0.8, 0.9] })).toBe("inconclusive: contradictory");
  });

  it("has two tests, each of which has half of the error", () => {
    const [half, whole] = [criticalT(NOMINAL / 2, MANY_DEGREES), criticalT(NOMINAL, MANY_DEGREES)];
    const error = 0.02;
    expect(cls({ from: 0.1, to: 0.1 + error * (half + 0.01), error })).toBe("regression");
    expect(cls({ from: 0.1, to: 0.1 + error * ((half + whole) / 2), error })).toBe("inconclusive");
    const p = pValueOf(finding({ metric: "CLS", from: 0.1, to: 0.1 + error * whole, error }));
    expect(p).toBeCloseTo(2 * NOMINAL, 6);
  });

  it("other metrics are judged by the p75 alone, and show the share", () => {
    const change = decideVerdict(finding({ good: [0.5, 0.9] }), ONCE);
    expect(change.verdict).toBe("unchanged");
    expect(change.goodShare?.points).toBeCloseTo(-40, 9);
    expect(change.goodShare?.low).toBeLessThan(-40);
    expect(change.goodShare?.high).toBeGreaterThan(-40);
  });
});

describe("a release that is live and young", () => {
  it("is called by the stricter bound, and leans where only the nominal one is passed", () => {
    const at = (z: number, bound: SignificanceLevel) =>
      decideVerdict(finding({ from: 2_000, to: 2_000 * Math.exp(z * 0.05), error: 0.05 }), bound);
    expect(at(3.25, EARLY)).toMatchObject({
      verdict: "regression",
      early: true,
      leaning: null,
      reason: null,
    });
    expect(at(2.5, EARLY)).toMatchObject({
      ...{ verdict: "inconclusive", reason: "early", leaning: "worse", early: true },
    });
    expect(at(-2.5, EARLY)).toMatchObject({ verdict: "inconclusive", reason: "early", leaning: "better" });
    expect(at(2.5, ONCE)).toMatchObject({ verdict: "regression", early: false });
    expect(at(1.5, EARLY)).toMatchObject({ verdict: "inconclusive", reason: null, leaning: null });
  });

  it("shows the nominal interval, whatever bound is used", () => {
    const given = finding({ from: 2_000, to: 2_300, error: 0.03 });
    expect(decideVerdict(given, EARLY).interval).toEqual(decideVerdict(given, ONCE).interval);
    const { low, high } = decideVerdict(given, ONCE).interval ?? { low: 0, high: 0 };
    const half = 0.03 * criticalT(NOMINAL, MANY_DEGREES);
    expect(low).toBeCloseTo(Math.expm1(Math.log(1.15) - half) * 100, 9);
    expect(high).toBeCloseTo(Math.expm1(Math.log(1.15) + half) * 100, 9);
  });

  it("may be unchanged all the same", () => {
    expect(verdictOf({ from: 2_000, to: 2_010 }, EARLY)).toBe("unchanged");
  });
});

describe("one of many routes", () => {
  it("is called only where it is significant among them", () => {
    const given = { from: 2_000, to: 2_300, error: 0.06 };
    const p = pValueOf(finding(given));
    expect(p).toBeLessThan(NOMINAL);
    const bound = (most: number): SignificanceLevel => ({ p: most, next: most, early: false, many: true });
    expect(decideVerdict(finding(given), bound(p))).toMatchObject({ verdict: "regression", reason: null });
    expect(decideVerdict(finding(given), bound(p / 2))).toMatchObject({
      ...{ verdict: "inconclusive", reason: "one-of-many", leaning: "worse" },
    });
    expect(decideVerdict(finding(given), bound(0))).toMatchObject({ reason: "one-of-many" });
  });

  it("is never called by a bound that is laxer than the nominal one", () => {
    const bound: SignificanceLevel = { p: 0.09, next: 0.1, early: false, many: true };
    const given = { from: 2_000, to: 2_000 * Math.exp(0.05 * 1.8), error: 0.05 };
    expect(decideVerdict(finding(given), bound).verdict).toBe("inconclusive");
  });

  it("is told how many samples would do, also where none of the routes is called", () => {
    const undecided = finding({ from: 2_000, to: 2_150, error: 0.05 });
    const pValues = [pValueOf(undecided), 0.6, 0.9];
    expect(discoveryThreshold(pValues, 0.1)).toBe(0);
    const next = nextDiscovery(pValues, 0.1);
    expect(next).toBeCloseTo(0.1 / 3, 12);
    const among = samplesIn(decideVerdict(undecided, { p: 0, next, early: false, many: true }));
    expect(among).toBeGreaterThan(samplesIn(decideVerdict(undecided, ONCE)) ?? Number.NaN);
  });
});

describe("what the mix explains", () => {
  const mix = { effect: Math.log(1.08), good: -0.03, leftOut: 0.02, cause: null };

  it("is taken out of what is judged, and shown beside what is not", () => {
    const change = decideVerdict(finding({ from: 2_000, to: 2_000 * 1.09, mix }), ONCE);
    expect(change.verdict).toBe("unchanged");
    expect(change.percent).toBeCloseTo((1.09 / 1.08 - 1) * 100, 9);
    expect(change.raw?.percent).toBeCloseTo(9, 9);
    expect(change.mix).toMatchObject({ leftOut: 0.02, cause: null });
    expect(change.mix?.percent).toBeCloseTo(8, 9);
    expect(change.raw?.absolute).toBeCloseTo(180, 9);
    expect((change.absolute ?? 0) + (change.mix?.absolute ?? 0)).toBeCloseTo(180, 9);
    expect(change.p75?.current).toBeCloseTo(2_000 * (1.09 / 1.08), 9);
    expect(change.p75?.baseline).toBe(2_000);
  });

  it("is taken out of the share of good samples as well, by which CLS is judged", () => {
    const shifted = { metric: "CLS", from: 0.05, to: 0.05, error: 0.001, good: [0.8, 0.9] } as const;
    expect(verdictOf({ ...shifted, good: [...shifted.good] })).toBe("regression");
    const mixed = { ...mix, effect: 0, good: -0.1 };
    const change = decideVerdict(finding({ ...shifted, good: [...shifted.good], mix: mixed }), ONCE);
    expect(change.verdict).toBe("unchanged");
    expect(change.goodShare?.points).toBeCloseTo(0, 9);
  });

  it("can hide a regression, too", () => {
    const faster = { ...mix, effect: Math.log(0.8) };
    expect(verdictOf({ from: 2_000, to: 2_000, mix: faster })).toBe("regression");
  });
});

describe("identical data", () => {
  it("is unchanged by exactly 0, however few there is of it, and never by -0", () => {
    for (const metric of ["LCP", "CLS"] as const satisfies Metric[]) {
      for (const kind of WINDOW_KINDS) {
        const change = decideVerdict(
          finding({
            ...{ metric, kind, from: metric === "CLS" ? 0.1 : 1_234.5, to: metric === "CLS" ? 0.1 : 1_234.5 },
            ...{ n: 200, error: 0.3, estimate: { identical: true } },
            mix: { effect: 0, good: 0, leftOut: 0, cause: null },
          }),
          ONCE,
        );
        expect(change.verdict).toBe("unchanged");
        const zeros = [change.absolute, change.goodShare?.points, change.raw?.absolute, change.mix?.absolute];
        for (const zero of zeros) expect(zero).toBe(0);
        if (metric === "LCP") for (const zero of [change.percent, change.raw?.percent]) expect(zero).toBe(0);
      }
    }
  });
});

describe("the samples that are still needed", () => {
  const needed = (given: Given): number | null => samplesIn(decideVerdict(finding(given), ONCE));

  it("are none where no more will come", () => {
    const undecided = { from: 2_000, to: 2_080, error: 0.06 };
    expect(needed(undecided)).toBeGreaterThan(0);
    expect(needed({ ...undecided, isOngoing: false })).toBeNull();
  });

  it("settle it: with so many more the interval has left zero, or lies within 10 %", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.2, max: 0.2, noNaN: true }),
        fc.double({ min: 0.01, max: 0.2, noNaN: true }),
        fc.integer({ min: 200, max: 100_000 }),
        (difference, error, n) => {
          const given = (factor: number): Given => ({
            ...{ from: 2_000, to: 2_000 * Math.exp(difference), error: error / Math.sqrt(factor), n },
          });
          const more = needed(given(1));
          const { verdict, reason } = decideVerdict(finding(given(1)), ONCE);
          if (verdict !== "inconclusive" || reason !== null) {
            expect(more).toBeNull();
            return;
          }
          const factor = 1 + (more ?? 0) / n;
          const then = decideVerdict(finding(given(factor * 1.001)), ONCE);
          expect([then.verdict, then.reason]).not.toEqual(["inconclusive", null]);
          const less = decideVerdict(finding(given(1 + (0.98 * (more ?? 0)) / n)), ONCE);
          if ((more ?? 0) > 50) expect([less.verdict, less.reason]).toEqual(["inconclusive", null]);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it("are about what a calculation of power says: four times for half the error", () => {
    const more = needed({ from: 2_000, to: 2_000, error: 0.1, n: 1_000 }) ?? 0;
    // Within ln(1.1) by 1.96 standard errors, from 0.1.
    expect(more).toBeCloseTo(1_000 * ((0.1 * 1.962) / Math.log(1.1)) ** 2 - 1_000, -2);
  });

  it("are unknown where earlier days are what spreads", () => {
    const spread = { from: 2_000, to: 2_060, error: 0.1, n: 1_000 };
    expect(needed({ ...spread, estimate: { shrinking: 0.0005 } })).toBeNull();
    expect(needed({ ...spread, estimate: { shrinking: 0.0099 } })).toBeGreaterThan(0);
  });

  it("are hours where a model knows what hours add, and a gradual roll-out where they add nothing", () => {
    const undecided = { from: 2_000, to: 2_080, error: 0.06, kind: "model" } as const;
    const settled = (given: Given) => decideVerdict(finding({ ...undecided, ...given }), ONCE).settledBy;
    expect(settled({ timeTo: () => ({ hours: 20, samples: 900 }) })).toEqual({
      by: "time",
      hours: 20,
      samples: 900,
    });
    expect(settled({ timeTo: () => null })).toEqual({ by: "gradual-roll-out" });
    expect(settled({ isOngoing: false })).toEqual({ by: "gradual-roll-out" });
  });

  const settlement = (given: Given) => decideVerdict(finding(given), ONCE).settledBy;

  it("are hours of history where time of day is not matched, and none of them where those do not come", () => {
    const undecided = { kind: "lifetime", from: 2_000, to: 2_600, error: 0.01 } as const;
    expect(settlement({ ...undecided, missingHours: 9 })).toEqual({ by: "history", hours: 9 });
    // More samples would make the change certain, and it could not be called all the same.
    expect(settlement(undecided)).toEqual({ by: "gradual-roll-out" });
    expect(settlement({ ...undecided, to: 2_060, error: 0.06 })).toMatchObject({ by: "samples" });
  });

  it("do not make a change call-able that is too small to matter", () => {
    // 20 % of 100 ms are 20 ms: neither enough to matter, nor within 10 %.
    expect(settlement({ from: 100, to: 120, error: 0.15 })).toEqual({ by: "larger-change" });
    // 3 % is within 10 %, with fewer samples than it would take to tell it from 0.
    const small = settlement({ from: 2_000, to: 2_060, error: 0.06, n: 10_000 });
    expect(small).toEqual({
      by: "samples",
      samples: Math.ceil(
        10_000 * ((0.06 * criticalT(NOMINAL, MANY_DEGREES)) / Math.log(1.1 / 1.03)) ** 2 - 10_000,
      ),
    });
  });

  it("of CLS are for its good share too", () => {
    const cls = { metric: "CLS", from: 0.05, to: 0.051, error: 0.001, n: 1_000 } as const;
    // The p75 is within its limits; the good share's interval is ±6.7 points of 5.
    const share = { good: [0.7, 0.7], goodSamples: 360 } as const;
    const needed = settlement({ ...cls, ...share, good: [0.7, 0.7] });
    expect(needed).toMatchObject({ by: "samples" });
    expect(samplesIn({ settledBy: needed } as Change)).toBeGreaterThan(700);
    // A share that fell by 8 points matters, and is called before its interval could be within 5.
    expect(settlement({ ...cls, good: [0.62, 0.7], goodSamples: 200 })).toMatchObject({ by: "samples" });
  });

  it("are none where only the next look is missing", () => {
    const change = decideVerdict(finding({ from: 2_000, to: 2_200, error: 0.04 }), EARLY);
    expect([change.reason, change.settledBy]).toEqual(["early", null]);
  });

  it("are for the variance with which the interval is off zero or within 10 %", () => {
    let wanted = 0;
    const given = finding({
      from: 2_000,
      to: 2_060,
      error: 0.06,
      kind: "model",
      timeTo: (variance) => {
        wanted = variance;
        return null;
      },
    });
    decideVerdict(given, ONCE);
    expect(Math.sqrt(wanted)).toBeCloseTo((Math.log(1.1) - Math.log(1.03)) / 1.962, 4);
  });
});
