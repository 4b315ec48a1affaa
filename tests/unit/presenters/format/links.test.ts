import { describe, expect, it } from "vitest";
import {
  cockpitHref,
  csvHref,
  jsonHref,
  permalinkHref,
  rangeHref,
  releasesHref,
  routePageHref,
} from "../../../../app/presenters/format/links";
import {
  COMPARE_PREVIOUS,
  type CockpitQuery,
  DEFAULT_QUERY,
  parseQuery,
} from "../../../../app/query/cockpit-query";

const QUERY: CockpitQuery = {
  ...DEFAULT_QUERY,
  range: "7d",
  device: "mobile",
  release: "2.4.1 & <b>",
  q: "work",
  sort: "views",
  page: 3,
};
const read = (href: string) => parseQuery(new URL(href, "http://cockpit.test").searchParams);

describe("links", () => {
  it("to the cockpit as it is at first have no parameters", () => {
    expect(cockpitHref(DEFAULT_QUERY)).toBe("/admin/performance");
  });

  it("carry every other parameter, and begin at the first page", () => {
    const { query, ignored } = read(cockpitHref(QUERY, { metric: "INP" }));
    expect({ query, ignored }).toEqual({ query: { ...QUERY, metric: "INP", page: 1 }, ignored: [] });
    expect(read(cockpitHref(QUERY, { page: 2 })).query.page).toBe(2);
  });

  it("that end a comparison leave the chart's times of one behind", () => {
    const compared: CockpitQuery = { ...DEFAULT_QUERY, compare: COMPARE_PREVIOUS, span: "range" };
    expect(read(cockpitHref(compared, { metric: "INP" })).query.span).toBe("range");
    expect(cockpitHref(compared, { compare: null })).toBe("/admin/performance");
  });

  it("to a route keep the filters and leave the table behind", () => {
    const href = routePageHref(QUERY, "/workspace/[id]");
    expect(href).toMatch(/^\/admin\/performance\/route\?/);
    expect(read(href).query).toEqual({
      ...QUERY,
      route: "/workspace/[id]",
      sort: "impact",
      q: "",
      page: 1,
    });
  });

  it("to a range take absolute times away, and permalinks set them", () => {
    const window = { from: Date.parse("2026-11-22T10:00Z"), to: Date.parse("2026-11-23T10:00Z") };
    const permalink = permalinkHref(QUERY, window);
    expect(read(permalink).query).toEqual({ ...QUERY, ...window, range: "24h" });
    expect(read(rangeHref("cockpit", read(permalink).query, "1h")).query).toEqual({
      ...QUERY,
      range: "1h",
      page: 1,
    });
  });

  it("to twins name the same view", () => {
    expect(jsonHref(QUERY)).toBe(
      cockpitHref(QUERY, { page: 3 }).replace("/admin", "/api/admin").replace("?", "/web-vitals?"),
    );
    const csv = new URL(csvHref(QUERY, "routes"), "http://cockpit.test");
    expect([csv.searchParams.get("format"), csv.searchParams.get("table")]).toEqual(["csv", "routes"]);
    expect(read(csv.href).query).toEqual({ ...QUERY, page: "all" });
    expect(releasesHref(QUERY)).toMatch(/^\/admin\/performance\/releases\?range=7d/);
  });
});
