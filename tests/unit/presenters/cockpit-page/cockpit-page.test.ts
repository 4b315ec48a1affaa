import { describe, expect, it } from "vitest";
import { type CockpitInput, cockpitPage } from "../../../../app/presenters/cockpit-page/cockpit-page";
import { shareBar } from "../../../../app/presenters/page/metric-card";
import type { Panel } from "../../../../app/presenters/panel";
import { type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import type { RouteResult } from "../../../../app/query/view/view-result";
import { DAY, HOUR, MINUTE } from "../../../../app/vitals/time";
import { distributionsOf } from "../sketches";
import { NOW, releasesOf, viewOf } from "../views";

const VIEW = viewOf([{ LCP: [[3020, 100]], CLS: [[0, 100]], TTFB: [[400, 12]] }], {
  pageViewsByNavigation: { load: 100, prerender: 0, bfcache: 1, soft: 1204 },
  prefetchedPageViews: 0,
  pageViewsByBuild: new Map([["2.4.1", 80]]),
});
const ROUTES: RouteResult[] = [
  { route: "/a", metrics: distributionsOf({ LCP: [[3500, 60]] }) },
  { route: "/rare", metrics: distributionsOf({ LCP: [[9000, 5]] }) },
  { route: "(other)", metrics: distributionsOf({ LCP: [[1000, 40]] }) },
];
const ok = <T>(value: T): Panel<T> => ({ ok: true, value });
const failed = { ok: false, message: "It failed." } as const;

function page(query: Partial<CockpitQuery> = {}, changes: Partial<CockpitInput> = {}) {
  return cockpitPage({
    query: { ...DEFAULT_QUERY, ...query },
    ignored: [],
    view: ok(VIEW),
    routes: ok(ROUTES),
    releases: ok(releasesOf({ "2.4.0": NOW - 5 * DAY, "2.4.1": NOW - 3 * HOUR })),
    comparison: null,
    origin: "https://cockpit.example",
    scriptPath: "/vitals.js",
    beaconPath: "/readings",
    now: NOW,
    ...changes,
  });
}
const value = <T>(panel: Panel<T>): T => {
  if (!panel.ok) throw new Error(panel.message);
  return panel.value;
};

describe("the header", () => {
  it("says the current release, since when, and how fresh the figures are", () => {
    const { header } = page();
    expect(header.release).toEqual({ name: "2.4.1", label: "current release" });
    expect(header.firstSeen).toMatchObject({ text: "3\u202fh ago", exact: "23 Nov 09:30 UTC" });
    expect(header.newest?.text).toBe("0\u202fs ago");
    expect(header.stale).toBeNull();
  });

  it("says the release that is filtered by", () => {
    expect(page({ release: "2.4.0" }).header).toMatchObject({
      release: { name: "2.4.0", label: "release" },
      firstSeen: { text: "5 days ago" },
    });
  });

  it("warns when nothing has come for more than an hour", () => {
    const old = (age: number) =>
      page({}, { releases: ok(releasesOf({ "2.4.1": NOW - DAY }, NOW - age)) }).header.stale;
    expect(old(60 * MINUTE)).toBeNull();
    expect(old(3 * HOUR)).toMatch(/^Nothing was measured for 3\u202fh\./);
  });
});

describe("the view", () => {
  it("is said in words, with what is left out", () => {
    const { summary } = value(page().view);
    expect(summary.filters).toEqual(["All devices without bots", "hard loads"]);
    expect(summary.window.text).toBe("22 Nov 13:00 – 23 Nov 13:00 UTC");
    expect(summary.pageViews).toBe("100 page views");
    expect(summary.others).toEqual([
      { text: "1 restore from the back/forward cache", href: "/admin/performance?navigation=bfcache" },
      { text: "1,204 soft navigations", href: "/admin/performance?navigation=soft" },
    ]);
    expect(value(page({ navigation: "all" }).view).summary).toMatchObject({ others: [], allHref: null });
  });

  it("has five cards in order, the chosen one marked", () => {
    const { cards } = value(page({ metric: "CLS" }).view);
    expect(cards.map(({ metric, current }) => [metric, current])).toEqual([
      ["INP", false],
      ["LCP", false],
      ["CLS", true],
      ["FCP", false],
      ["TTFB", false],
    ]);
    const [inp, lcp, cls, , ttfb] = cards;
    expect(inp).toMatchObject({ value: null, rating: null, absent: "no data", shares: null, trend: null });
    expect(ttfb).toMatchObject({
      value: null,
      rating: null,
      absent: "n = 12, too few",
      shares: null,
      n: "12",
    });
    expect(cls).toMatchObject({ value: { number: "0.00", unit: "" }, rating: "good" });
    expect(lcp).toMatchObject({ rating: "needs-improvement", ratingLabel: "needs improvement", n: "100" });
  });

  it("rates the percentile that is shown", () => {
    const mixed = viewOf([
      {
        LCP: [
          [1000, 80],
          [9000, 20],
        ],
      },
    ]);
    const lcp = (percentile: CockpitQuery["percentile"]) =>
      value(page({ percentile }, { view: ok(mixed) }).view).cards[1];
    expect(lcp(75)).toMatchObject({ percentile: "p75", rating: "good" });
    expect(lcp(95)).toMatchObject({ percentile: "p95", rating: "poor" });
  });

  it("without data says how to widen it", () => {
    const { hint } = value(page({ release: "9.9.9", device: "bot" }, { view: ok(viewOf([])) }).view);
    expect(hint?.text).toMatch(/^No release “9\.9\.9” is known\./);
    expect(hint?.links.map(({ text }) => text)).toEqual([
      "All releases",
      "All devices",
      "All navigations",
      "Last 90 days",
    ]);
  });

  it("is said in the document's title", () => {
    expect(page().documentTitle).toBe("LCP p75 3.02\u202fs, needs improvement · Last 24 hours · Performance");
    expect(page({ metric: "TTFB", release: "2.4.1" }).documentTitle).toBe(
      "TTFB: n = 12, too few · 2.4.1 · Last 24 hours · Performance",
    );
    expect(page({}, { view: failed }).documentTitle).toMatch(/^Error · /);
  });
});

describe("shareBar", () => {
  it("cuts shares, so that they never contradict the rating, and drops none", () => {
    const shares = (good: number, needsImprovement: number, poor: number) =>
      shareBar({ counts: { good, needsImprovement, poor }, n: good + needsImprovement + poor })?.shares.map(
        ({ text }) => text.replace("\u202f", ""),
      );
    expect(shares(749, 126, 125)).toEqual(["74%", "12%", "12%"]);
    expect(shares(750, 125, 125)).toEqual(["75%", "12%", "12%"]);
    expect(shares(1, 0, 0)).toEqual(["100%", "0%", "0%"]);
    expect(shares(1000, 1, 0)).toEqual(["99%", "<1%", "0%"]);
    expect(shareBar({ counts: { good: 0, needsImprovement: 0, poor: 0 }, n: 0 })).toBeNull();
  });
});

describe("the routes", () => {
  it("show the chosen metric first, and grey what has too few samples, last", () => {
    const table = value(page({ metric: "FCP" }).routes);
    expect(table.columns.map(({ text }) => text)).toEqual([
      ...["Route", "Views", "FCP", "INP", "LCP", "CLS", "TTFB", "Impact"],
    ]);
    const { rows } = value(page().routes);
    expect(rows.map(({ route, thin }) => [route, thin])).toEqual([
      ["/a", false],
      ["(other)", false],
      ["/rare", true],
    ]);
    expect(rows[0]).toMatchObject({ impact: { unit: "s" }, href: "/admin/performance/route?route=%2Fa" });
    expect(rows[2]).toMatchObject({ impact: { number: "", unit: "" } });
  });

  it("are sorted by links that turn the order round", () => {
    const { columns } = value(page({ sort: "views", order: "desc", q: "a" }).routes);
    expect(columns.map(({ sorted }) => sorted).filter((sorted) => sorted !== null)).toEqual(["descending"]);
    const hrefOf = (key: string) => columns.find((column) => column.key === key)?.href;
    expect(hrefOf("views")).toBe("/admin/performance?sort=views&order=asc&q=a");
    expect(hrefOf("route")).toBe("/admin/performance?sort=route&order=asc&q=a");
    expect(hrefOf("impact")).toBe("/admin/performance?q=a");
  });

  it("are searched by a form that carries everything else", () => {
    const { search } = value(page({ device: "mobile", metric: "INP", q: "a", page: 2 }).routes);
    expect(search.value).toBe("a");
    expect(search.hidden).toEqual([
      { name: "device", value: "mobile" },
      { name: "metric", value: "INP" },
    ]);
  });

  it("are paged, and say when a page does not exist", () => {
    const many = Array.from({ length: 120 }, (_, i) => ({
      route: `/r${i}`,
      metrics: distributionsOf({ LCP: [[1000, 40]] }),
    }));
    const { paging } = value(page({ page: 2 }, { routes: ok(many) }).routes);
    expect(paging).toEqual({
      text: "Page 2 of 3",
      previous: "/admin/performance",
      next: "/admin/performance?page=3",
      all: "/admin/performance?page=all",
    });
    expect(page({ page: 9 }, { routes: ok(many) }).ignored).toEqual(["page can't be “9”; 3 was used."]);
    expect(value(page({ page: "all" }, { routes: ok(many) }).routes).rows).toHaveLength(120);
  });

  it("explain (other), and say why there are none", () => {
    expect(value(page().routes).notes.join(" ")).toContain("(other): routes beyond the cardinality limit");
    expect(value(page({ q: "zzz" }).routes).empty).toBe("None of 3 routes contains “zzz”.");
    expect(value(page({}, { routes: ok([]) }).routes)).toMatchObject({
      empty: "No route has data in this view.",
      notes: [],
    });
  });
});

describe("the filters", () => {
  const select = (name: string, query: Partial<CockpitQuery> = {}) =>
    page(query).filters.selects.find((one) => one.name === name);

  it("offer established releases, the newest first, with their page views", () => {
    expect(select("release")).toEqual({
      name: "release",
      label: "Release",
      ordinary: "all",
      value: "all",
      options: [
        { value: "all", text: "All releases" },
        { value: "2.4.1", text: "2.4.1 (80)" },
        { value: "2.4.0", text: "2.4.0 (0)" },
      ],
    });
    const unknown = select("release", { release: "all" });
    expect(unknown).toMatchObject({ value: "=all" });
    expect(unknown?.options[1]).toEqual({ value: "=all", text: "all (0)" });
  });

  it("carry along what has no field, and show absolute times by the clocks of tz", () => {
    const from = Date.parse("2026-11-22T12:00Z");
    const { filters } = page({ from, tz: "Europe/Berlin", metric: "INP", q: "x", page: 3 });
    expect(filters.hidden).toEqual([
      { name: "metric", value: "INP" },
      { name: "tz", value: "Europe/Berlin" },
      { name: "q", value: "x" },
    ]);
    expect(filters.times).toMatchObject({
      from: { type: "datetime-local", value: "2026-11-22T13:00" },
      to: { value: "" },
      zone: "CET",
      set: true,
    });
    expect(filters.ranges.some(({ current }) => current)).toBe(false);
  });

  it("have a permalink to these very times, and a way back to the defaults", () => {
    const { permalink, resetHref } = page({ device: "mobile" }).filters;
    expect(permalink).toBe(
      "/admin/performance?from=2026-11-22T13%3A00%3A00.000Z&to=2026-11-23T13%3A00%3A00.000Z&device=mobile",
    );
    expect(resetHref).toBe("/admin/performance");
    expect(page().filters.resetHref).toBeNull();
  });
});

describe("a page", () => {
  it("of an empty install says how to connect a site", () => {
    const empty = page({}, { releases: ok(releasesOf({})), view: ok(viewOf([])) });
    const text = empty.connect?.steps.map(({ code }) => code).join("\n") ?? "";
    expect(text).toContain('<script async src="https://cockpit.example/vitals.js"');
    expect(text).toContain("curl -i https://cockpit.example/readings ");
    expect(text).toContain('url: "https://cockpit.example/collect"');
    expect(text).not.toContain("/api/analytics");
    expect(text).toContain("npm run demo");
    expect(empty.connect?.below).toBeNull();
    const renamed = page(
      {},
      {
        ...{ releases: ok(releasesOf({})), view: ok(viewOf([])) },
        ...{ scriptPath: "/static/m.js", beaconPath: "/in" },
      },
    );
    expect(renamed.connect?.steps[0]?.code).toContain('src="https://cockpit.example/static/m.js"');
    expect(renamed.connect?.steps[1]?.code).toContain("curl -i https://cockpit.example/in ");
    expect(page().connect).toBeNull();
  });

  it("of an install that measured nothing but itself has its figures, and says so too", () => {
    const own = { releases: ok(releasesOf({ "cockpit-0.1.0": NOW - HOUR })) };
    const { connect, view } = page({}, own);
    expect(connect).toMatchObject({ below: "Connect a site" });
    expect(view.ok && view.value.hint).toEqual({
      text: "So far these are the cockpit's own pages alone.",
      links: [{ text: "Connect a site", href: "#connect" }],
    });
    const earlier = page({ range: "1h" }, { ...own, view: ok(viewOf([])) });
    expect(earlier.connect?.below).toBe("Connect a site");
    expect(earlier.view.ok && earlier.view.value.hint?.text).toContain("Widen them");
    const bots = { text: "Bots only", href: expect.stringContaining("device=bot") };
    expect(earlier.view.ok && earlier.view.value.hint?.links).toContainEqual(bots);
    expect(page({ release: "cockpit-0.1.0" }, own).connect).toBeNull();
    const both = { releases: ok(releasesOf({ "cockpit-0.1.0": NOW - HOUR, "1.0.0": NOW })) };
    expect(page({}, both).connect).toBeNull();
  });

  it("keeps what could be read when a panel fails", () => {
    const one = page({}, { view: failed });
    expect([one.view.ok, one.routes.ok, one.filters.permalink]).toEqual([false, true, null]);
    const two = page({}, { routes: failed, releases: failed });
    expect([two.view.ok, two.routes.ok, two.header.release]).toEqual([true, false, null]);
    expect(two.connect).toBeNull();
  });

  it("says what of its URL was ignored, and which times have not come yet", () => {
    const ignored = [
      { param: "range", value: "3x", used: "24h" },
      { param: "from", value: "x", used: "" },
    ];
    expect(page({ to: NOW + 2 * DAY }, { ignored }).ignored).toEqual([
      "range can't be “3x”; 24h was used.",
      "from can't be “x”; it was left out.",
      "to lies in the future; 23 Nov 12:30 UTC was used.",
    ]);
  });

  it("says where its times were cut because nothing older is retained", () => {
    const long = Date.parse("1900-01-01T00:00:00Z");
    const [from, before, range] = [{ from: long }, { from: null, to: long }, { range: "90d" as const }].map(
      (query) => page(query).ignored,
    );
    expect(from).toEqual(["from lies before all retained data; 22 Nov 13:00 UTC was used."]);
    expect(before).toEqual(["to lies before all retained data; 23 Nov 13:00 UTC was used."]);
    expect(range).toEqual(["The range 90d is longer than the retention; figures begin at 22 Nov 13:00 UTC."]);
  });

  it("is plain JSON, as loaders hand it on", () => {
    const one = page();
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });
});
