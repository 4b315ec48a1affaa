import { describe, expect, test } from "vitest";
import { type ReleasesPageInput, releasesPage } from "../../../../app/presenters/releases-page/releases-page";
import { releaseFigures } from "../../../../app/presenters/tables/release-table";
import { DEFAULT_QUERY, parseQuery } from "../../../../app/query/cockpit-query";
import { emptySketches } from "../../../../app/query/view/view-result";
import { addValue } from "../../../../app/stats/sketch/sketch";
import type { Release } from "../../../../app/vitals/release";
import { releaseTimeline } from "../../../../app/vitals/release-timeline";
import { DAY, HOUR } from "../../../../app/vitals/time";

const NOW = Date.parse("2026-11-23T13:20:00Z");
const hour = Math.floor(NOW / HOUR);

const release = (buildVersion: string, more: Partial<Release> = {}): Release => ({
  buildVersion,
  firstSeenAt: NOW - 30 * HOUR,
  lastSeenAt: NOW - HOUR,
  announcedAt: null,
  link: null,
  libraries: {},
  ...more,
});

const page = (releases: Release[], more: Partial<ReleasesPageInput> = {}) =>
  releasesPage({
    query: DEFAULT_QUERY,
    ignored: [],
    releases: {
      ok: true,
      value: {
        releases,
        timeline: releaseTimeline(
          [
            { hour: hour - 30, buildVersion: "1.0.0", pageViews: 500 },
            { hour: hour - 2, buildVersion: "2.0.0", pageViews: 500 },
          ],
          new Set(releases.filter(({ announcedAt }) => announcedAt !== null).map((r) => r.buildVersion)),
        ),
      },
    },
    figures: { ok: true, value: new Map() },
    verdicts: { ok: true, value: new Map() },
    retention: { daily: 730 * DAY, hourly: 90 * DAY },
    now: NOW,
    ...more,
  });

function tableOf(...args: Parameters<typeof page>) {
  const { table } = page(...args);
  if (!table.ok) throw new Error(table.message);
  return table.value;
}

const rowOf = (one: Release, more: Partial<ReleasesPageInput> = {}) => tableOf([one], more).rows[0];

const queryOf = (text: string) => parseQuery(new URLSearchParams(text)).query;
const linked = (one: Release, text = "") => {
  const url = new URL(rowOf(one, { query: queryOf(text) })?.href ?? "", "http://cockpit.example");
  return { path: url.pathname, query: parseQuery(url.searchParams) };
};

describe("a row", () => {
  test.each([
    ["2.0.0", "current", true],
    ["1.0.0", "previous", true],
    ["stray", "not established", false],
  ])("%s is %s", (name, text, strong) => {
    expect(rowOf(release(name))?.standing).toMatchObject({ text, strong });
  });

  test("says nothing of builds from before the hourly summaries, and does not grey them", () => {
    const old = release("0.1", { firstSeenAt: NOW - 200 * DAY, lastSeenAt: NOW - 190 * DAY });
    expect(rowOf(old)).toMatchObject({ standing: { text: "not known" }, thin: false });
    expect(rowOf(release("stray"))?.thin).toBe(true);
  });

  test("has its times, relative and exact in the query's zone", () => {
    const { firstSeen, lastSeen, announced } =
      rowOf(release("1.0.0", { announcedAt: NOW + HOUR }), { query: queryOf("tz=Europe/Berlin") }) ?? {};
    expect(firstSeen).toEqual({
      text: "30\u202fh ago",
      exact: "22 Nov 08:20 CET",
      iso: "2026-11-22T07:20:00.000Z",
    });
    expect(lastSeen?.text).toBe("1\u202fh ago");
    expect(announced?.text).toBe("23 Nov 15:20 CET");
    expect(rowOf(release("1", { firstSeenAt: null, lastSeenAt: null }))).toMatchObject({
      firstSeen: null,
      lastSeen: null,
    });
  });

  test("has no data, too few samples, or the p75 with its rating and n", () => {
    const sketches = emptySketches();
    addValue(sketches.LCP, 3_000, 1_200);
    addValue(sketches.CLS, 0, 30);
    addValue(sketches.INP, 100, 12);
    const row = rowOf(release("1.0.0"), {
      figures: { ok: true, value: new Map([["1.0.0", releaseFigures(sketches)]]) },
    });
    expect(row?.views).toBe("1,200");
    const figures = Object.fromEntries((row?.figures ?? []).map((figure) => [figure.metric, figure]));
    expect(figures.LCP).toMatchObject({ rating: "needs-improvement", n: "1,200", absent: null });
    expect(figures.CLS).toMatchObject({ value: { number: "0.00" }, rating: "good" });
    expect(figures.INP).toMatchObject({ value: null, absent: "n = 12, too few" });
    expect(figures.TTFB).toMatchObject({ value: null, absent: "no data" });
  });

  test.each([
    ["https://ci.example/builds/7", { href: "https://ci.example/builds/7", text: "ci.example" }],
    ["http://ci.example:8080/", { href: "http://ci.example:8080/", text: "ci.example:8080" }],
    ["javascript:alert(1)", null],
    ["data:text/html,x", null],
    ["not a link", null],
  ])("links to %s: %j", (link, expected) => {
    expect(rowOf(release("1.0.0", { announcedAt: NOW, link }))?.link).toEqual(expected);
  });
});

