import { describe, expect, it } from "vitest";
import { releaseCharts } from "../../../../app/presenters/releases-page/release-charts";
import { releaseFigures, releasePage } from "../../../../app/presenters/tables/release-table";
import { releasesSvg } from "../../../../app/presenters/trend/svg-document";
import { DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { DAY } from "../../../../app/vitals/time";
import { sketchesOf } from "../sketches";
import { NOW, releasesOf } from "../views";

const NAMES = { "2.4.0": NOW - 9 * DAY, "2.4.1": NOW - 5 * DAY, "2.4.2<b>": NOW - 2 * DAY };
const { rows } = releasePage(releasesOf(NAMES), "all");
const figuresOf = (n: number) =>
  new Map(
    Object.keys(NAMES).map((name, i) => [
      name,
      releaseFigures(
        sketchesOf({
          LCP: [
            [2_000 + 200 * i, n / 2],
            [2_400 + 200 * i, n / 2],
          ],
        }),
      ),
    ]),
  );

describe("releaseCharts", () => {
  it("draws the p75 of each release with its interval, oldest first, for metrics with data", () => {
    const charts = releaseCharts(rows, figuresOf(400));
    expect(charts.map(({ metric }) => metric)).toEqual(["LCP"]);
    const [lcp] = charts;
    expect(lcp?.points.map(({ name }) => name)).toEqual(["2.4.0", "2.4.1", "2.4.2<b>"]);
    expect(lcp?.points.map(({ x }) => x)).toEqual([16.67, 50, 83.33]);
    for (const { y, interval } of lcp?.points ?? []) {
      expect(interval.top).toBeLessThanOrEqual(y);
      expect(interval.bottom).toBeGreaterThanOrEqual(y);
    }
    const heights = lcp?.points.map(({ y }) => y) ?? [];
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
  });

  it("has no chart under two releases with 30 samples", () => {
    expect(releaseCharts(rows, figuresOf(28))).toEqual([]);
    expect(releaseCharts(rows.slice(0, 1), figuresOf(400))).toEqual([]);
  });
});

describe("p75 intervals", () => {
  it("narrow with the square root of the samples", () => {
    const spread = (n: number) => {
      const values = Array.from({ length: 100 }, (_, i): [number, number] => [1_000 + 20 * i, n / 100]);
      const { low, high } = releaseFigures(sketchesOf({ LCP: values })).intervals.LCP ?? { low: 0, high: 0 };
      return high - low;
    };
    expect(spread(2_500) / spread(100)).toBeGreaterThan(0.1);
    expect(spread(2_500) / spread(100)).toBeLessThan(0.3);
  });
});

describe("releasesSvg", () => {
  it("is an image of its own, with escaped names and nothing that runs", () => {
    const svg = releasesSvg(releaseCharts(rows, figuresOf(400)), DEFAULT_QUERY);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain("2.4.2&lt;b&gt;");
    expect(svg).not.toMatch(/<b>|<script|href=|url\(|\son\w+=/);
    expect(svg.match(/<circle/g)).toHaveLength(3);
  });

  it("says what is missing where there is no chart", () => {
    expect(releasesSvg([], DEFAULT_QUERY)).toContain("Two releases with 30 samples each are needed.");
  });
});
