import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roundTogether } from "../../../../app/presenters/route-page/attribution";
import { type RoutePageInput, routePage } from "../../../../app/presenters/route-page/route-page";
import type {
  AttributionSummary,
  MetricAttribution,
} from "../../../../app/query/attribution/attribution-result";
import { summariseAttribution } from "../../../../app/query/attribution/attribution-summary";
import { type CockpitQuery, DEFAULT_QUERY, parseQuery } from "../../../../app/query/cockpit-query";
import { distributionsOf } from "../../../../app/query/view/distribution";
import { emptySketches, type MetricSketches, type ViewResult } from "../../../../app/query/view/view-result";
import { addValue } from "../../../../app/stats/sketch/sketch";
import type { AttributedSample } from "../../../../app/storage/attribution.server";
import { ATTRIBUTED_METRICS, type AttributedMetric, SUBPARTS } from "../../../../app/vitals/attribution";
import { METRICS } from "../../../../app/vitals/metrics";
import { DAY } from "../../../../app/vitals/time";
import { examples, NOW } from "../../../support/measurements";

const ROUTE = "/workspace/[id]";
const TO = Date.parse("2026-11-22T11:00:00Z");
const MESSAGE = "This panel could not be read.";

/** `n` samples of one value in all metrics. */
function sketchesOf(n: number, value = 0.05): MetricSketches {
  const sketches = emptySketches();
  if (n > 0) for (const metric of METRICS) addValue(sketches[metric], value, n);
  return sketches;
}

function viewOf(total: MetricSketches, window = { from: TO - DAY, to: TO }): ViewResult {
  return {
    window,
    step: DAY,
    trend: [{ ...window, metrics: total }],
    total,
    pageViewsByNavigation: { load: total.LCP.n, prerender: 0, bfcache: 0, soft: 0 },
    prefetchedPageViews: 0,
    pageViewsByBuild: new Map(),
  };
}

const slowOf = (
  samples: Partial<Record<AttributedMetric, AttributedSample[]>>,
  changes: Partial<MetricAttribution> = {},
): AttributionSummary => ({
  causes: Object.fromEntries(
    ATTRIBUTED_METRICS.map((metric) => [
      metric,
      {
        ...summariseAttribution(metric, samples[metric] ?? [], { from: TO - DAY, to: TO }, null),
        ...changes,
      },
    ]),
  ) as AttributionSummary["causes"],
  retention: 7 * DAY,
  limits: { sample: 2_000, search: 50_000 },
});

const samplesOf = (n: number, element: string | null, parts: number[] | null = null): AttributedSample[] =>
  Array.from({ length: n }, (_, i) => ({
    ...{ value: 3_000, receivedAt: NOW - i * 1_000, element, parts },
    finalHeaders: null,
  }));

function page(changes: Partial<RoutePageInput> = {}, queryChanges: Partial<CockpitQuery> = {}) {
  const query = { ...DEFAULT_QUERY, route: ROUTE, ...queryChanges };
  return routePage({
    query,
    ignored: [],
    view: { ok: true, value: viewOf(sketchesOf(300)) },
    site: { ok: true, value: 1_200 },
    splits: {
      ok: true,
      value: {
        devices: {
          mobile: distributionsOf(sketchesOf(100)),
          tablet: distributionsOf(sketchesOf(12)),
          desktop: distributionsOf(sketchesOf(188)),
          bot: distributionsOf(sketchesOf(0)),
        },
        navigations: {
          load: distributionsOf(sketchesOf(300)),
          prerender: distributionsOf(sketchesOf(0)),
          bfcache: distributionsOf(sketchesOf(40)),
          soft: distributionsOf(sketchesOf(0)),
        },
      },
    },
    attribution: { ok: true, value: slowOf({}) },
    releases: {
      ok: true,
      value: {
        releases: [],
        timeline: { entries: [], established: new Set(), current: null, previous: null },
      },
    },
    comparison: null,
    breakdown: null,
    now: NOW,
    ...changes,
  });
}

const value = <T>(panel: { ok: true; value: T } | { ok: false; message: string }): T => {
  if (!panel.ok) throw new Error(panel.message);
  return panel.value;
};

/** What one metric says of its causes. */
const causesOf = (
  metric: AttributedMetric,
  attribution: AttributionSummary,
  changes: Partial<CockpitQuery> = {},
) => {
  const found = value(page({ attribution: { ok: true, value: attribution } }, changes).attribution);
  const causes = found.metrics.find((one) => one.metric === metric);
  if (causes === undefined) throw new Error(`${metric} is not on the page.`);
  return { ...causes, coverage: found.coverage };
};

