import { describe, expect, it } from "vitest";
import { pageViewsOf } from "../../../app/ingest/page-views";
import type { Metric } from "../../../app/vitals/metrics";
import { measurement } from "../../support/measurements";

const of = (...reports: ReadonlyArray<[metric: Metric, id: string]>) =>
  reports.map(([metric, id]) => measurement({ metric, id }));

describe("pageViewsOf", () => {
  it("is the largest number of one metric", () => {
    expect(pageViewsOf(of(["LCP", "a"], ["CLS", "b"], ["TTFB", "c"]))).toBe(1);
    expect(pageViewsOf(of(["LCP", "a"], ["CLS", "b"], ["LCP", "c"]))).toBe(2);
    expect(pageViewsOf([])).toBe(0);
  });

  it("counts the reports of one id once", () => {
    expect(pageViewsOf(of(["CLS", "a"], ["CLS", "a"], ["CLS", "a"]))).toBe(1);
  });
});
