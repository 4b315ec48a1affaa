import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Cockpit } from "../../../../app/components/cockpit-page/cockpit-page";
import { type CockpitInput, cockpitPage } from "../../../../app/presenters/cockpit-page/cockpit-page";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { DAY, HOUR, type RangeName } from "../../../../app/vitals/time";
import { grafanaConfig } from "../../grafana/arbitraries";
import { CHANGES, comparisonOf, trendOf } from "../../presenters/comparison/comparisons";
import { distributionsOf } from "../../presenters/sketches";
import { NOW, releasesOf, viewOf } from "../../presenters/views";

const MOST_ELEMENTS = 1_200;
const OF_GRAFANAS_MENU = 40;

/** Elements around the page: `html`, `head` with what is in it, `body`. */
const OF_THE_DOCUMENT = 12;

/** Steps of the chart and their length by range. */
const TRENDS: Readonly<Record<RangeName, { steps: number; step: number }>> = {
  "1h": { steps: 12, step: HOUR / 12 },
  "6h": { steps: 72, step: HOUR / 12 },
  "24h": { steps: 24, step: HOUR },
  "7d": { steps: 57, step: 3 * HOUR },
  "30d": { steps: 31, step: DAY },
  "90d": { steps: 91, step: DAY },
};
const RANGES = Object.keys(TRENDS) as RangeName[];

const METRICS = distributionsOf({
  ...{ LCP: [[3500, 60]], INP: [[187, 60]], CLS: [[0.06, 60]], FCP: [[1700, 60]], TTFB: [[650, 60]] },
});
const routes = (count: number): string[] => Array.from({ length: count }, (_, i) => `/section-${i}/[id]`);
const RELEASES = releasesOf(
  Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`2.${i}.0`, NOW - (40 - i) * 3 * DAY])),
);

type Options = { grafana: boolean; compared: boolean; count?: number; query?: Partial<CockpitQuery> };

/** The page of a site with `count` routes and 40 releases; while comparing, every route is called on two metrics. */
function html(range: RangeName, { grafana, compared, count = 50, query = {} }: Options): string {
  const { steps, step } = TRENDS[range];
  const view = viewOf(
    Array.from({ length: steps }, (_, i) => ({
      ...{ INP: [[187, 40]], CLS: [[0.06, 40]], FCP: [[1700, 40]], TTFB: [[650, 40]] },
      LCP: [[1530 + 20 * i, 40]],
    })),
    { window: { from: NOW - steps * step, to: NOW }, step },
  );
  const comparison = comparisonOf({
    routes: new Map(routes(count).map((route) => [route, CHANGES])),
    trend: trendOf(view, () => ({ n: 90, value: 2_610 })),
  });
  const compare = compared ? ({ compare: COMPARE_PREVIOUS, sort: "regression" } as const) : {};
  const input: CockpitInput = {
    query: { ...DEFAULT_QUERY, range, ...compare, ...query },
    ignored: [],
    view: { ok: true, value: view },
    routes: { ok: true, value: routes(count).map((route) => ({ route, metrics: METRICS })) },
    releases: { ok: true, value: RELEASES },
    comparison: compared ? { ok: true, value: comparison } : null,
    grafana: grafana ? grafanaConfig() : null,
    origin: "https://cockpit.example",
    scriptPath: "/vitals.js",
    beaconPath: "/readings",
    now: NOW,
  };
  return renderToStaticMarkup(createElement(Cockpit, { page: cockpitPage(input) }));
}

const elementsOf = (text: string): number => text.match(/<[a-z]/gi)?.length ?? 0;
const numbersOf = (text: string): string =>
  /<summary[^>]*>The numbers of this chart.*?<\/details>/s.exec(text)?.[0] ?? "";
const rowsOf = (text: string): number => numbersOf(text).match(/<tr/g)?.length ?? 0;

const KINDS = [
  { name: "alone", grafana: false, compared: false },
  { name: "with Grafana", grafana: true, compared: false },
  { name: "while comparing", grafana: false, compared: true },
  { name: "while comparing with Grafana", grafana: true, compared: true },
];

describe("the main page of 50 routes", () => {
  it.each(
    KINDS.flatMap((kind) => RANGES.map((range) => ({ ...kind, range }))),
  )("has at most 1,200 elements beside Grafana's menu $name over $range", ({ range, grafana, compared }) => {
    const text = html(range, { grafana, compared });
    expect(text.match(/<th scope="row"><a /g)).toHaveLength(compared ? 25 : 50);
    expect(text.match(/>View traces<\/a>/g)?.length ?? 0).toBe(grafana ? (compared ? 25 : 50) : 0);
    const most = MOST_ELEMENTS + (grafana ? OF_GRAFANAS_MENU : 0);
    expect(elementsOf(text)).toBeLessThanOrEqual(most - OF_THE_DOCUMENT);
  });
});

describe("the numbers of the chart", () => {
  it("are in the page where it stays small with them", () => {
    expect(rowsOf(html("24h", { grafana: false, compared: false }))).toBe(25);
    expect(rowsOf(html("30d", { grafana: false, compared: false }))).toBe(32);
    for (const grafana of [false, true]) {
      expect(rowsOf(html("90d", { grafana, compared: false, count: 20 }))).toBe(92);
      expect(rowsOf(html("90d", { grafana, compared: true, count: 5 }))).toBe(92);
    }
  });

  it("are behind a link where it would be large, which opens them in the same view", () => {
    const numbers = numbersOf(html("90d", { grafana: true, compared: false }));
    expect(numbers).not.toContain("<table");
    expect(numbers).toContain(
      '<a href="/admin/performance?range=90d&amp;numbers=all#trend" class="inline-block leading-6 coarse:-my-2.5 coarse:py-2.5 text-link underline">Table of all 91 steps</a>',
    );
    expect(numbers).toContain("Trend as CSV");
  });

  it("are open in the page where they were asked for", () => {
    const text = html("90d", { grafana: true, compared: false, query: { numbers: "all" } });
    expect(rowsOf(text)).toBe(92);
    expect(text).toMatch(/<details [^>]*open=""><summary[^>]*>The numbers of this chart/);
  });

  it("are all handed to the island, with the table and without", () => {
    for (const range of ["24h", "90d"] as const) {
      const text = html(range, { grafana: true, compared: true });
      const { texts } = JSON.parse(/data-trend="">(.*?)<\/script>/.exec(text)?.[1] ?? "{}");
      expect(texts).toHaveLength(TRENDS[range].steps);
      expect(texts[0]).toMatch(
        /^\d\d? \w{3}(?: \d\d:\d\d)?[^\n]* UTC\n2\.4\.0 p75 ■ 2\.61 s, n 90\n2\.4\.1 p75 ● 1\.5\d s, 100 % good, n 40$/,
      );
    }
  });
});
