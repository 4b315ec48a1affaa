import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grafanaView, searchedRoute } from "../../../app/grafana/grafana-view";
import { knownRoutes } from "../../../app/grafana/siblings";
import { slowSpans } from "../../../app/grafana/traceql";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { canonicalParts } from "../../../app/vitals/route-text/canonical-route";
import { parseRoute } from "../../../app/vitals/route-text/parse-route";
import type { RoutePart, RouteParts } from "../../../app/vitals/route-text/route-parts";
import { examples, NOW } from "../../support/measurements";
import { aRoute, NOTATIONS, type Notation, someNames } from "../../support/route-notations";
import { type Attributes, findsTrace, type Trace } from "../../support/traceql/evaluator";
import { grafanaConfig } from "./arbitraries";

const escapeText = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

/** Paths that a router may answer with a route; in some, a rest may be empty. */
function routerRegex(parts: RouteParts): string {
  const write = (part: RoutePart): string => {
    switch (part.kind) {
      case "text":
        return `/${escapeText(part.text)}`;
      case "one":
        return part.optional ? "(?:/[^/]+)?" : "/[^/]+";
      case "rest":
        return "(?:/.*)?";
      case "mixed":
        return `/${part.pieces.map((piece) => (piece === null ? "[^/]+" : escapeText(piece))).join("")}`;
      case "group":
        return `(?:${part.parts.map(write).join("")})?`;
    }
  };
  return parts.length === 0 ? "/" : parts.map(write).join("");
}

const mayAnswer = (parts: RouteParts, path: string): boolean =>
  new RegExp(`^(?:${routerRegex(parts)})/?$`, "su").test(path);

/** Parts that routers try in the same order, the more specific first; the others differ from router to router. */
const RANKS = { text: 3, mixed: 2, one: 1, rest: 0 } as const;

function rankOf(part: RoutePart | undefined): number | null {
  if (part === undefined || part.kind === "group" || (part.kind === "one" && part.optional)) return null;
  return RANKS[part.kind];
}

/** Whether every router tries `one` before `other`: its first part that differs is more specific. */
function isBefore(one: RouteParts, other: RouteParts): boolean {
  for (let i = 0; i < Math.max(one.length, other.length); i += 1) {
    const [mine, its] = [rankOf(one[i]), rankOf(other[i])];
    // A route that ends is before one with a rest.
    if (one[i] === undefined && its === RANKS.rest) return true;
    if (mine === null || its === null) return false;
    if (mine !== its) return mine > its;
  }
  return false;
}

/** A path of a route; values are words of no route. */
const pathOf = (parts: RouteParts, withOptional: boolean): string => {
  const write = (part: RoutePart): string => {
    switch (part.kind) {
      case "text":
        return `/${part.text}`;
      case "one":
        return part.optional && !withOptional ? "" : "/v42";
      case "rest":
        return part.optional && !withOptional ? "" : "/x1/x2";
      case "mixed":
        return `/${part.pieces.map((piece) => piece ?? "v42").join("")}`;
      case "group":
        return withOptional ? part.parts.map(write).join("") : "";
    }
  };
  return parts.map(write).join("") || "/";
};

const SERVERS = NOTATIONS.filter(({ span }) => span);

/** The static first segment of a route, at which a router or a middleware may be mounted. */
const mountOf = ([first, second]: RouteParts): string | null =>
  first?.kind === "text" && second !== undefined ? `/${first.text}` : null;

type Request = { parts: RouteParts; path: string /** In the server's notation. */; route: string | null };

/** How a server's span holds a request; `null` where it can't. */
const SPANS: Array<(request: Request) => Attributes | null> = [
  ({ route, path }) => (route === null ? null : { "http.route": route, "url.path": path }),
  ({ route, path }) => (route === null ? null : { "http.route": route, "http.target": `${path}?a=/b` }),
  ({ route, path }) =>
    route === null ? null : { "http.route": route, "url.full": `https://shop.example${path}?a=/b` },
  ({ path }) => ({ "url.path": path }),
  ...["*", "/", "/*", "/{*splat}", "unknown"].map((route) => ({ path }: Request) => ({
    "http.route": route,
    "url.path": path,
  })),
  ...["", "/*"].map((end) => ({ parts, path }: Request) => {
    const mount = mountOf(parts);
    return mount === null ? null : { "http.route": mount + end, "url.path": path };
  }),
];

