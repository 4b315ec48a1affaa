import { describe, expect, it } from "vitest";
import { vitalsJson } from "../../../../app/presenters/api/vitals-json";
import { changeJson, comparisonJson } from "../../../../app/presenters/comparison/comparison-json";
import { metricsCsv, routesCsv, trendCsv } from "../../../../app/presenters/tables/csv-tables";
import { releasePage, releasesCsv } from "../../../../app/presenters/tables/release-table";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import type { Change, ComparisonResult } from "../../../../app/query/comparison/comparison-result";
import { DAY, HOUR } from "../../../../app/vitals/time";
import { distributionsOf, sketchesOf } from "../sketches";
import { NOW, releasesOf, viewOf } from "../views";
import { CHANGES, comparisonOf, MODEL, timeChange, trendOf } from "./comparisons";

const QUERY: CockpitQuery = { ...DEFAULT_QUERY, compare: COMPARE_PREVIOUS, sort: "regression" };
const VIEW = viewOf([{ LCP: [[3020, 100]] }]);
const ROUTES = [
  { route: "/a", metrics: distributionsOf({ LCP: [[3500, 60]] }) },
  { route: "/new", metrics: distributionsOf({ LCP: [[3500, 60]] }) },
];
const COMPARISON = comparisonOf({
  previous: sketchesOf({ LCP: [[2610, 400]] }),
  routes: new Map([["/a", CHANGES]]),
  trend: trendOf(VIEW, () => ({ n: 90, value: 2610 })),
});

/** What a program reads is the text. */
const json = (comparison: ComparisonResult | null, query: Partial<CockpitQuery> = {}) =>
  JSON.parse(
    JSON.stringify(
      vitalsJson({
        query: { ...QUERY, ...query },
        ...{ ignored: [], view: VIEW, routes: ROUTES, releases: [], now: NOW, comparison },
      }),
    ),
  );

describe("the JSON twin while comparing", () => {
  it("says what changed, on how much, how sure, and of which times", () => {
    const { query, current, previous, delta, comparison } = json(COMPARISON);
    expect([query.release, query.compare, current.release, previous.release]).toEqual([
      ...["all", "previous", "2.4.1", "2.4.0"],
    ]);
    expect(delta.LCP).toEqual({
      ...{ verdict: "regression", early: false, leaning: null, reason: null, windows: "concurrent" },
      n: { current: 12_304, baseline: 11_876 },
      p75: { current: 3002, baseline: 2610 },
      ...{ percent: 15, absolute: 392, interval: { low: 8.5, high: 21.5 } },
      goodShare: { current: 0.742, baseline: 0.823, points: -8.1, low: -12.2, high: -4 },
      samplesNeeded: null,
      settledBy: null,
      look: null,
      raw: { percent: 15, absolute: 392 },
      mix: { percent: 0, absolute: 0, leftOut: 0, cause: null },
    });
    expect(delta.CLS).toMatchObject({
      percent: null,
      absolute: -0.0132,
      interval: { low: -0.0172, high: -0.0092 },
    });
    expect(delta.TTFB).toMatchObject({
      verdict: "not-enough-data",
      percent: null,
      interval: null,
      mix: null,
    });
    expect(previous).toMatchObject({
      window: { from: "2026-11-23T05:00:00.000Z", to: "2026-11-23T13:00:00.000Z" },
      metrics: { LCP: { n: 400, rating: "needs-improvement" }, INP: { n: 0, rating: null } },
    });
    expect(comparison).toMatchObject({
      ...{
        current: "2.4.1",
        baseline: "2.4.0",
        reason: null,
        windows: "concurrent",
        hours: 8,
        historyDays: null,
        concurrentShare: null,
        lastLook: { kind: "first-day" },
        nextLook: { kind: "second-day" },
      },
      baselineWindows: [previous.window],
    });
  });

  it("has the change of each route, and null where it was not compared", () => {
    const { routes } = json(COMPARISON);
    expect(
      routes.map(({ route, delta }: { route: string; delta: unknown }) => [route, delta !== null]),
    ).toEqual([
      ["/a", true],
      ["/new", false],
    ]);
    expect(routes[0].delta.LCP).toMatchObject({ verdict: "regression", percent: 15 });
  });

  it("has the baseline's samples and percentiles in each step of the chart", () => {
    const { n, percentiles } = json(COMPARISON).trend[0].baseline;
    expect([n, Math.round(percentiles["75"] / 100)]).toEqual([90, 26]);
    expect(json({ ...COMPARISON, trend: null }).trend[0].baseline).toBeNull();
  });

  it("has the chart's steps in the JSON and the CSV, whatever the view's times are", () => {
    const earlier = viewOf([{ LCP: [[3020, 40]] }], {
      window: { from: NOW - 90 * HOUR, to: NOW },
      step: 3 * HOUR,
    });
    const trend = trendOf(earlier, (i) => ({ n: 60 + i, value: 2610 }));
    const { trend: steps } = json({ ...COMPARISON, trend });
    expect(steps).toHaveLength(30);
    expect([steps[0].from, steps[0].metrics.LCP.n, steps[29].baseline.n]).toEqual([
      ...[new Date(NOW - 90 * HOUR).toISOString(), 40, 89],
    ]);
    const { columns, rows } = trendCsv(QUERY, VIEW, { ...COMPARISON, trend });
    const n = columns.indexOf("lcp_baseline_n");
    expect(rows.map((row) => [row[0], row[n]])).toEqual(
      steps.map(({ from, baseline }: { from: string; baseline: { n: number } }) => [from, baseline.n]),
    );
  });

  it("says why there is nothing, and nothing where nothing was asked for", () => {
    const absent = json({ status: "unavailable", current: "2.4.1", baseline: null, reason: "no-previous" });
    expect([absent.previous, absent.delta, absent.current.release, absent.routes[0].delta]).toEqual([
      ...[null, null, "2.4.1", null],
    ]);
    expect(absent.comparison).toMatchObject({ baseline: null, baselineWindows: null, reason: "no-previous" });
    const off = json(null, { compare: null, sort: "impact" });
    expect([off.previous, off.delta, off.comparison, off.query.compare, off.current.release]).toEqual([
      ...[null, null, null, null, "all"],
    ]);
  });

  it("has the windows that each change was estimated with", () => {
    const windows = (method: Change["method"]) => changeJson("LCP", { ...CHANGES.LCP, method }).windows;
    expect((["concurrent", "model", "stretches", "lifetime"] as const).map(windows)).toEqual([
      ...["concurrent", "model", "model", "lifetime"],
    ]);
    const changes = { ...CHANGES, TTFB: { ...CHANGES.TTFB, method: "lifetime" as const } };
    const { delta, comparison } = json({ ...COMPARISON, changes });
    expect([delta.LCP.windows, delta.TTFB.windows, comparison.windows]).toEqual([
      ...["concurrent", "lifetime", "concurrent"],
    ]);
  });

  it("never says -0", () => {
    const nothing = timeChange(1_000, 999.99, 0.01, { raw: { percent: -0.001, absolute: -0.01 } });
    const text = JSON.stringify(changeJson("LCP", nothing), (_, value) =>
      Object.is(value, -0) ? "minus zero" : value,
    );
    expect(text).not.toContain("minus zero");
  });

  it("lists every window of the baseline", () => {
    const { baselineWindows, historyDays } = comparisonJson(comparisonOf({ windows: MODEL })) as {
      baselineWindows: unknown[];
      historyDays: number;
    };
    expect([baselineWindows.length, historyDays]).toEqual([7, 28]);
  });
});

