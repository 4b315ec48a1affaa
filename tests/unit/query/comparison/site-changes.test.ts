import { describe, expect, it } from "vitest";
import type { Looks } from "../../../../app/query/comparison/looks";
import { siteChanges } from "../../../../app/query/comparison/site-comparison.server";
import type { Finding } from "../../../../app/stats/comparison/judge";
import { byMetric, type Metric } from "../../../../app/vitals/metrics";
import { DAY } from "../../../../app/vitals/time";

/** A p75 that is `z` standard errors slower, by 10 %. */
const slower = (metric: Metric, z: number): Finding => ({
  metric,
  estimate: {
    changeScale: "log",
    n: { current: 5_000, baseline: 5_000 },
    p75: { current: 2_200, baseline: 2_000 },
    difference: Math.log(1.1),
    variance: (Math.log(1.1) / z) ** 2,
    shrinking: 0,
    degrees: 1e6,
    good: { current: { share: 0.8, samples: 5_000 }, baseline: { share: 0.8, samples: 5_000 } },
    identical: false,
  },
  mix: null,
  kind: "model",
  isTooShort: false,
  isOngoing: false,
  missingHours: null,
  timeTo: null,
  libraryChanged: false,
});

describe("siteChanges", () => {
  const atLook = (last: Looks["last"], next: Looks["next"], z: number) => {
    const findings = byMetric((metric) => slower(metric, z));
    const { LCP } = siteChanges({ last, next }, { now: findings, atLook: findings });
    return [LCP.verdict, LCP.reason, LCP.leaning, LCP.method];
  };
  const second = { kind: "second-day", at: 2 * DAY } as const;
  const replaced = { kind: "replacement", at: 3 * DAY } as const;
  const replacement = { kind: "replacement", at: null } as const;

  it("leaves a change between 1.96 and 2.24 standard errors open until the next look", () => {
    expect(atLook(second, replacement, 2.1)).toEqual(["inconclusive", "between-looks", "worse", "model"]);
  });

  it("names the last look as the reason once the release is replaced", () => {
    expect(atLook(replaced, null, 2.1)).toEqual(["inconclusive", "last-look", "worse", "model"]);
    expect(atLook(replaced, null, 2.3)).toEqual(["regression", null, null, "model"]);
    expect(atLook(replaced, null, 1.9)).toEqual(["inconclusive", null, null, "model"]);
  });

  it("judges by the bound that holds at any time where the look has no finding of its own", () => {
    const verdict = (z: number) =>
      siteChanges(
        { last: second, next: replacement },
        { now: byMetric((metric) => slower(metric, z)), atLook: null },
      ).LCP.verdict;
    // 2.3 standard errors are enough at a declared look.
    expect(verdict(2.3)).toBe("inconclusive");
    expect(verdict(6)).toBe("regression");
  });
});
