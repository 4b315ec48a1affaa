import { describe, expect, it } from "vitest";
import { gateRetryAfter } from "../../../../app/presenters/api/gate-retry";
import type { Change, Comparison } from "../../../../app/query/comparison/comparison-result";
import { METRICS, type Metric } from "../../../../app/vitals/metrics";
import { HOUR, MINUTE } from "../../../../app/vitals/time";

const NOW = Date.parse("2026-11-22T12:00:00.000Z");
const OPTIONS = { metrics: ["LCP"] as Metric[], minSamples: 0, routes: null };

const changesOf = (change: Partial<Change>) =>
  Object.fromEntries(
    METRICS.map((metric) => [
      metric,
      { verdict: "unchanged", n: { current: 1_000, baseline: 1_000 }, settledBy: null, ...change },
    ]),
  ) as unknown as Comparison["changes"];

/** A comparison of ten hours that end at `to`. */
const comparison = (change: Partial<Change>, to = NOW, routes: Comparison["routes"] = new Map()) =>
  ({
    status: "compared",
    windows: { hours: 10, current: [{ from: to - 10 * HOUR, to }] },
    changes: changesOf(change),
    routes,
  }) as unknown as Comparison;

const open = (samples: number | null): Partial<Change> => ({
  verdict: "inconclusive",
  settledBy: samples === null ? { by: "gradual-roll-out" } : { by: "samples", samples },
});

describe("when it is worth asking a gate again", () => {
  it("is when the missing samples have come, at the rate of until now", () => {
    expect(gateRetryAfter(comparison(open(300)), OPTIONS, NOW, NOW)).toBe(3 * 3_600);
    const few = { verdict: "not-enough-data", n: { current: 100, baseline: 900 } } as const;
    expect(gateRetryAfter(comparison(few), OPTIONS, NOW, NOW)).toBe(10 * 3_600);
    expect(gateRetryAfter(comparison(few), { ...OPTIONS, minSamples: 300 }, NOW, NOW)).toBe(20 * 3_600);
  });

  it("is when as many more hours have passed as a model needs", () => {
    const waits = { verdict: "inconclusive", settledBy: { by: "time", hours: 5, samples: 100 } } as const;
    expect(gateRetryAfter(comparison(waits), OPTIONS, NOW, NOW)).toBe(5 * 3_600);
  });

  it("is between a minute and a day", () => {
    expect(gateRetryAfter(comparison(open(1)), OPTIONS, NOW, NOW)).toBe(60);
    expect(gateRetryAfter(comparison(open(1_000_000)), OPTIONS, NOW, NOW)).toBe(86_400);
    expect(gateRetryAfter(comparison(open(null)), OPTIONS, NOW, NOW)).toBe(3_600);
  });

  it("is by the routes that are asked for", () => {
    const routes = new Map([["/checkout", changesOf(open(100))]]);
    const result = comparison(open(300), NOW, routes);
    expect(gateRetryAfter(result, { ...OPTIONS, routes: ["/checkout"] }, NOW, NOW)).toBe(3_600);
    expect(gateRetryAfter(result, { ...OPTIONS, routes: ["/nowhere"] }, NOW, NOW)).toBe(3_600);
    expect(gateRetryAfter(result, { ...OPTIONS, routes: "all" }, NOW, NOW)).toBe(3 * 3_600);
  });

  it("is never where the compared hours are over", () => {
    expect(gateRetryAfter(comparison(open(300), NOW - 5 * HOUR), OPTIONS, NOW, NOW)).toBeNull();
  });

  it("is soon for a release that was not measured yet, and never for one that is gone", () => {
    const none = {
      status: "unavailable",
      current: "2.4.1",
      baseline: null,
      reason: "release-not-in-view",
    } as const;
    expect(gateRetryAfter(none, OPTIONS, null, NOW)).toBe(300);
    expect(gateRetryAfter(none, OPTIONS, NOW - 10 * MINUTE, NOW)).toBe(300);
    expect(gateRetryAfter(none, OPTIONS, NOW - 100 * HOUR, NOW)).toBeNull();
  });
});
