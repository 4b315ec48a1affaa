import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  belowPathRegex,
  inconclusiveRegex,
  pathRegex,
  spanExclusion,
  spanRegex,
} from "../../../app/grafana/route-text";
import { canonicalRoute } from "../../../app/vitals/route-text/canonical-route";
import { parseRoute } from "../../../app/vitals/route-text/parse-route";
import type { RouteParts } from "../../../app/vitals/route-text/route-parts";
import { examples } from "../../support/measurements";
import { aRoute, NOTATIONS, someNames, someNeighbours } from "../../support/route-notations";

/** As RE2 in Tempo: anchored, and `.` matches line breaks. */
const anchored = (source: string): RegExp => new RegExp(`^(?:${source})$`, "su");

const parsed = (text: string): RouteParts => {
  const parts = parseRoute(text);
  if (parts === null) throw new Error(`${text} is unreadable.`);
  return parts;
};

/** Whether the regular expressions of a page's route match a span's. */
function finds(
  parts: RouteParts,
  known: readonly RouteParts[] = [],
  base?: RouteParts,
): (route: string) => boolean {
  const match = anchored(spanRegex(parts, base));
  const exclusion = spanExclusion(parts, known);
  const other = exclusion === null ? null : anchored(exclusion);
  return (route) => match.test(route) && other?.test(route) !== true;
}

const SERVERS = NOTATIONS.filter(({ span }) => span);
const textsOf = (parts: RouteParts, names: readonly string[]): string[] =>
  SERVERS.flatMap(({ print }) => print(parts, names) ?? []);

describe("spanRegex", () => {
  it("matches every notation of a route", () => {
    let matched = 0;
    fc.assert(
      fc.property(aRoute, someNames, (parts, names) => {
        const isFound = finds(parts);
        for (const text of textsOf(parts, names)) {
          expect(`${text} ${isFound(text)} ${spanRegex(parts)}`).toBe(`${text} true ${spanRegex(parts)}`);
          matched += 1;
        }
      }),
      examples(1_000),
    );
    expect(matched).toBeGreaterThan(5_000);
  });

  it("matches no notation of another known route", () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(aRoute, aRoute), someNeighbours), someNames, ([parts, other], names) => {
        const [text = "", its = ""] = [parts, other].map((one) => canonicalOf(one));
        if (text === its) return;
        const isFound = finds(parts, [other]);
        for (const route of textsOf(other, names)) {
          expect(`${route} ${isFound(route)}`, `${text} and ${its}`).toBe(`${route} false`);
        }
      }),
      examples(5_000),
    );
  });

  it.each([
    ["/list/[lang]", "/list/[[lang]]"],
    ["/files/[name]", "/files/[name].json"],
    ["/files/[name]", "/files/v[name]"],
    ["/docs/[id]", "/docs/[...path]"],
    ["/shop/[shop]/[item]", "/shop/[shop]/new"],
  ])("keeps %s and %s apart", (one, other) => {
    for (const [mine, its] of [
      [one, other],
      [other, one],
    ].map((pair) => pair.map(parsed))) {
      if (mine === undefined || its === undefined) continue;
      const isFound = finds(mine, [its]);
      for (const text of textsOf(its, ["id", "path"]))
        expect(`${text} ${isFound(text)}`).toBe(`${text} false`);
      for (const text of textsOf(mine, ["id", "path"]))
        expect(`${text} ${isFound(text)}`).toBe(`${text} true`);
    }
  });

  it("accepts a base path, and a route without it", () => {
    const isFound = finds(parsed("/workspace/[id]"), [], parsed("/shop/app"));
    expect(["/shop/app/workspace/:id", "/workspace/:id", "/app/workspace/:id"].map(isFound)).toEqual([
      true,
      true,
      false,
    ]);
  });
});

/** Of parts, by one of the notations. */
function canonicalOf(parts: RouteParts): string {
  for (const { print } of NOTATIONS) {
    const text = print(parts, ["id"]);
    if (text !== null) return canonicalRoute(text);
  }
  return JSON.stringify(parts);
}

