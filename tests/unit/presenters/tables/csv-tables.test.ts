import { describe, expect, it, test } from "vitest";
import {
  csvFileName,
  metricsCsv,
  parseFormat,
  routesCsv,
  trendCsv,
  wantsByteOrderMark,
} from "../../../../app/presenters/tables/csv-tables";
import { DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { distributionsOf } from "../../../../app/query/view/distribution";
import { emptySketches, type MetricSketches, type ViewResult } from "../../../../app/query/view/view-result";
import { addValue } from "../../../../app/stats/sketch/sketch";
import { METRICS } from "../../../../app/vitals/metrics";
import { HOUR } from "../../../../app/vitals/time";

const START = Date.parse("2026-11-22T13:00:00Z");

function sketchesOf(values: Partial<Record<(typeof METRICS)[number], number>>, n: number): MetricSketches {
  const sketches = emptySketches();
  for (const metric of METRICS) {
    const value = values[metric];
    if (value !== undefined) addValue(sketches[metric], value, n);
  }
  return sketches;
}

const view: ViewResult = {
  window: { from: START, to: START + 2 * HOUR },
  step: HOUR,
  trend: [
    { from: START, to: START + HOUR, metrics: sketchesOf({ LCP: 0 }, 40) },
    { from: START + HOUR, to: START + 2 * HOUR, metrics: emptySketches() },
  ],
  total: sketchesOf({ LCP: 0, CLS: 0 }, 40),
  pageViewsByNavigation: { load: 40, prerender: 0, bfcache: 0, soft: 0 },
  prefetchedPageViews: 0,
  pageViewsByBuild: new Map(),
};

describe("wantsByteOrderMark", () => {
  it.each([
    ["", true],
    ["bom=", true],
    ["bom=1", true],
    ["bom=0", false],
    ["bom=yes", null],
  ])("of %j is %j", (search, expected) => {
    expect(wantsByteOrderMark(new URLSearchParams(search))).toBe(expected);
  });
});

describe("parseFormat", () => {
  const parse = (text: string) => parseFormat(new URLSearchParams(text));

  test.each(["", "format=", "format=json", "table=routes"])("%j is JSON", (text) => {
    expect(parse(text)).toEqual({ as: "json", ignored: [] });
  });

  test.each(["routes", "trend", "releases", "metrics"] as const)("gives the table %s", (table) => {
    expect(parse(`format=csv&table=${table}`)).toEqual({ as: "csv", table });
  });

  test("ignores a format that there is not, and says so, cut short", () => {
    expect(parse(`format=${"x".repeat(10_000)}`)).toEqual({
      as: "json",
      ignored: [{ param: "format", value: "x".repeat(100), used: "json" }],
    });
  });

  test.each([
    { search: "format=svg", format: { as: "svg", chart: "trend" } },
    { search: "format=svg&chart=", format: { as: "svg", chart: "trend" } },
    { search: "format=svg&chart=releases", format: { as: "svg", chart: "releases" } },
    {
      search: "format=svg&chart=pie",
      format: { problem: "With format=svg, chart must be one of trend, releases." },
    },
  ])("reads the chart of $search", ({ search, format }) => {
    expect(parse(search)).toEqual(format);
  });

  test.each([
    "format=csv",
    "format=csv&table=",
    "format=csv&table=toString",
  ])("%s names the tables", (text) => {
    expect(parse(text)).toEqual({
      problem: "With format=csv, table must be one of routes, trend, releases, metrics.",
    });
  });
});

describe("the tables", () => {
  test("metrics: a row each, with its unit; what is not there is empty, what is 0 is 0", () => {
    const { columns, rows } = metricsCsv(view);
    expect(columns.slice(0, 5)).toEqual(["metric", "unit", "n", "p50", "p75"]);
    expect(rows.map(([metric]) => metric)).toEqual([...METRICS]);
    expect(rows[1]).toEqual(["LCP", "ms", 40, 0, 0, 0, 0, 0, "good", 1, 0, 0]);
    expect(rows[2]?.slice(0, 5)).toEqual(["CLS", "score", 40, 0, 0]);
    expect(rows[0]).toEqual(["INP", "ms", 0, null, null, null, null, null, null, null, null, null]);
  });

  test("trend: every step of the chosen metric, named with its unit", () => {
    const { columns, rows } = trendCsv(DEFAULT_QUERY, view);
    expect(columns.slice(0, 5)).toEqual(["from", "to", "lcp_n", "lcp_p50_ms", "lcp_p75_ms"]);
    expect(rows[0]?.slice(0, 5)).toEqual(["2026-11-22T13:00:00.000Z", "2026-11-22T14:00:00.000Z", 40, 0, 0]);
    expect(rows[1]?.slice(2, 5)).toEqual([0, null, null]);
    expect(trendCsv({ ...DEFAULT_QUERY, metric: "CLS" }, view).columns).toContain("cls_p75");
  });

  test("routes: the asked percentile in the names, as the page sorts and searches", () => {
    const routes = [
      { route: "/a", metrics: distributionsOf(sketchesOf({ LCP: 5_000 }, 40)) },
      { route: "/b", metrics: distributionsOf(sketchesOf({ LCP: 100 }, 400)) },
      { route: "/few", metrics: distributionsOf(sketchesOf({ LCP: 100 }, 5)) },
    ];
    const { columns, rows } = routesCsv({ ...DEFAULT_QUERY, percentile: 90 }, routes);
    expect(columns).toEqual([
      ...["route", "page_views", "inp_n", "inp_p90_ms", "inp_p75_rating", "lcp_n", "lcp_p90_ms"],
      ...["lcp_p75_rating", "cls_n", "cls_p90", "cls_p75_rating", "fcp_n", "fcp_p90_ms", "fcp_p75_rating"],
      ...["ttfb_n", "ttfb_p90_ms", "ttfb_p75_rating", "lcp_p90_impact_ms"],
    ]);
    expect(rows.map(([route]) => route)).toEqual(["/a", "/b", "/few"]);
    expect(rows[2]?.slice(5, 8)).toEqual([5, null, null]);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect(routesCsv({ ...DEFAULT_QUERY, q: "few" }, routes).rows).toHaveLength(1);
  });

  test("files are named by their table and times", () => {
    expect(csvFileName("routes", view.window)).toBe("web-vitals-routes-20261122T1300Z-20261122T1500Z.csv");
    expect(csvFileName("releases", null)).toBe("web-vitals-releases.csv");
  });
});