describe("figures", () => {
  test("percentiles are given for every metric with its n", () => {
    const { percentiles } = value(page().view);
    expect(percentiles.columns.map(({ text }) => text)).toEqual(["p50", "p75", "p90", "p95", "p99"]);
    expect(percentiles.rows.map(({ metric, n }) => `${metric} ${n}`)).toEqual(
      METRICS.map((metric) => `${metric} 300`),
    );
    expect(percentiles.rows[2]?.figures.map((figure) => figure.value?.number)).toEqual(Array(5).fill("0.05"));
  });

  test("under 30 samples say their n and no number, and none is no data", () => {
    const { devices, navigations } = value(page().splits);
    expect(devices.rows.map(({ text, views }) => `${text} ${views}`)).toEqual([
      "Mobile 100",
      "Tablet 12",
      "Desktop 188",
    ]);
    expect(devices.rows[1]?.figures[0]).toMatchObject({ value: null, absent: "n = 12, too few" });
    expect(navigations.rows[3]?.figures[0]).toMatchObject({ value: null, absent: "no data" });
  });

  test("splits put the chosen metric first, mark what is filtered by and link to the rest", () => {
    const { devices, navigations } = value(page({}, { metric: "CLS", device: "mobile", range: "7d" }).splits);
    expect(devices.metrics.map(({ metric }) => metric)).toEqual(["CLS", "INP", "LCP", "FCP", "TTFB"]);
    expect(devices.rows.map(({ current }) => current)).toEqual([true, false, false]);
    expect(navigations.rows.map(({ current }) => current)).toEqual([true, false, false, false]);
    const { query } = parseQuery(new URL(devices.rows[2]?.href ?? "", "http://c.example").searchParams);
    expect(query).toMatchObject({ route: ROUTE, device: "desktop", metric: "CLS", range: "7d" });
  });

  test("bots are listed where there are any, as what they are", () => {
    const devices = {
      mobile: distributionsOf(sketchesOf(9)),
      tablet: distributionsOf(sketchesOf(0)),
      desktop: distributionsOf(sketchesOf(0)),
      bot: distributionsOf(sketchesOf(5)),
    };
    const navigations = {
      load: distributionsOf(sketchesOf(9)),
      prerender: distributionsOf(sketchesOf(0)),
      bfcache: distributionsOf(sketchesOf(0)),
      soft: distributionsOf(sketchesOf(0)),
    };
    const splits = { ok: true, value: { devices, navigations } } as const;
    const people = value(page({ splits }).splits).devices;
    expect(people.rows.at(-1)?.text).toBe("Bots");
    expect(people.note).toBe("Bots are left out of all other figures.");
    expect(value(page({ splits }, { device: "bot" }).splits).devices.note).toBeNull();
  });

  test("traffic is the route's part of the site's page views", () => {
    expect(value(page().traffic)).toEqual({
      share: 0.25,
      text: "25\u202f% of the site's 1,200 page views under the same filters",
    });
    expect(value(page({ site: { ok: true, value: 0 } }).traffic)).toBeNull();
  });
});