describe("the link of a row", () => {
  test.each([
    "all",
    "previous",
    "true",
    "=x",
    "==",
    "<b>",
    "a&b=c",
    "日本",
  ])("filters the cockpit by the build called %s", (name) => {
    expect(linked(release(name))).toMatchObject({
      path: "/admin/performance",
      query: { query: { release: name }, ignored: [] },
    });
  });

  test("carries the filters along, and begins at the first page", () => {
    const { query } = linked(
      release("1.0.0"),
      "device=mobile&navigation=soft&range=7d&page=3&q=a&route=/a",
    ).query;
    expect(query).toEqual({
      ...DEFAULT_QUERY,
      device: "mobile",
      navigation: "soft",
      range: "7d",
      release: "1.0.0",
    });
  });

  test("shows the times of a release that the range would not show", () => {
    const old = release("1.0.0", {
      firstSeenAt: Date.parse("2026-11-01T10:20:00Z"),
      lastSeenAt: Date.parse("2026-11-03T12:00:00Z"),
    });
    expect(linked(old).query.query).toMatchObject({
      from: Date.parse("2026-11-01T10:00:00Z"),
      to: Date.parse("2026-11-03T13:00:00Z"),
    });
    expect(linked(old, "range=30d").query.query).toMatchObject({ from: null, to: null, range: "30d" });
  });
});

describe("the page", () => {
  test("says what its figures are of, and what it ignored", () => {
    const { query, ignored } = parseQuery(new URLSearchParams("device=tablet&navigation=all&range=<b>"));
    const { summary, ignored: sentences } = page([], { query, ignored });
    expect(summary).toEqual(["Tablets", "all navigations", "all retained data (up to 730 days)"]);
    expect(sentences).toEqual(["range can't be “<b>”; 24h was used."]);
  });

  test("says that there is no such page of the table", () => {
    expect(page([], { query: queryOf("page=99") }).ignored).toEqual(["page can't be “99”; 1 was used."]);
    expect(page([], { query: queryOf("page=all") }).ignored).toEqual([]);
  });

  test("carries the other parameters in its form, not the page of the table", () => {
    const { filters } = page([], { query: queryOf("device=mobile&range=7d&page=4&metric=CLS") });
    expect(filters.hidden).toEqual([
      { name: "range", value: "7d" },
      { name: "metric", value: "CLS" },
    ]);
    expect(filters.selects.map(({ name, value }) => [name, value])).toEqual([
      ["device", "mobile"],
      ["navigation", "load"],
    ]);
    expect(filters.resetHref).toBe("/admin/performance/releases?range=7d&metric=CLS");
    expect(page([]).filters.resetHref).toBe(null);
  });

  test("pages through many releases", () => {
    const many = Array.from({ length: 120 }, (_, i) => release(`b${i}`, { firstSeenAt: NOW - i * HOUR }));
    const paging = (text: string) => tableOf(many, { query: queryOf(text) }).paging;
    expect(paging("")).toEqual({
      text: "1 to 50 of 120",
      previous: null,
      next: "/admin/performance/releases?page=2",
    });
    expect(paging("page=3&device=bot")).toEqual({
      text: "101 to 120 of 120",
      previous: "/admin/performance/releases?device=bot&page=2",
      next: null,
    });
    expect(paging("page=77")?.text).toBe("101 to 120 of 120");
    expect(paging("page=all")).toBe(null);
    expect(tableOf(many).count).toBe("120 releases");
  });

  test("says that there are no releases yet", () => {
    expect(tableOf([])).toMatchObject({ rows: [], count: "0 releases" });
    expect(tableOf([]).empty).toMatch(/^No release was seen yet/);
  });

  test("shows a failure in place of the table", () => {
    const failed = { ok: false, message: "It failed." } as const;
    expect(page([release("1.0.0")], { figures: failed }).table).toEqual(failed);
    expect(page([], { releases: failed })).toMatchObject({ table: failed, header: { release: null } });
  });

  test("links the same as JSON, CSV and SVG", () => {
    const { downloads } = page([], { query: queryOf("device=mobile&range=7d&page=2") });
    expect(downloads.map(({ href }) => href)).toEqual([
      "/api/admin/releases?device=mobile",
      "/api/admin/performance/web-vitals?device=mobile&format=csv&table=releases",
      "/api/admin/performance/web-vitals?device=mobile&format=svg&chart=releases",
    ]);
  });
});