const traceOf = (attributes: Attributes): Trace => ({
  resource: { "service.name": "shop-web" },
  spans: [{ parent: null, kind: "server", name: "GET", status: "unset", ms: 10, attributes }],
});

const describing = (
  page: Notation,
  server: Notation,
  pages: ReadonlyArray<{ text: string }>,
  attributes: Attributes,
): string =>
  `${page.name} on ${server.name}, ${pages.map(({ text }) => text).join(" ")}: ${JSON.stringify(attributes)}`;

const aSite = fc.record({
  routes: fc.uniqueArray(aRoute, { minLength: 2, maxLength: 6, selector: canonicalParts }),
  page: fc.constantFrom(...NOTATIONS),
  server: fc.constantFrom(...SERVERS),
  names: someNames,
  base: fc.constantFrom("", "", "/base"),
  slash: fc.constantFrom("", "", "/"),
});

/** Pages of a site as they name their routes, with the query of each one's link. */
function pagesOf(routes: readonly RouteParts[], { print }: Notation, names: readonly string[], base: string) {
  const pages = routes.flatMap((parts) => {
    const text = print(parts, names);
    return text === null ? [] : [{ parts, text }];
  });
  const config = grafanaConfig({ routeBase: parseRoute(base) ?? [] });
  const view = grafanaView(DEFAULT_QUERY, NOW, knownRoutes(pages.map(({ text }) => text)));
  return pages.map((page) => ({
    ...page,
    query: slowSpans(config, { ...view, route: searchedRoute(page.text) }, 0),
  }));
}

const RUNS = examples(100);

describe("slowSpans", () => {
  it("finds every request of a site by the link of its route alone, in any notations", () => {
    let requests = 0;
    fc.assert(
      fc.property(aSite, ({ routes, page, server, names, base, slash }) => {
        const pages = pagesOf(routes, page, names, base);
        for (const { parts, text } of pages) {
          for (const path of new Set([pathOf(parts, true), pathOf(parts, false)])) {
            const others = pages.filter((other) => other.text !== text && mayAnswer(other.parts, path));
            if (!others.every((other) => isBefore(parts, other.parts))) continue;
            const sent = encodeURI(base + (path === "/" ? path : path + slash));
            for (const span of SPANS) {
              const attributes = span({ parts, path: sent, route: server.print(parts, names) });
              if (attributes === null) continue;
              requests += 1;
              const found = pages.filter(({ query }) => findsTrace(query, traceOf(attributes)));
              expect(
                found.map((other) => other.text),
                describing(page, server, pages, attributes),
              ).toEqual([text]);
            }
          }
        }
      }),
      RUNS,
    );
    expect(requests).toBeGreaterThan(1_000);
  });

  it("finds no request of a site for a path without a page", () => {
    let requests = 0;
    fc.assert(
      fc.property(aSite, ({ routes, page, server, names, base }) => {
        const pages = pagesOf(routes, page, names, base);
        for (const { parts } of pages) {
          const path = `${pathOf(parts, true)}/missing/page`.replace("//", "/");
          if (pages.some((other) => mayAnswer(other.parts, path))) continue;
          for (const span of SPANS) {
            const attributes = span({
              parts,
              path: encodeURI(base + path),
              route: server.print(parts, names),
            });
            // Of a whole URL, nothing but the route is searched where there is one.
            if (attributes === null || ("url.full" in attributes && "http.route" in attributes)) continue;
            requests += 1;
            const found = pages.filter(({ query }) => findsTrace(query, traceOf(attributes)));
            expect(
              found.map((other) => other.text),
              describing(page, server, pages, attributes),
            ).toEqual([]);
          }
        }
      }),
      RUNS,
    );
    expect(requests).toBeGreaterThan(1_000);
  });
});
