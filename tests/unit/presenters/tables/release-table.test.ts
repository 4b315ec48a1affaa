import { describe, expect, test } from "vitest";
import { releasesJson } from "../../../../app/presenters/api/releases-json";
import {
  RELEASES_PER_PAGE,
  type ReleaseFigures,
  releaseFigures,
  releasePage,
  releasesCsv,
} from "../../../../app/presenters/tables/release-table";
import type { ReleasesResult } from "../../../../app/query/releases/releases-result";
import { emptySketches } from "../../../../app/query/view/view-result";
import { addValue } from "../../../../app/stats/sketch/sketch";
import type { Release } from "../../../../app/vitals/release";
import { releaseTimeline } from "../../../../app/vitals/release-timeline";
import { HOUR } from "../../../../app/vitals/time";

const release = (buildVersion: string, more: Partial<Release> = {}): Release => ({
  buildVersion,
  firstSeenAt: 10 * HOUR,
  lastSeenAt: 20 * HOUR,
  announcedAt: null,
  link: null,
  vouchedAt: 0,
  libraries: {},
  ...more,
});

const timeline = releaseTimeline(
  [
    { hour: 10, buildVersion: "1", pageViews: 100 },
    { hour: 12, buildVersion: "2", pageViews: 100 },
    { hour: 12, buildVersion: "stray", pageViews: 1 },
  ],
  new Set(["3"]),
);

const result: ReleasesResult = {
  releases: [
    release("1", { firstSeenAt: 10 * HOUR }),
    release("2", { firstSeenAt: 12 * HOUR }),
    release("stray", { firstSeenAt: 11 * HOUR }),
    release("3", {
      firstSeenAt: null,
      lastSeenAt: null,
      announcedAt: 30 * HOUR,
      link: "https://ci.example/3",
    }),
  ],
  timeline,
};

function figures(n: number): ReleaseFigures {
  const sketches = emptySketches();
  addValue(sketches.LCP, 1_000, n);
  return releaseFigures(sketches);
}

describe("releasePage", () => {
  test("shows the newest first, what was only announced by that time, and marks the timeline's", () => {
    expect(
      releasePage(result, 1).rows.map(({ buildVersion, standing, established }) => [
        buildVersion,
        standing,
        established,
      ]),
    ).toEqual([
      ["3", null, true],
      ["2", "current", true],
      ["stray", null, false],
      ["1", "previous", true],
    ]);
  });

  test("cuts ten thousand builds into pages, and a page beyond the last is the last", () => {
    const many = Array.from({ length: 10_000 }, (_, i) => release(`b${i}`, { firstSeenAt: i }));
    const paged = (page: number | "all") => releasePage({ releases: many, timeline }, page);
    expect(paged(1)).toMatchObject({ page: 1, pages: 200, total: 10_000 });
    expect(
      paged(1)
        .rows.map(({ buildVersion }) => buildVersion)
        .slice(0, 2),
    ).toEqual(["b9999", "b9998"]);
    expect(paged(2).rows[0]?.buildVersion).toBe("b9949");
    expect(paged(99_999)).toMatchObject({ page: 200, rows: { length: RELEASES_PER_PAGE } });
    expect(paged("all").rows).toHaveLength(10_000);
  });

  test("has one page without any builds", () => {
    expect(releasePage({ releases: [], timeline: releaseTimeline([], new Set()) }, 3)).toEqual({
      rows: [],
      page: 1,
      pages: 1,
      total: 0,
    });
  });
});

describe("for programs", () => {
  const found = new Map([["2", figures(40)]]);

  test("CSV: a row for each build, those without figures too", () => {
    const { columns, rows } = releasesCsv(releasePage(result, 1), found);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    const of = (name: string) => rows.map((row) => row[columns.indexOf(name)]);
    expect(of("build_version")).toEqual(["3", "2", "stray", "1"]);
    expect(of("standing")).toEqual([null, "current", null, "previous"]);
    expect(of("page_views")).toEqual([0, 40, 0, 0]);
    expect(of("lcp_p75_rating")).toEqual([null, "good", null, null]);
    expect(of("last_seen")[0]).toBe(null);
    expect(of("announced")[0]).toBe("1970-01-02T06:00:00.000Z");
  });

  test("JSON: the same builds with the same figures, and the timeline", () => {
    const json = releasesJson(result, releasePage(result, 1), found);
    expect(json).toMatchObject({ current: "2", previous: "1", paging: { page: 1, pages: 1, releases: 4 } });
    expect(json.releases.map(({ buildVersion, n }) => [buildVersion, n])).toEqual([
      ["3", 0],
      ["2", 40],
      ["stray", 0],
      ["1", 0],
    ]);
    expect(json.timeline.map(({ buildVersion }) => buildVersion)).toEqual(["1", "2"]);
  });
});