describe("what is slow", () => {
  test("lists elements with n, share and a rated p75, and none under 30", () => {
    const samples = [...samplesOf(60, "main>img"), ...samplesOf(20, "p.rare"), ...samplesOf(20, null)];
    const causes = causesOf("LCP", slowOf({ LCP: samples }));
    expect(causes.elements).toEqual([
      {
        element: "main>img",
        n: "60",
        share: "60\u202f%",
        figure: expect.objectContaining({
          value: { number: "3.00", unit: "s" },
          rating: "needs-improvement",
        }),
      },
      {
        element: "p.rare",
        n: "20",
        share: "20\u202f%",
        figure: { value: null, rating: null, ratingLabel: null, absent: "n = 20, too few" },
      },
    ]);
    expect(causes.notes).toEqual(["20 measurements name no element."]);
    expect(causes.basis).toBe("100 measurements, received 22 Nov 10:16 – 22 Nov 10:17 UTC.");
  });

  test("says which measurements it rests on", () => {
    const newest = slowOf({ INP: samplesOf(40, "a") }, { truncatedBy: "sample" });
    expect(causesOf("INP", newest).basis).toMatch(/^The newest 40 measurements, received /);
    const found = slowOf({ INP: samplesOf(40, "a") }, { truncatedBy: "search" });
    expect(causesOf("INP", found).basis).toMatch(
      /^40 measurements among the route's newest 50,000, received /,
    );
    expect(causesOf("INP", slowOf({ INP: samplesOf(1, "a") })).basis).toBe(
      "1 measurement, received 22 Nov 10:17 UTC.",
    );
    expect(causesOf("INP", slowOf({})).basis).toBe("No measurement of this view was found.");
    expect(causesOf("INP", slowOf({}, { truncatedBy: "search" })).basis).toBe(
      "No measurement of this view was found among the route's newest 50,000.",
    );
  });

  test("says how far back single measurements reach, in the zone of the page", () => {
    const attribution = { ok: true, value: slowOf({}) } as const;
    expect(value(page({ attribution }).attribution).coverage).toMatch(
      /are kept for 7 days, so this part .* covers the same times/,
    );
    const view = { ok: true, value: viewOf(sketchesOf(300), { from: TO - 30 * DAY, to: TO }) } as const;
    expect(value(page({ attribution, view }, { tz: "Asia/Tokyo" }).attribution).coverage).toBe(
      "Single measurements are kept for 7 days: this part of the page reaches back to 15 Nov 19:17 GMT+9 and no further. It rests on the newest 2,000 of each metric at most.",
    );
  });

  test("draws sub-parts that add up to the value that is named", () => {
    const { parts } = causesOf("LCP", slowOf({ LCP: samplesOf(40, "img", [250.4, 0, 249.6, 500, 0]) }));
    expect(parts?.caption).toBe(
      "1.00\u202fs is the average of the 9 page views between the 65th and 85th percentile of 40 whose parts are known. Its parts add up to it.",
    );
    expect(parts?.legend.map(({ text, value: shown, share }) => [text, shown, share])).toEqual([
      ["Time to first byte", "250\u202fms", "25\u202f%"],
      ["Resource load delay", "250\u202fms", "25\u202f%"],
      ["Resource load duration", "500\u202fms", "50\u202f%"],
      ["Element render delay", "0\u202fms", "0\u202f%"],
    ]);
    expect(parts?.bar).toEqual([
      { part: "timeToFirstByte", position: 0, x: 0, width: 25 },
      { part: "resourceLoadDelay", position: 1, x: 25, width: 25 },
      { part: "resourceLoadDuration", position: 2, x: 50, width: 50 },
    ]);
  });

  test("names the wait for the final headers where there were Early Hints", () => {
    const { parts } = causesOf("LCP", slowOf({ LCP: samplesOf(40, "img", [70, 1000, 0, 30, 100]) }));
    expect(parts?.legend.map(({ text, value: shown }) => `${text} ${shown}`)).toEqual([
      "Time to first byte 70\u202fms",
      "103 → final headers 1.00\u202fs",
      "Resource load delay 0\u202fms",
      "Resource load duration 30\u202fms",
      "Element render delay 100\u202fms",
    ]);
    expect(parts?.bar.map(({ part }) => part)).toContain("finalHeadersDelay");
  });

  test("gives shares that add up to 100 %", () => {
    const { parts } = causesOf("INP", slowOf({ INP: samplesOf(40, "a", [166, 166, 166]) }));
    expect(parts?.legend.map(({ share }) => share)).toEqual(["34\u202f%", "33\u202f%", "33\u202f%"]);
  });

  test("says why there are no sub-parts; CLS has none to say it of", () => {
    const few = slowOf({ LCP: samplesOf(12, "img", [1, 0, 2, 3, 4]), CLS: samplesOf(40, "aside") });
    expect(causesOf("LCP", few)).toMatchObject({ parts: null, partsAbsent: "Sub-parts: n = 12, too few." });
    expect(causesOf("INP", few)).toMatchObject({ parts: null, partsAbsent: "Sub-parts: no data." });
    expect(causesOf("CLS", few)).toMatchObject({ parts: null, partsAbsent: null });
    expect(SUBPARTS.CLS).toEqual([]);
  });

  test("survives parts that are all zero, as of a page from the back/forward cache", () => {
    const { parts } = causesOf("LCP", slowOf({ LCP: samplesOf(40, "img", [0, 0, 0, 0, 0]) }));
    expect(parts?.bar).toEqual([]);
    expect(parts?.legend[0]).toMatchObject({ value: "0\u202fms", share: "0\u202f%" });
  });
});

