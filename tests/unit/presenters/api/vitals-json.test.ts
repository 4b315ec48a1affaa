import { describe, expect, it } from "vitest";
import { vitalsJson } from "../../../../app/presenters/api/vitals-json";
import { type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { distributionsOf } from "../../../../app/query/view/distribution";
import type { ViewResult } from "../../../../app/query/view/view-result";
import { METRICS } from "../../../../app/vitals/metrics";
import type { Release } from "../../../../app/vitals/release";
import { HOUR } from "../../../../app/vitals/time";
import { sketchesOf } from "../sketches";

const TO = Date.parse("2026-11-22T11:00:00.000Z");
const FROM = TO - 24 * HOUR;

const view = (metrics: ViewResult["total"]): ViewResult => ({
  window: { from: FROM, to: TO },
  step: HOUR,
  trend: [{ from: FROM, to: FROM + HOUR, metrics: sketchesOf({}) }],
  total: metrics,
  pageViewsByNavigation: { load: 100, prerender: 0, bfcache: 7, soft: 0 },
  prefetchedPageViews: 0,
  pageViewsByBuild: new Map([["2.4.1", 61]]),
});

const release = (buildVersion: string, changes: Partial<Release> = {}): Release => ({
  buildVersion,
  firstSeenAt: FROM,
  lastSeenAt: TO - 1,
  announcedAt: null,
  link: null,
  vouchedAt: 0,
  libraries: {},
  ...changes,
});

const json = (query: Partial<CockpitQuery> = {}, metrics: ViewResult["total"] = sketchesOf({})) =>
  // What a program reads is the text.
  JSON.parse(
    JSON.stringify(
      vitalsJson({
        query: { ...DEFAULT_QUERY, ...query },
        ignored: [{ param: "range", value: "3x", used: "24h" }],
        view: view(metrics),
        routes: [{ route: "/workspace/[id]", metrics: distributionsOf(metrics) }],
        releases: [
          release("2.4.1"),
          release("2.5.0", { firstSeenAt: null, lastSeenAt: null, announcedAt: TO }),
        ],
        comparison: null,
        now: TO - 60_000,
      }),
    ),
  );

const EMPTY = {
  n: 0,
  rating: null,
  percentiles: { "50": null, "75": null, "90": null, "95": null, "99": null },
  shares: null,
};

describe("the JSON twin", () => {
  it("says how the query was understood", () => {
    const from = Date.parse("2026-11-22T00:00:00Z");
    const { query, ignored } = json({ from, release: null, route: "/a", metric: "CLS", percentile: 95 });
    expect(query).toMatchObject({
      range: "24h",
      from: "2026-11-22T00:00:00.000Z",
      to: null,
      release: "all",
      device: "all",
      navigation: "load",
      metric: "CLS",
      percentile: 95,
      route: "/a",
      tz: "UTC",
      page: 1,
    });
    expect(ignored).toEqual([{ param: "range", value: "3x", used: "24h" }]);
  });

  it("says what of a readable query could not be used as it is", () => {
    const ahead = Date.parse("2026-11-23T00:00:00Z");
    expect(json({ to: ahead, page: 9 }).ignored.slice(1)).toEqual([
      { param: "to", value: "2026-11-23T00:00:00.000Z", used: "2026-11-22T10:59:00.000Z" },
      { param: "page", value: "9", used: "1" },
    ]);
    // A permalink of the current hour ends with it.
    expect(json({ to: TO, page: "all" }).ignored).toHaveLength(1);
  });

  it("always has all five metrics, with nothing where there is nothing", () => {
    const { current, routes } = json();
    expect(current).toMatchObject({
      release: "all",
      window: { from: "2026-11-21T11:00:00.000Z", to: "2026-11-22T11:00:00.000Z" },
      pageViewsByNavigation: { load: 100, prerender: 0, bfcache: 7, soft: 0 },
      prefetchedPageViews: 0,
    });
    for (const metric of METRICS) {
      const unit = metric === "CLS" ? "score" : "ms";
      expect(current.metrics[metric]).toMatchObject({ unit, ...EMPTY });
      expect(routes[0].metrics[metric]).toMatchObject(EMPTY);
    }
  });

  it("gives percentiles, rating and shares where there is something", () => {
    const metrics = sketchesOf({
      LCP: [
        [1000, 80],
        [3000, 15],
        [5000, 5],
      ],
      CLS: [[0, 29]],
    });
    const { current, routes } = json({}, metrics);
    expect(current.metrics.LCP).toMatchObject({
      unit: "ms",
      n: 100,
      rating: "good",
      shares: { good: 0.8, needsImprovement: 0.15, poor: 0.05 },
    });
    expect(Object.keys(current.metrics.LCP.percentiles)).toEqual(["50", "75", "90", "95", "99"]);
    expect(current.metrics.LCP.percentiles["99"]).toBeGreaterThan(4900);
    expect(current.metrics.CLS).toMatchObject({ n: 29, rating: null, percentiles: { "75": null } });
    expect(routes).toMatchObject([{ route: "/workspace/[id]", n: 100, delta: null }]);
  });

  it("compares with nothing where nothing is to be compared", () => {
    expect(json()).toMatchObject({ previous: null, delta: null });
  });

  it("lists releases with their page views, those too that were only announced", () => {
    expect(json().releases).toMatchObject([
      {
        buildVersion: "2.4.1",
        firstSeen: "2026-11-21T11:00:00.000Z",
        lastSeen: "2026-11-22T10:59:59.999Z",
        n: 61,
      },
      { buildVersion: "2.5.0", firstSeen: null, lastSeen: null, announced: "2026-11-22T11:00:00.000Z", n: 0 },
    ]);
  });
});
