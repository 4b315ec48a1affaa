import { describe, expect, it } from "vitest";
import { trendSvg } from "../../../../app/presenters/trend/svg-document";
import { trendChart } from "../../../../app/presenters/trend/trend-chart";
import { DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { HOUR } from "../../../../app/vitals/time";
import { comparisonOf, MODEL, trendOf } from "../comparison/comparisons";
import { NOW, viewOf } from "../views";

const VIEW = viewOf(Array.from({ length: 24 }, (_, i) => ({ LCP: [[2000 + 50 * i, 40]] })));
const START = { buildVersion: 'a"<script>&', at: NOW - 9 * HOUR, announced: false };

describe("trendSvg", () => {
  const comparison = comparisonOf({ trend: trendOf(VIEW, () => ({ n: 90, value: 2_610 })) });
  const chart = trendChart(VIEW, [START], DEFAULT_QUERY, NOW, "cockpit", comparison);
  const { window } = VIEW;
  const deployedAt = window.from + 12 * HOUR;
  const switched = comparisonOf({
    trend: comparison.trend,
    deployedAt,
    windows: {
      ...MODEL,
      current: [{ from: deployedAt, to: window.to }],
      baseline: [{ from: window.from, to: deployedAt + HOUR }],
    },
  });
  const compared = trendSvg(
    trendChart(VIEW, [], DEFAULT_QUERY, NOW, "cockpit", switched),
    DEFAULT_QUERY,
    window,
  );
  const svg = trendSvg(chart, DEFAULT_QUERY, VIEW.window);

  it("has title, filters, both lines, axes and releases", () => {
    expect(svg).toContain(">LCP p75, hourly<");
    expect(svg).toContain("All devices without bots · hard loads · 22 Nov 13:00 – 23 Nov 13:00 UTC");
    expect(svg).toMatch(/<path class="current"[^>]* d="M/);
    expect(svg).toMatch(/<path class="baseline"[^>]* d="M/);
    expect(svg).toMatch(/text-anchor="middle">\d\d:00</);
    expect(svg).toMatch(/<line class="release"/);
  });

  it("has both intervals, the switch, the shared hours and the caption of a comparison", () => {
    for (const name of ["band-current", "band-baseline", "shared", "switch"]) {
      expect(compared.match(new RegExp(`class="${name}"`, "g")), name).toHaveLength(1);
    }
    expect(compared).toContain(">Solid: 2.4.1, n 960. Dashed: 2.4.0, n 2,160, at its own times.");
    const height = Number(/height="(\d+)"/.exec(compared)?.[1]);
    const lowest = Math.max(...[...compared.matchAll(/<text[^>]* y="([\d.]+)"/g)].map(([, y]) => Number(y)));
    expect(lowest).toBeLessThan(height);
    expect(svg).not.toContain('class="switch"');
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
