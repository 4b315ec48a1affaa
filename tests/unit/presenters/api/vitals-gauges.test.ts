import { describe, expect, it } from "vitest";
import { vitalsGauges } from "../../../../app/presenters/api/vitals-gauges";
import type { RecentSketches } from "../../../../app/query/releases/recent-sketches-result";
import { METRICS } from "../../../../app/vitals/metrics";
import { sketchesOf } from "../sketches";

const recent = (
  values: Parameters<typeof sketchesOf>[0],
  changes: Partial<RecentSketches> = {},
): RecentSketches => ({
  range: "1h",
  device: "mobile",
  role: "current",
  release: "2.4.1",
  metrics: sketchesOf(values),
  ...changes,
});

describe("vitalsGauges", () => {
  it("gives times in seconds, CLS as a score and shares as a ratio, with the samples of each", () => {
    const gauges = vitalsGauges([
      recent({
        LCP: [
          [2_400, 20],
          [3_000, 20],
        ],
        CLS: [[0.05, 40]],
      }),
    ]);
    const labels = { device: "mobile", role: "current", release: "2.4.1", window: "1h" };
    expect(gauges.samples).toEqual([
      { labels: { metric: "LCP", ...labels }, value: 40 },
      { labels: { metric: "CLS", ...labels }, value: 40 },
    ]);
    expect(gauges.goodRatio.map(({ value }) => value)).toEqual([0.5, 1]);
    expect(gauges.p75Seconds.map(({ labels: { metric } }) => metric)).toEqual(["LCP"]);
    expect(gauges.p75Seconds[0]?.value).toBeCloseTo(3, 1);
    expect(gauges.p75Score[0]?.value).toBeCloseTo(0.05, 3);
  });

  it("has no series without samples, and no p75 under 30", () => {
    expect(vitalsGauges([recent({})])).toEqual({ p75Seconds: [], p75Score: [], goodRatio: [], samples: [] });
    const few = vitalsGauges([recent({ INP: [[100, 29]], CLS: [[0, 29]] })]);
    expect([few.p75Seconds, few.p75Score]).toEqual([[], []]);
    expect(few.samples.map(({ value }) => value)).toEqual([29, 29]);
  });

  it("has the value 0 where a figure is 0", () => {
    const gauges = vitalsGauges([recent({ CLS: [[0, 30]], LCP: [[9_000, 30]] })]);
    expect(gauges.p75Score.map(({ value }) => value)).toEqual([0]);
    expect(gauges.goodRatio.map(({ value }) => value)).toEqual([0, 1]);
  });

  it("names no release for the whole site", () => {
    const [series] = vitalsGauges([recent({ LCP: [1] }, { role: "all", release: null })]).samples;
    expect(series?.labels).toMatchObject({ role: "all", release: "all" });
  });

  it("has as many series as metrics, at most, for each slice", () => {
    const full = Object.fromEntries(METRICS.map((metric) => [metric, [[1, 30]]])) as never;
    const gauges = vitalsGauges([recent(full), recent(full, { device: "all" })]);
    expect(gauges.samples.length).toBe(2 * METRICS.length);
    expect(gauges.p75Seconds.length + gauges.p75Score.length).toBe(2 * METRICS.length);
  });
});