describe("roundTogether", () => {
  test("gives what is left to the parts that lost most", () => {
    expect(roundTogether([333.3, 333.3, 666.7, 0])).toEqual([330, 330, 670, 0]);
    expect(roundTogether([0.4, 0.4, 0.4])).toEqual([1, 0, 0]);
    expect(roundTogether([0, 0])).toEqual([0, 0]);
  });

  test("makes parts that add up to their sum, each off by less than a step", () => {
    const part = fc.double({ min: 0, max: 200_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const sum = parts.reduce((a, b) => a + b, 0);
        const step = sum < 1_000 ? 1 : 10 ** Math.max(1, Math.floor(Math.log10(sum)) - 2);
        const rounded = roundTogether(parts);
        const total = rounded.reduce((a, b) => a + b, 0);
        expect(Math.abs(total - sum)).toBeLessThanOrEqual(step / 2 + 1e-6);
        rounded.forEach((one, i) => {
          expect(Math.abs(one - (parts[i] ?? 0))).toBeLessThanOrEqual(step + 1e-6);
        });
      }),
      examples(500),
    );
  });
});

describe("without data", () => {
  const nothing = { view: { ok: true, value: viewOf(sketchesOf(0)) } } as const;

  test("an unknown route is said to be one, and the list is offered under the same filters", () => {
    const { unknown, documentTitle } = page(nothing, { range: "7d", device: "mobile" });
    expect(unknown?.text).toMatch(/^There is no data for this route in this view\./);
    expect(unknown?.links[0]).toEqual({
      text: "All routes in this view",
      href: "/admin/performance?range=7d&device=mobile",
    });
    expect(unknown?.links.map(({ text }) => text)).toEqual([
      "All routes in this view",
      "This route, all releases, devices and navigations",
      "This route, last 90 days",
    ]);
    expect(documentTitle).toBe("/workspace/[id] · LCP: no data · Performance");
  });

  test("a view that can't be widened offers the list alone", () => {
    expect(page(nothing, { range: "90d", navigation: "load" }).unknown?.links).toHaveLength(2);
    expect(page(nothing, { range: "90d", navigation: "all" }).unknown?.links).toHaveLength(1);
  });

  test("an address without a route asks for one", () => {
    expect(page(nothing, { route: null }).unknown).toMatchObject({
      text: "The address names no route. Choose one from the list.",
      links: [{ href: "/admin/performance" }],
    });
  });
});

describe("a failing query", () => {
  const failed = { ok: false, message: MESSAGE } as const;

  test("says so in its own panel", () => {
    const broken = page({ attribution: failed, splits: failed, site: failed });
    expect([broken.attribution, broken.splits, broken.traffic]).toEqual([failed, failed, failed]);
    expect(broken.view.ok).toBe(true);
  });

  test("of the view leaves the others, and makes no unknown route of it", () => {
    const broken = page({ view: failed });
    expect(broken.view).toEqual(failed);
    expect(broken.splits.ok).toBe(true);
    expect(broken.unknown).toBeNull();
    expect(broken.documentTitle).toBe("Error · /workspace/[id] · Performance");
  });
});

describe("the page", () => {
  test("stays on its route: filters, cards and permalink carry it", () => {
    const { filters, view, list, header } = page({}, { range: "7d", tz: "Europe/Berlin" });
    expect(filters.action).toBe("/admin/performance/route");
    expect(filters.hidden).toContainEqual({ name: "route", value: ROUTE });
    expect(filters.permalink).toContain("route=%2Fworkspace%2F%5Bid%5D");
    expect(value(view).cards[0]?.href).toMatch(/^\/admin\/performance\/route\?.*route=%2Fworkspace/);
    expect(list.href).toBe("/admin/performance?range=7d&tz=Europe%2FBerlin");
    expect(header.title).toBe("Route");
  });

  test("is plain JSON, as loaders hand it over", () => {
    const made = page({
      attribution: { ok: true, value: slowOf({ LCP: samplesOf(40, "img", [1, 2, 3, 4]) }) },
    });
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });

  test("says what of the address was ignored", () => {
    const { query, ignored } = parseQuery(new URLSearchParams({ route: "/".repeat(3_000), range: "3x" }));
    const { ignored: said, unknown } = page({ ignored, query });
    expect(said).toHaveLength(2);
    expect(unknown?.text).toMatch(/names no route/);
  });

  test("says which times have not come yet", () => {
    const { query } = parseQuery(new URLSearchParams("route=/a&to=2100-01-01T00:00:00Z"));
    expect(page({ query }).ignored).toEqual([expect.stringMatching(/^to lies in the future; /)]);
  });
});
