import { describe, expect, it } from "vitest";
import { trendSvg } from "../../../../app/presenters/trend/svg-document";
import { trendChart } from "../../../../app/presenters/trend/trend-chart";
import { DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { HOUR } from "../../../../app/vitals/time";
import { comparisonOf, trendOf } from "../comparison/comparisons";
import { NOW, viewOf } from "../views";

const VIEW = viewOf(Array.from({ length: 24 }, (_, i) => ({ LCP: [[2000 + 50 * i, 40]] })));
const START = { buildVersion: 'a"<script>&', at: NOW - 9 * HOUR, announced: false };

describe("trendSvg", () => {
  const comparison = comparisonOf({ trend: trendOf(VIEW, () => ({ n: 90, value: 2_610 })) });
  const chart = trendChart(VIEW, [START], DEFAULT_QUERY, NOW, "cockpit", comparison);
  const svg = trendSvg(chart, DEFAULT_QUERY, VIEW.window);

  it("has title, filters, both lines, axes and releases", () => {
    expect(svg).toContain(">LCP p75, hourly<");
    expect(svg).toContain("All devices without bots · hard loads · 22 Nov 13:00 – 23 Nov 13:00 UTC");
    expect(svg).toMatch(/<path class="current"[^>]* d="M/);
    expect(svg).toMatch(/<path class="baseline"[^>]* d="M/);
    expect(svg).toMatch(/text-anchor="middle">\d\d:00</);
    expect(svg).toMatch(/<line class="release"/);
  });

  it("needs nothing from outside and runs nothing", () => {
    expect(svg).toContain("a&quot;&lt;script&gt;&amp;");
    expect(svg).not.toMatch(/<script|href=|url\(|@import|\son\w+=/);
  });

  it("says why nothing is drawn", () => {
    const empty = trendChart(viewOf([]), [], DEFAULT_QUERY, NOW);
    expect(trendSvg(empty, DEFAULT_QUERY, VIEW.window)).toContain("No data for LCP in this view.");
  });
});
