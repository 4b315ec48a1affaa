import { describe, expect, it } from "vitest";
import type { Looks } from "../../../../app/query/comparison/looks";
import { siteChanges } from "../../../../app/query/comparison/site-comparison.server";
import type { Finding } from "../../../../app/stats/comparison/finding";
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
  timeTo: null,
  libraryChanged: false,
  missingHours: null,
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

  it("judges by the bound of a live release where the look has no finding of its own", () => {
    const looks = { last: second, next: replacement };
    const judged = (z: number) =>
      siteChanges(looks, { now: byMetric((metric) => slower(metric, z)), atLook: null }).LCP;
    // A declared look calls from 2.24 standard errors on, the live bound from about 3.
    expect(judged(2.5)).toMatchObject({ verdict: "inconclusive", reason: "between-looks", look: null });
    expect(judged(3.5)).toMatchObject({ verdict: "regression", look: null });
  });

  it("names the last look as the reason once the release is replaced", () => {
    expect(atLook(replaced, null, 2.1)).toEqual(["inconclusive", "last-look", "worse", "model"]);
    expect(atLook(replaced, null, 2.3)).toEqual(["regression", null, null, "model"]);
    expect(atLook(replaced, null, 1.9)).toEqual(["inconclusive", null, null, "model"]);
  });
});
