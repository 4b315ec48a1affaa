import { describe, expect, it } from "vitest";
import { type CockpitInput, cockpitPage } from "../../../../app/presenters/cockpit-page/cockpit-page";
import type { Panel } from "../../../../app/presenters/panel";
import type { TrendData } from "../../../../app/presenters/trend/trend-chart";
import {
  COMPARE_PREVIOUS,
  type CockpitQuery,
  DEFAULT_QUERY,
  defaultSort,
} from "../../../../app/query/cockpit-query";
import type { ComparisonResult } from "../../../../app/query/comparison/comparison-result";
import { DAY, HOUR } from "../../../../app/vitals/time";
import { distributionsOf } from "../sketches";
import { NOW, releasesOf, viewOf } from "../views";
import { CHANGES, changeOf, changesOf, comparisonOf, timeChange, trendOf } from "./comparisons";

const VIEW = viewOf(Array.from({ length: 24 }, () => ({ LCP: [[3020, 100]] })));
const TREND = trendOf(VIEW, (i) => ({ n: i === 3 ? 12 : 90, value: 2_500 }));
const ROUTES = ["/a", "/b", "/c", "/d", "/e"].map((route) => ({
  route,
  metrics: distributionsOf({ LCP: [[route === "/e" ? 9_000 : 3_500, 60]] }),
}));
const none = changesOf({
  ...{ INP: changeOf(), LCP: changeOf(), CLS: changeOf(), FCP: changeOf(), TTFB: changeOf() },
});
const slower = (percent: number) => timeChange(2_000, 20 * (100 + percent), 3, { verdict: "regression" });
const COMPARISON = comparisonOf({
  trend: TREND,
  routes: new Map([
    ["/a", { ...none, LCP: CHANGES.INP }],
    ["/b", { ...none, LCP: slower(12) }],
    ["/c", { ...none, LCP: slower(31) }],
    ["/d", { ...none, INP: slower(50) }],
    ["/e", none],
  ]),
});
const ok = <T>(value: T): Panel<T> => ({ ok: true, value });

function page(
  given: Partial<CockpitQuery> = {},
  comparison: ComparisonResult | null = COMPARISON,
  changes: Partial<CockpitInput> = {},
) {
  const compared = { ...DEFAULT_QUERY, compare: comparison === null ? null : COMPARE_PREVIOUS, ...given };
  return cockpitPage({
    query: { ...compared, sort: given.sort ?? defaultSort(compared) },
    ignored: [],
    view: ok(VIEW),
    routes: ok(ROUTES),
    releases: ok(releasesOf({ "2.4.0": NOW - 5 * DAY, "2.4.1": NOW - 3 * HOUR })),
    comparison: comparison === null ? null : ok(comparison),
    origin: "https://cockpit.example",
    scriptPath: "/vitals.js",
    beaconPath: "/readings",
    now: NOW,
    ...changes,
  });
}
const value = <T>(panel: Panel<T> | null): T => {
  if (!panel?.ok) throw new Error(panel?.message ?? "There is none.");
  return panel.value;
};

describe("the cockpit while comparing", () => {
  it("is of the current release, whether the URL names it or not", () => {
    const { header, view, documentTitle } = page();
    expect(header.release).toEqual({ name: "2.4.1", label: "current release" });
    expect(value(view).summary.filters).toContain("release 2.4.1");
    expect(documentTitle.replaceAll("\u202f", " ")).toBe(
      "LCP p75 3.02 s, needs improvement, +15% ↑ slower · 2.4.1 against 2.4.0 · Last 24 hours · Performance",
    );
    const old = comparisonOf({ current: "2.4.0", baseline: "2.3.9" });
    expect(page({}, old).header.release).toEqual({ name: "2.4.0", label: "release" });
  });

  it("has a badge on every card, and none without a comparison", () => {
    expect(value(page().view).cards.map(({ delta }) => delta?.label)).toEqual([
      ...["unchanged", "slower", "more stable", "undecided", "undecided"],
    ]);
    expect(value(page({}, null).view).cards.every(({ delta }) => delta === null)).toBe(true);
    expect(page({}, null).comparison).toBeNull();
  });

  it("keeps the URL's release in links, and pins both releases in the permalink", () => {
    const { filters, view } = page();
    expect(value(view).cards[0]?.href).toBe("/admin/performance?compare=previous&metric=INP");
    expect(filters.permalink).toBe(
      "/admin/performance?from=2026-11-22T13%3A00%3A00.000Z&to=2026-11-23T13%3A00%3A00.000Z&release=2.4.1&compare=2.4.0",
    );
    expect(filters.resetHref).toBe("/admin/performance");
  });

  it("has a select for what is compared with", () => {
    const select = (given: Partial<CockpitQuery>, comparison: ComparisonResult | null = COMPARISON) =>
      page(given, comparison).filters.selects.find(({ name }) => name === "compare");
    expect(select({})).toEqual({
      name: "compare",
      label: "Compare",
      value: "previous",
      ordinary: "",
      options: [
        { value: "", text: "Off" },
        { value: "previous", text: "Previous (2.4.0)" },
        { value: "2.4.0", text: "2.4.0" },
      ],
    });
    expect(select({}, null)?.options.map(({ text }) => text)).toEqual([
      "Off",
      "Previous release",
      "2.4.1",
      "2.4.0",
    ]);
    const named = select({ compare: { with: "build", buildVersion: "previous" } });
    expect([named?.value, named?.options[2]]).toEqual([
      "=previous",
      { value: "=previous", text: "previous" },
    ]);
    const release = page().filters.selects.find(({ name }) => name === "release");
    expect(release?.options[0]).toEqual({ value: "all", text: "Current release" });
  });

  it("is offered for a release that is chosen without", () => {
    const offer = (given: Partial<CockpitQuery>, comparison: ComparisonResult | null = null) =>
      value(page(given, comparison).view).summary.compare;
    expect(offer({ release: "2.4.1" })).toEqual({
      text: "Compare with the previous release",
      href: "/admin/performance?release=2.4.1&compare=previous",
    });
    expect(offer({})).toBeNull();
    expect(offer({ release: "2.4.1" }, COMPARISON)).toBeNull();
  });

  it("carries the comparison through search and filters", () => {
    const { routes, filters } = page({ q: "x" });
    expect(value(routes).search.hidden).toEqual([{ name: "compare", value: "previous" }]);
    expect(filters.hidden).toEqual([{ name: "q", value: "x" }]);
  });

  it("says why there is none, and shows a failed one in its place alone", () => {
    const result = page(
      {},
      { status: "unavailable", current: "2.4.1", baseline: null, reason: "no-previous" },
    );
    expect(value(result.comparison)).toMatchObject({ status: "unavailable" });
    expect(value(result.routes).notes.join(" ")).not.toContain("Sorted by change");
    expect(value(result.routes).columns.find(({ sorted }) => sorted !== null)?.key).toBe("impact");
    const failed = page({}, null, { comparison: { ok: false, message: "It failed." } });
    expect([failed.comparison?.ok, failed.view.ok, failed.routes.ok]).toEqual([false, true, true]);
  });

  it("is plain JSON, as loaders hand it on", () => {
    const one = page();
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });
});