describe("pathRegex", () => {
  it.each([
    ["/", ["/", ""], ["/a"]],
    ["/about", ["/about", "/about/"], ["/about/x", "/"]],
    [
      "/workspace/[id]",
      ["/workspace/42", "/workspace/a%20b/"],
      ["/workspace", "/workspace/", "/workspace/1/2"],
    ],
    ["/docs/[...path]", ["/docs", "/docs/", "/docs/a", "/docs/a/b/c"], ["/docsx", "/"]],
    ["/list/[[lang]]", ["/list", "/list/", "/list/en"], ["/list/en/x"]],
    ["/list/[[...lang]]", ["/list", "/list/en/x"], ["/lists"]],
    ["/list{/page/:n}", ["/list", "/list/page/2"], ["/list/page", "/list/2"]],
    ["/files/:name.json", ["/files/a.json"], ["/files/a", "/files/aXjson"]],
    ["/@[user]", ["/@ada"], ["/ada"]],
    ["/über uns/:id", ["/über uns/1", "/%C3%BCber%20uns/1"], ["/uber uns/1"]],
    ["/a:b/[id]", ["/a:b/1", "/a%3Ab/1"], ["/ab/1"]],
  ])("of %s matches its paths only", (route, own, others) => {
    const path = anchored(pathRegex(parsed(route)));
    expect(own.filter((one) => !path.test(one))).toEqual([]);
    expect(others.filter((one) => path.test(one))).toEqual([]);
  });

  it("accepts a base path", () => {
    const path = anchored(pathRegex(parsed("/workspace/[id]"), parsed("/base")));
    expect(["/base/workspace/1", "/workspace/1", "/other/workspace/1"].map((one) => path.test(one))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("belowPathRegex", () => {
  const isBelow = (route: string, path: string, base?: string) => {
    const regex = belowPathRegex(parsed(route), base === undefined ? [] : parsed(base));
    return regex !== null && anchored(regex).test(path);
  };

  it("matches the paths below a route's own", () => {
    expect(isBelow("/workspace", "/workspace/42/missing")).toBe(true);
    expect(isBelow("/workspace/[id]", "/workspace/42/missing")).toBe(true);
    expect(isBelow("/list/[[lang]]", "/list/en/missing")).toBe(true);
    expect(isBelow("/workspace", "/shop/workspace/42", "/shop")).toBe(true);
  });

  it("matches no path of the route, nor of another", () => {
    const paths = [
      ["/workspace", "/workspace/"],
      ["/workspace/[id]", "/workspace/42/"],
      ["/list/[[lang]]", "/list/en"],
      ["/list{/page/:n}", "/list/page/2"],
      ["/workspace", "/base/workspace/42"],
      ["/docs/[...path]", "/docs/a/b"],
      ["/", "/a"],
    ] as const;
    for (const [route, path] of paths) expect(`${path} ${isBelow(route, path)}`).toBe(`${path} false`);
  });
});

describe("inconclusiveRegex", () => {
  const isInconclusive = (route: string, base = "/") => {
    const regex = anchored(inconclusiveRegex(parsed(route), parsed(base)));
    return (text: string) => regex.test(text);
  };

  it("matches catch-alls, mounts, middleware, plugins without their prefix, expressions and `unknown`", () => {
    const inconclusive = isInconclusive("/shop/[shop]/items/[item]");
    for (const route of [
      "*",
      "/",
      "",
      "/*",
      "/{*splat}",
      "/**",
      "/shop",
      "/shop/*",
      "/shop/:shop",
      "/shop/:shop/items",
    ]) {
      expect(`${route} ${inconclusive(route)}`).toBe(`${route} true`);
    }
    for (const route of [
      "unknown",
      "/items/{item}",
      "/{shop}/items/{item}",
      "/^\\/shop\\/(\\d+)\\/?$/",
      "/[...slug]",
    ]) {
      expect(`${route} ${inconclusive(route)}`).toBe(`${route} true`);
    }
  });

  it("matches a single value where the route has a rest", () => {
    const inconclusive = isInconclusive("/list/[[...lang]]");
    expect(
      ["/list/:lang?", "/list{/:lang}", "/list/{lang?}", "/list/en", "/shop/:lang"].map(inconclusive),
    ).toEqual([true, true, true, false, false]);
  });

  it("matches no other route", () => {
    const inconclusive = isInconclusive("/workspace/[id]");
    for (const route of [
      "/workspace/export",
      "/team/:team",
      "/workspaces",
      "/api/*",
      "/workspace/:id/edit",
    ]) {
      expect(`${route} ${inconclusive(route)}`).toBe(`${route} false`);
    }
  });

  it("accepts a base path", () => {
    expect(
      ["/base", "/base/workspace", "/base/*", "/workspace"].map(isInconclusive("/workspace/[id]", "/base")),
    ).toEqual([true, true, true, true]);
  });
});