describe("tables while comparing", () => {
  const firstRow = ({ columns, rows }: ReturnType<typeof metricsCsv>, at = 0) =>
    Object.fromEntries(columns.map((column, i) => [column, rows[at]?.[i]]));

  it("have columns for the change of each metric of a route", () => {
    const table = routesCsv(QUERY, ROUTES, COMPARISON);
    expect(firstRow(table)).toMatchObject({
      route: "/a",
      ...{ lcp_change_percent: 15, lcp_change_low_percent: 8.5, lcp_change_high_percent: 21.5 },
      ...{
        lcp_verdict: "regression",
        cls_change: -0.0132,
        cls_change_low: -0.0172,
        cls_verdict: "improvement",
      },
      ...{ ttfb_change_percent: null, ttfb_verdict: "not-enough-data" },
    });
    expect(firstRow(table, 1)).toMatchObject({ route: "/new", lcp_change_percent: null, lcp_verdict: null });
    expect(routesCsv(QUERY, ROUTES).columns).not.toContain("lcp_verdict");
  });

  it("have the change of each metric of the view, in its unit", () => {
    const table = metricsCsv(VIEW, COMPARISON);
    expect(firstRow(table, 1)).toMatchObject({
      ...{ metric: "LCP", change_unit: "percent", change: 15, verdict: "regression" },
      ...{ change_n: 12_304, baseline_n: 11_876, good_share_points: -8.1 },
    });
    expect(firstRow(table, 2)).toMatchObject({ metric: "CLS", change_unit: "score", change: -0.0132 });
    expect(firstRow(table, 4)).toMatchObject({ metric: "TTFB", change_unit: null, change: null });
  });

  it("have the baseline of the trend", () => {
    expect(firstRow(trendCsv(QUERY, VIEW, COMPARISON))).toMatchObject({
      ...{ lcp_baseline_n: 90, lcp_baseline_p75_ms: 2610 },
    });
    expect(firstRow(trendCsv(QUERY, VIEW, comparisonOf()))).toMatchObject({ lcp_baseline_n: null });
  });

  it("have what each release is to the one before it", () => {
    const page = releasePage(releasesOf({ "2.4.0": NOW - DAY, "2.4.1": NOW - HOUR }), "all");
    const table = releasesCsv(page, new Map(), new Map([["2.4.1", COMPARISON]]));
    expect(firstRow(table)).toMatchObject({
      build_version: "2.4.1",
      baseline: "2.4.0",
      lcp_verdict: "regression",
    });
    expect(firstRow(table, 1)).toMatchObject({ build_version: "2.4.0", baseline: null, lcp_verdict: null });
  });
});
