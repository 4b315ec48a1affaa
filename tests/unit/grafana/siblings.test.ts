import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathRegex } from "../../../app/grafana/route-text";
import { isSibling, knownRoutes, siblingsOf } from "../../../app/grafana/siblings";
import { parseRoute } from "../../../app/vitals/route-text/parse-route";
import type { RoutePart, RouteParts } from "../../../app/vitals/route-text/route-parts";
import { examples } from "../../support/measurements";
import { aRoute } from "../../support/route-notations";

const partsOf = (text: string): RouteParts => parseRoute(text) ?? [];
const siblings = (route: string, known: string[]) =>
  siblingsOf(partsOf(route), knownRoutes(known)).map(({ text }) => text);

/** A path that a route's own pattern matches; every value is the same word. */
const pathOf = (parts: RouteParts, value: string): string => {
  const segment = (part: RoutePart): string => {
    switch (part.kind) {
      case "text":
        return `/${part.text}`;
      case "mixed":
        return `/${part.pieces.map((piece) => piece ?? value).join("")}`;
      case "group":
        return pathOf(part.parts, value);
      default:
        return `/${value}`;
    }
  };
  return parts.map(segment).join("") || "/";
};

describe("siblingsOf", () => {
  it.each([
    [
      "/workspace/[id]",
      ["/workspace/new", "/workspace/:id/edit", "/team/new", "workspace/archive/"],
      ["/workspace/new", "workspace/archive/"],
    ],
    ["/workspace/[id]", ["/workspace/:workspaceId", "/:any/new", "/docs/[...path]", "/"], []],
    [
      "/[lang]/[page]",
      ["/[lang]/about", "/docs/[page]", "/docs/about", "/[a]/[b]"],
      ["/[lang]/about", "/docs/[page]", "/docs/about"],
    ],
    [
      "/docs/[...path]",
      ["/docs/intro", "/docs/[id]", "/docs/[a]/[b]", "/docs", "/docs/[[...path]]"],
      ["/docs/intro", "/docs/[id]", "/docs/[a]/[b]", "/docs"],
    ],
    ["/list/[[lang]]", ["/list", "/list/en", "/list/[lang]"], ["/list", "/list/en", "/list/[lang]"]],
    ["/files/[name]", ["/files/:name.json", "/files/a.json"], ["/files/:name.json", "/files/a.json"]],
    ["/files/:name.json", ["/files/[name]", "/files/a.json", "/files/a.xml"], ["/files/a.json"]],
    ["/list{/page/:n}", ["/list/page/all", "/list/other"], ["/list/page/all"]],
    ["/wiki/[page]", ["/wiki/ab(c", "/wiki/Foo*", "what?"], ["/wiki/ab(c", "/wiki/Foo*"]],
  ])("of %s among %j are %j", (route, known, expected) => {
    expect(siblings(route, known)).toEqual(expected);
  });

  it("are twenty at most, and no longer than a link has space for", () => {
    const many = Array.from({ length: 100 }, (_, i) => `/workspace/page-${i}`);
    expect(siblings("/workspace/[id]", many)).toEqual(many.slice(0, 20));
    const long = Array.from({ length: 30 }, (_, i) => `/workspace/${"a".repeat(400)}-${i}`);
    expect(siblings("/workspace/[id]", [...long, "/workspace/new"])).toEqual([
      ...long.slice(0, 2),
      "/workspace/new",
    ]);
  });

  it("hold a path that two routes share, unless neither is more specific", () => {
    fc.assert(
      fc.property(aRoute, aRoute, (one, other) => {
        const known = { text: "", parts: other };
        const matches = (parts: RouteParts, path: string) =>
          new RegExp(`^(?:${pathRegex(parts)})$`, "su").test(path);
        const shared = matches(one, pathOf(other, "x-y.files")) || matches(other, pathOf(one, "x-y.files"));
        const isEither = isSibling(one, known) || isSibling(other, { text: "", parts: one });
        if (!shared) return;
        const ranks = (parts: RouteParts) =>
          parts.map((part) => ("optional" in part ? `${part.kind}${part.optional}` : part.kind)).join();
        expect(isEither || ranks(one) === ranks(other), JSON.stringify([one, other])).toBe(true);
      }),
      examples(3_000),
    );
  });

  it("are never both ways", () => {
    fc.assert(
      fc.property(aRoute, aRoute, (one, other) => {
        const [a, b] = [one, other].map((parts) => ({ text: "", parts }));
        if (a === undefined || b === undefined) return;
        expect(isSibling(one, b) && isSibling(other, a)).toBe(false);
      }),
      examples(2_000),
    );
  });
});
