import { describe, expect, it } from "vitest";
import {
  isMetric,
  METRICS,
  type Metric,
  type Rating,
  rate,
  THRESHOLDS,
  unitOf,
} from "../../../app/vitals/metrics";
import { neighbour } from "../stats/shapes";

// Google's numbers, written out: were the library's own to change, this says so.
const EDGES: Record<Metric, [good: number, needsImprovement: number]> = {
  INP: [200, 500],
  LCP: [2_500, 4_000],
  CLS: [0.1, 0.25],
  FCP: [1_800, 3_000],
  TTFB: [800, 1_800],
};

describe.each(Object.entries(EDGES) as [Metric, [number, number]][])("%s", (metric, [
  good,
  needsImprovement,
]) => {
  it("has the thresholds of web.dev", () => {
    expect(THRESHOLDS[metric]).toEqual({ good, needsImprovement });
  });

  it.each<[number, Rating]>([
    [0, "good"],
    [neighbour(good, -1), "good"],
    [good, "good"],
    [neighbour(good, 1), "needs-improvement"],
    [neighbour(needsImprovement, -1), "needs-improvement"],
    [needsImprovement, "needs-improvement"],
    [neighbour(needsImprovement, 1), "poor"],
    [100 * needsImprovement, "poor"],
  ])("rates %d as %s", (value, rating) => {
    expect(rate(metric, value)).toBe(rating);
  });

  it("has a unit", () => {
    expect(unitOf(metric)).toBe(metric === "CLS" ? "score" : "ms");
  });
});

describe("isMetric", () => {
  it("accepts the five metrics only", () => {
    expect(METRICS.every(isMetric)).toBe(true);
    expect(METRICS).toHaveLength(5);
    for (const other of ["FID", "lcp", "", "toString", "__proto__", null, undefined, 1, ["LCP"]]) {
      expect(isMetric(other)).toBe(false);
    }
  });
});
