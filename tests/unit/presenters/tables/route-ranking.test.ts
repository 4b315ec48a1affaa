import { describe, expect, it } from "vitest";
import {
  COMPARED_ROUTES_PER_PAGE,
  ROUTES_PER_PAGE,
  routeTable,
} from "../../../../app/presenters/tables/route-ranking";
import { type CockpitQuery, DEFAULT_QUERY, SORTS } from "../../../../app/query/cockpit-query";
import type { RouteResult } from "../../../../app/query/view/view-result";
import { distributionsOf } from "../sketches";

const asked = (query: Partial<CockpitQuery> = {}): CockpitQuery => ({ ...DEFAULT_QUERY, ...query });

/** A route whose LCP is `lcp` in all of `n` page views, of which some have a CLS too. */
const route = (name: string, n: number, lcp: number, cls: Array<[number, number]> = []): RouteResult => ({
  route: name,
  metrics: distributionsOf({ LCP: [[lcp, n]], CLS: cls }),
});

const ROUTES: RouteResult[] = [
  route("/good", 1000, 1000, [[0.3, 40]]),
  route("/slow", 100, 4000, [[0.05, 100]]),
  route("/slow-and-busy", 500, 3000, [[0, 500]]),
  route("/rare", 29, 9000),
  route("/rarer", 5, 9000),
];

const names = (query: Partial<CockpitQuery>, routes = ROUTES): string[] =>
  routeTable(routes, asked(query)).rows.map((row) => row.route);

describe("routeTable", () => {
  it("of nothing is one empty page", () => {
    expect(routeTable([], asked())).toEqual({ rows: [], page: 1, pages: 1, total: 0 });
  });

  it("says of a route what all its metrics say", () => {
    const [row] = routeTable([route("/a", 40, 3000, [[0, 30]])], asked()).rows;
    expect(row).toMatchObject({
      route: "/a",
      n: 40,
      metrics: { LCP: { n: 40 }, CLS: { n: 30, rating: "good" }, INP: { n: 0, rating: null } },
    });
    expect(row?.impact).toBeCloseTo(40 * ((row?.metrics.LCP.percentiles[75] ?? 0) - 2500), 6);
  });

  it("has an impact of 0 where all is good, and none where too little is known", () => {
    const rows = routeTable(ROUTES, asked()).rows;
    const impactOf = (name: string) => rows.find((row) => row.route === name)?.impact;
    expect([impactOf("/good"), impactOf("/rare")]).toEqual([0, null]);
  });

  it("sorts by impact at first: much used and bad before all", () => {
    expect(names({})).toEqual(["/slow-and-busy", "/slow", "/good", "/rare", "/rarer"]);
    expect(names({ metric: "CLS" })).toEqual(["/good", "/slow-and-busy", "/slow", "/rare", "/rarer"]);
  });

  it("puts what has too few samples last, in either direction", () => {
    for (const sort of SORTS.filter((one) => one !== "route")) {
      for (const order of ["asc", "desc"] as const) {
        const sorted = names({ sort, order });
        expect(sorted.slice(-2), `${sort} ${order}`).toEqual(["/rare", "/rarer"]);
      }
    }
  });

  it("sorts by a metric's percentile", () => {
    expect(names({ sort: "LCP", order: "asc" }).slice(0, 3)).toEqual(["/good", "/slow-and-busy", "/slow"]);
    expect(names({ sort: "LCP", order: "desc" }).slice(0, 3)).toEqual(["/slow", "/slow-and-busy", "/good"]);
    expect(names({ sort: "CLS", order: "asc" }).slice(0, 3)).toEqual(["/slow-and-busy", "/slow", "/good"]);
    const mixed = [
      route("/a", 100, 1000),
      {
        route: "/b",
        metrics: distributionsOf({
          LCP: [
            [500, 90],
            [9000, 10],
          ],
        }),
      },
    ];
    expect(names({ sort: "LCP", percentile: 75 }, mixed)).toEqual(["/a", "/b"]);
    expect(names({ sort: "LCP", percentile: 95 }, mixed)).toEqual(["/b", "/a"]);
  });

  it("sorts by page views and by name", () => {
    expect(names({ sort: "views" })).toEqual(["/good", "/slow-and-busy", "/slow", "/rare", "/rarer"]);
    expect(names({ sort: "views", order: "asc" }).slice(0, 3)).toEqual(["/slow", "/slow-and-busy", "/good"]);
    expect(names({ sort: "route", order: "asc" })).toEqual([
      "/good",
      "/rare",
      "/rarer",
      "/slow",
      "/slow-and-busy",
    ]);
    expect(names({ sort: "route", order: "desc" })[0]).toBe("/slow-and-busy");
  });

  it("breaks ties by page views, then by name, so that an order is always the same", () => {
    const equal = [route("/c", 50, 1000), route("/b", 50, 1000), route("/a", 40, 1000)];
    for (const routes of [equal, [...equal].reverse()]) {
      for (const order of ["asc", "desc"] as const) {
        expect(names({ sort: "LCP", order }, routes)).toEqual(["/b", "/c", "/a"]);
      }
    }
  });

  it("finds routes by a part of their name, whatever its case", () => {
    expect(names({ q: "SLOW" })).toEqual(["/slow-and-busy", "/slow"]);
    expect(names({ q: "%" })).toEqual([]);
    expect(routeTable(ROUTES, asked({ q: "rare" }))).toMatchObject({ total: 2, pages: 1 });
  });

  describe("of many routes", () => {
    const many = Array.from({ length: 120 }, (_, i) =>
      route(`/${String(i).padStart(3, "0")}`, 30, 1000),
    ).reverse();
    const page = (wanted: CockpitQuery["page"]) =>
      routeTable(many, asked({ page: wanted, sort: "route", order: "asc" }));

    it("is cut to pages, each route on one of them", () => {
      expect(page(1)).toMatchObject({ page: 1, pages: 3, total: 120 });
      const all = [1, 2, 3].flatMap((number) => page(number).rows.map((row) => row.route));
      expect(all).toEqual(many.map((row) => row.route).sort());
      expect(page(1).rows).toHaveLength(ROUTES_PER_PAGE);
      expect(page(3).rows).toHaveLength(20);
    });

    it("has pages of half as many routes while comparing", () => {
      const table = routeTable(many, asked({ page: 5, sort: "route", order: "asc" }), new Map());
      expect(table).toMatchObject({ page: 5, pages: 5, total: 120 });
      expect(table.rows).toHaveLength(20);
      expect(COMPARED_ROUTES_PER_PAGE).toBe(ROUTES_PER_PAGE / 2);
    });

    it("shows its last page for one beyond it, and everything on request", () => {
      expect(page(4)).toEqual(page(3));
      expect(page("all")).toMatchObject({ page: 1, pages: 1, total: 120 });
      expect(page("all").rows).toHaveLength(120);
    });
  });
});