describe("the routes while comparing", () => {
  const names = (given: Partial<CockpitQuery> = {}) =>
    value(page(given).routes).rows.map(({ route }) => route);

  it("begin with what got worse on the chosen metric, by how much, then on another; without a verdict they are last", () => {
    expect(names()).toEqual(["/c", "/b", "/d", "/a", "/e"]);
    expect(names({ order: "asc" })).toEqual(["/a", "/d", "/b", "/c", "/e"]);
    expect(names({ metric: "INP" })).toEqual(["/d", "/c", "/b", "/a", "/e"]);
    expect(names({ sort: "impact" })[0]).toBe("/e");
  });

  it("have a badge for each metric, and a link in each head that sorts by it", () => {
    const { columns, rows } = value(page().routes);
    expect(rows[0]?.figures.map(({ delta }) => delta?.label)).toEqual([
      "slower",
      ...Array(4).fill("undecided"),
    ]);
    const [lcp, inp] = columns.filter(({ parts }) => parts?.change != null);
    expect([lcp?.parts?.change?.sorted, lcp?.parts?.change?.href]).toEqual([
      "descending",
      "/admin/performance?compare=previous&order=asc",
    ]);
    expect([inp?.parts?.change?.sorted, inp?.parts?.change?.href]).toEqual([
      null,
      "/admin/performance?compare=previous&metric=INP",
    ]);
    expect(columns.find(({ key }) => key === "impact")?.href).toBe(
      "/admin/performance?compare=previous&sort=impact",
    );
    expect(rows[0]?.href).toBe("/admin/performance/route?compare=previous&route=%2Fc");
  });
});

describe("the trend while comparing", () => {
  const trend = (comparison: ComparisonResult | null) => value(page({}, comparison).view).trend;

  it("lays the baseline under the current release, with its numbers in the table and for the island", () => {
    const chart = trend(COMPARISON);
    expect(chart.baseline?.path.match(/M/g)).toHaveLength(2);
    expect(chart.labels.map(({ text }) => text)).toEqual(["2.4.1", "2.4.0"]);
    expect(chart.table.columns).toEqual(["2.4.0 p75", "2.4.1 p75"]);
    expect(chart.table.rows[0]?.baseline).toMatchObject({ n: "90", figure: { rating: "good" } });
    expect(chart.table.rows[3]?.baseline).toMatchObject({ n: "12", figure: { absent: "n = 12, too few" } });
    const { baseline } = JSON.parse(chart.data) as TrendData;
    expect([baseline?.release, baseline?.values[3], baseline?.values[4], baseline?.n[3]]).toEqual([
      ...["2.4.0", null, baseline?.values[0], 12],
    ]);
    expect(chart.description).toContain("Dashed: 2.4.0 at its own times.");
  });

  it("is of the current release alone where no hour of the baseline is in its times", () => {
    const alone = trend(comparisonOf({ trend: null }));
    expect([alone.baseline, alone.labels, alone.table.columns]).toEqual([null, [], ["2.4.1 p75"]]);
  });

  it("has room for the slower of the two", () => {
    const slow = trend(comparisonOf({ trend: trendOf(VIEW, () => ({ n: 90, value: 9_000 })) }));
    expect((JSON.parse(slow.data) as TrendData).max).toBeGreaterThan(9_000);
  });
});
