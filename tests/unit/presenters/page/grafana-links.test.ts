import { describe, expect, it } from "vitest";
import type { GrafanaConfig } from "../../../../app/grafana/grafana-config";
import { routeTablePage } from "../../../../app/presenters/cockpit-page/route-table";
import { routeTraces } from "../../../../app/presenters/cockpit-page/route-traces";
import { grafanaMenu } from "../../../../app/presenters/page/grafana-menu";
import { grafanaCorrelation } from "../../../../app/presenters/route-page/grafana-correlation";
import type { AttributionSummary } from "../../../../app/query/attribution/attribution-result";
import { summariseAttribution } from "../../../../app/query/attribution/attribution-summary";
import { type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { distributionOf, distributionsOf } from "../../../../app/query/view/distribution";
import { ATTRIBUTED_METRICS } from "../../../../app/vitals/attribution";
import { DAY, HOUR, type TimeWindow } from "../../../../app/vitals/time";
import { parseExplore, parseTraceQl } from "../../../support/grafana";
import { grafanaConfig, TEMPO_2, TEMPO_3 } from "../../grafana/arbitraries";
import { NOW, viewOf } from "../views";

const ROUTE = "/workspace/[id]";
const VIEW = viewOf([
  {
    LCP: [
      [2_000, 90],
      [4_100, 10],
    ],
    TTFB: [
      [300, 60],
      [812, 30],
      [1_500, 10],
    ],
  },
]);

/** Page views of which the slowest tenth has 1.3 s until the first byte. */
const slowOf = (n: number, finalHeaders: number | null = null): AttributionSummary => ({
  causes: Object.fromEntries(
    ATTRIBUTED_METRICS.map((metric) => [
      metric,
      summariseAttribution(
        metric,
        Array.from({ length: n }, (_, i) => ({
          value: 1_000 + i,
          receivedAt: NOW,
          element: null,
          parts: i >= n * 0.89 ? [1_300, 0, 0, 0, 2_800] : [200, 0, 0, 0, 800],
          finalHeaders,
        })),
        VIEW.window,
        null,
      ),
    ]),
  ) as AttributionSummary["causes"],
  retention: 7 * DAY,
  limits: { sample: 2_000, search: 50_000 },
});

const menu = (config: Partial<GrafanaConfig> = {}, query: Partial<CockpitQuery> = {}) =>
  grafanaMenu(grafanaConfig(config), { ...DEFAULT_QUERY, ...query }, { ok: true, value: VIEW }, NOW);
const names = (...args: Parameters<typeof menu>) =>
  menu(...args)?.groups.map((group) => group.map(({ text }) => text));

const BASE_URL_ALONE = {
  orgId: null,
  logsUid: null,
  profilesUid: null,
  frontendAppId: null,
  serviceName: null,
  workerServiceName: null,
} as const;

describe("the menu", () => {
  it("is not there without a Grafana", () => {
    expect(grafanaMenu(null, DEFAULT_QUERY, null, NOW)).toBeNull();
  });

  it("has its three first, and what else is configured", () => {
    expect(names()).toEqual([
      ["Frontend Traces", "Worker Overview", "Web Vitals by release", "Slow Endpoints"],
      ["Failing Requests", "Latency by Version", "Traces Drilldown"],
      ["Logs", "Profiles", "Frontend Sessions"],
    ]);
    expect(names({ logsUid: null, frontendAppId: null })?.[2]).toEqual(["Profiles"]);
  });

  it("has its three and traces with the base URL alone", () => {
    expect(names(BASE_URL_ALONE)).toEqual([
      ["Frontend Traces", "Worker Overview", "Web Vitals by release", "Slow Endpoints"],
      ["Failing Requests", "Latency by Version", "Traces Drilldown"],
    ]);
    expect(names({ ...BASE_URL_ALONE, exploreFormat: "left" })?.[1]).toEqual([
      "Failing Requests",
      "Latency by Version",
    ]);
  });

  it("says what of the view it opens with", () => {
    expect(menu()?.opensWith).toEqual(["last 24 hours"]);
    expect(menu({}, { release: "2.4.1", route: ROUTE, range: "7d" })?.opensWith).toEqual([
      "last 7 days",
      "release 2.4.1",
      ROUTE,
    ]);
    expect(menu({}, { route: "/a".repeat(1_000) })?.opensWith[1]).toHaveLength(80);
    expect(menu({}, { from: VIEW.window.from, to: VIEW.window.to })?.opensWith).toEqual([
      "22 Nov 13:00 – 23 Nov 13:00 UTC",
    ]);
    expect(menu({}, { route: "(other)", release: "unknown" })?.opensWith).toEqual(["last 24 hours"]);
  });

  it("states what Tempo's limits leave of the view", () => {
    const described = (range: CockpitQuery["range"], tempo = TEMPO_3) => {
      const model = menu({ tempo }, { range });
      const [latency, drilldown] = ["Latency by Version", "Traces Drilldown"].map((name) =>
        model?.groups[1]?.find(({ text }) => text === name),
      );
      const note = latency?.description.replace(/^.*each version/, "");
      expect(drilldown?.description).toBe(`Server traces, the slowest first${note}`);
      return [model?.notes, note];
    };
    expect(described("6h")).toEqual([[], ""]);
    expect(described("24h")).toEqual([[], "; the last 23 h 58 min"]);
    expect(described("90d")).toEqual([
      ["Traces: the last 7 days of these times. Tempo searches no longer range at once."],
      "; the last 23 h 58 min",
    ]);
    expect(described("1h", TEMPO_2)).toEqual([[], "; needs local-blocks in Tempo"]);
    expect(described("24h", TEMPO_2)).toEqual([[], "; the last 2 h 58 min; needs local-blocks in Tempo"]);
    const now = { from: NOW - 5_000, to: NOW + 300_000 };
    expect(menu({ tempo: { ...TEMPO_3, endCutoff: 600_000 } }, now)?.notes).toEqual([
      "Traces: none yet. Tempo searches up to 10\u202fmin ago.",
    ]);
  });

  it("states what range the traces of dashboards need, where the view is longer", () => {
    const described = (range: CockpitQuery["range"], longestSearch: number | null) =>
      menu({ tempo: { ...TEMPO_3, longestSearch } }, { range })
        ?.groups[0]?.slice(0, 3)
        .map(({ description }) => description.split("; ")[1]);
    const needed = (length: string) => `its traces need a range of at most ${length}`;
    expect(described("30d", 7 * DAY)).toEqual([needed("7 days"), needed("7 days"), undefined]);
    expect(described("24h", 12 * HOUR)).toEqual([needed("12 hours"), needed("12 hours"), undefined]);
    expect(described("7d", 7 * DAY)).toEqual([undefined, undefined, undefined]);
    expect(described("90d", null)).toEqual([undefined, undefined, undefined]);
  });

  it("states that Tempo cuts long routes", () => {
    const note = /^Tempo cuts a route at 2,048 bytes/;
    expect(menu({}, { route: `/${"ü".repeat(1_100)}` })?.notes).toEqual([expect.stringMatching(note)]);
    expect(menu({}, { route: `/${"a".repeat(2_047)}` })?.notes).toEqual([]);
  });

  it("leaves prefetched and prerendered loads out of what is slow", () => {
    const waitedTtfb = viewOf([{ TTFB: [[1_250, 100]] }]).total.TTFB;
    const panel = { ok: true, value: { ...VIEW, waitedTtfb } } as const;
    const slow = grafanaMenu(grafanaConfig(), DEFAULT_QUERY, panel, NOW)?.groups[0]?.[3];
    expect(slow?.description).toBe("Server traces slower than 1.20\u202fs, by the p75 of TTFB");
  });

  it("takes what is slow from the view's own numbers", () => {
    const slow = menu()?.groups[0]?.find(({ text }) => text === "Slow Endpoints");
    expect(slow?.description).toBe("Server traces slower than 810\u202fms, by the p75 of TTFB");
    const without = grafanaMenu(grafanaConfig(), DEFAULT_QUERY, { ok: false, message: "It failed." }, NOW);
    expect(without?.groups[0]?.[3]?.description).toBe("Server traces slower than 800\u202fms");
  });

  it("takes the final headers instead of a TTFB that is the 103 of Early Hints", () => {
    const view = viewOf([{ TTFB: [[71, 100]] }]);
    const panel = { ok: true, value: view } as const;
    const slow = grafanaMenu(grafanaConfig(), DEFAULT_QUERY, panel, NOW, 1_073)?.groups[0]?.[3];
    expect(slow?.description).toBe("Server traces slower than 1.00\u202fs, by the p75 of the final headers");
    expect(queryOf(slow?.href)).toContainEqual({ name: "duration", operator: ">", value: "1000ms" });
  });
});

const correlation = (
  changes: {
    config?: GrafanaConfig | null;
    query?: Partial<CockpitQuery>;
    slow?: AttributionSummary;
    compared?: { baseline: string; windows: { baseline: TimeWindow[] } };
    view?: typeof VIEW;
  } = {},
) => {
  const { config = grafanaConfig(), query = {}, slow = slowOf(0), compared = null, view = VIEW } = changes;
  return grafanaCorrelation(
    config,
    { ...DEFAULT_QUERY, route: ROUTE, ...query },
    view,
    { ok: true, value: slow },
    compared,
    NOW,
  );
};
const queryOf = (href = "") => parseTraceQl(String(parseExplore(href).query.query)).conditions;

describe("the sentence of a route", () => {
  it("says the p95 of LCP, how much of it is TTFB, and from where on a trace is slow", () => {
    const found = correlation({ slow: slowOf(100) });
    expect(found).toMatchObject({
      route: ROUTE,
      words: "has a p95 LCP of 4.10\u202fs, of which 1.30\u202fs is TTFB",
      link: { text: "backend traces slower than 810\u202fms" },
      baseline: null,
    });
    expect(found?.notes).toEqual([
      expect.stringMatching(/the route's p75 TTFB is 81\d\u202fms/),
      "Its TTFB there is the average of 10 page views between the 90th and 99th percentile of LCP.",
    ]);
    expect(queryOf(found?.link.href)).toContainEqual({ name: "duration", operator: ">", value: "810ms" });
  });

  it("says when the final headers came, where a 103 came before them", () => {
    const slow = slowOf(100, 1_500);
    expect(correlation({ slow })?.words).toBe(
      "has a p95 LCP of 4.10\u202fs, of which 1.50\u202fs passes until the final headers",
    );
    expect(correlation({ slow })?.notes[1]).toMatch(/^The time until the final headers there is the average/);
  });

  it("says which loads the p75 of TTFB is of", () => {
    const waitedTtfb = viewOf([{ TTFB: [[1_250, 100]] }]).total.TTFB;
    const found = correlation({ view: { ...VIEW, waitedTtfb } });
    expect(found?.link.text).toBe("backend traces slower than 1.20\u202fs");
    expect(found?.notes[0]).toMatch(/p75 TTFB, of loads neither prefetched nor prerendered, is 1\.25\u202fs/);
  });

  it("says the p95 of TTFB where no single measurement tells what LCP is made of", () => {
    expect(correlation()?.words).toBe("has a p95 LCP of 4.10\u202fs and a p95 TTFB of 1.50\u202fs");
    // Parts of another time, which are more than the whole.
    const view = viewOf([{ LCP: [[1_000, 100]], TTFB: [[400, 100]] }]);
    expect(correlation({ slow: slowOf(100), view })?.words).toMatch(
      /^has a p95 LCP of 999\u202fms and a p95/,
    );
  });

  it("says that there are too few", () => {
    const found = correlation({ view: viewOf([{ LCP: [[2_000, 12]], TTFB: [[300, 12]] }]) });
    expect(found?.words).toBe("has no p95 LCP (n = 12, too few)");
    expect(found?.link.text).toBe("backend traces slower than 800\u202fms");
    expect(found?.notes).toHaveLength(1);
  });

  it("takes navigations that ask no server for what they are", () => {
    const found = correlation({ view: viewOf([{ LCP: [[60, 100]], TTFB: [[0, 100]] }]) });
    expect(found?.words).toBe("has a p95 LCP of 60\u202fms and a p95 TTFB of 0\u202fms");
    expect(found?.link.text).toBe("backend traces slower than 800\u202fms");
  });

  const comparedWith = (...baseline: TimeWindow[]) => ({ baseline: "2.4.0", windows: { baseline } });

  it("has the same link for the release that is compared with", () => {
    const { from, to } = VIEW.window;
    const compared = comparedWith({ from, to: from + HOUR }, { from: to - HOUR, to });
    const found = correlation({ query: { release: "2.4.1" }, compared });
    expect(found?.baseline?.text).toBe("the same for 2.4.0");
    const [own, other] = [queryOf(found?.link.href), queryOf(found?.baseline?.href)];
    const version = (value: string) => ({ name: "resource.service.version", operator: "=", value });
    expect(own).toContainEqual(version("2.4.1"));
    expect(other).toEqual(own.map((one) => (one.value === "2.4.1" ? version("2.4.0") : one)));
    expect(parseExplore(found?.baseline?.href ?? "").range).toEqual({ from: "now-24h", to: "now-30s" });
  });

  it("looks for that release when it ran, where that was before the view", () => {
    const { from } = VIEW.window;
    const before = { from: from - DAY, to: from };
    const found = correlation({ query: { release: "2.4.1" }, compared: comparedWith(before) });
    expect(found?.baseline?.text).toBe("the same for 2.4.0, 21 Nov 13:00 – 22 Nov 13:00 UTC");
    expect(parseExplore(found?.baseline?.href ?? "").range).toEqual(before);
    expect(parseExplore(found?.link.href ?? "").range).toEqual({ from: "now-24h", to: "now-30s" });
  });

  it("looks for it in no longer times than Tempo searches", () => {
    const { from } = VIEW.window;
    const days = Array.from({ length: 14 }, (_, day) => from - (14 - day) * DAY);
    const compared = comparedWith(...days.map((at) => ({ from: at, to: at + 2 * HOUR })));
    const to = from - DAY + 2 * HOUR;
    const href = correlation({ compared })?.baseline?.href ?? "";
    expect(parseExplore(href).range).toEqual({ from: to - 7 * DAY, to });
  });

  it("looks for it when it ran, where that was before the part of a long view that Tempo searches", () => {
    const { to } = VIEW.window;
    const view = { ...VIEW, window: { from: to - 30 * DAY, to } };
    const baselineOf = (from: number, until: number) => {
      const compared = comparedWith({ from: to - from * DAY, to: to - until * DAY });
      const { text, href = "" } = correlation({ query: { range: "30d" }, view, compared })?.baseline ?? {};
      return [text, parseExplore(href).range];
    };
    expect(baselineOf(20, 10)).toEqual([
      "the same for 2.4.0, 6 Nov 13:00 – 13 Nov 13:00 UTC",
      { from: to - 17 * DAY, to: to - 10 * DAY },
    ]);
    for (const from of [6, 7, 20]) {
      expect(baselineOf(from, 0)).toEqual(["the same for 2.4.0", { from: "now-7d", to: "now-30s" }]);
    }
  });

  it("is not there without a Grafana, and for what no span is called", () => {
    expect(correlation({ config: null })).toBeNull();
    expect(correlation({ query: { route: "(other)" } })).toBeNull();
    expect(correlation({ query: { route: null } })).toBeNull();
  });
});

describe("the table's links", () => {
  const tracesOf = (query: Partial<CockpitQuery>, routes: string[] = []) =>
    routeTraces(grafanaConfig(), { ...DEFAULT_QUERY, ...query }, routes, NOW);

  it("lead to each route's own slow traces", () => {
    const query = queryOf(tracesOf({ release: "2.4.1" })?.hrefOf(ROUTE, 455) ?? "");
    expect(query).toContainEqual({ name: "resource.service.name", operator: "=", value: "shop-web" });
    expect(query).toContainEqual({ name: "resource.service.version", operator: "=", value: "2.4.1" });
    expect(query).toContainEqual({ name: "span.url.path", operator: "=~", value: "/workspace/[^/?]+/?" });
    expect(query.at(-1)).toEqual({ name: "duration", operator: ">", value: "450ms" });
  });

  it("leave out the paths of the site's other routes", () => {
    const query = queryOf(tracesOf({}, ["/workspace/new", ROUTE])?.hrefOf(ROUTE, 455) ?? "");
    expect(query).toContainEqual({ name: "span.url.path", operator: "!~", value: "/workspace/new/?" });
  });

  it("state that a range is longer than Tempo searches", () => {
    expect(tracesOf({ range: "7d" })).toMatchObject({ head: "Traces", notes: [] });
    expect(tracesOf({ range: "30d" })?.head).toBe("Traces, last 7 days");
    expect(tracesOf({ range: "30d" })?.notes).toEqual([
      "Traces: the last 7 days of these times. Tempo searches no longer range at once.",
    ]);
  });

  it("have the p75 of loads that waited for the server", () => {
    const metrics = distributionsOf(VIEW.total);
    const waited = distributionOf("TTFB", viewOf([{ TTFB: [[1_250, 100]] }]).total.TTFB);
    const query = { ...DEFAULT_QUERY, navigation: "all" as const };
    const { rows } = routeTablePage([{ route: ROUTE, metrics, waitedTtfb: waited }], query, [], {
      traces: tracesOf({}),
    });
    expect(queryOf(rows[0]?.tracesHref ?? "").at(-1)?.value).toBe("1200ms");
    const [row] = routeTablePage([{ route: ROUTE, metrics }], query, [], { traces: tracesOf({}) }).rows;
    expect(queryOf(row?.tracesHref ?? "").at(-1)?.value).toBe("810ms");
  });

  it("are not there for what no span is called, and without a Grafana", () => {
    expect(["(other)", "(unknown)"].map((route) => tracesOf({})?.hrefOf(route, 455))).toEqual([null, null]);
    expect(routeTraces(null, DEFAULT_QUERY, [], NOW)).toBeNull();
  });
});
