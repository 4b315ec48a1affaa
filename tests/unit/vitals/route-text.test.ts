import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalRoute } from "../../../app/vitals/route-text/canonical-route";
import { parseRoute } from "../../../app/vitals/route-text/parse-route";
import { isStatic } from "../../../app/vitals/route-text/route-parts";
import { examples } from "../../support/measurements";
import { aRoute, NOTATIONS, someNames } from "../../support/route-notations";

/** What frameworks' pages and spans hold for one route, by its canonical form. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  "/": ["/", "", "routes/_index", "/(app)", "routes/_shop._index", "/(.:format)", "GET /{$}", "//"],
  "/about": [
    "/about",
    "about",
    "/about/",
    "routes/about",
    "/(shop)/about",
    "/about(.:format)",
    "routes/_shop.about_",
  ],
  "/workspace/[]": [
    "/workspace/[id]",
    "/workspace/:id",
    "workspace/:id",
    "/workspace/:id()",
    "/workspace/:id(\\d+)",
    "/workspace/:id(^\\d+$)",
    "/workspace/:id{[0-9]+}",
    "/workspace/:id([^/]+)",
    "/workspace/:workspace-id",
    "/workspace/{id}",
    "/workspace/{id:int}",
    "/workspace/{id:[0-9]{1,4}}",
    "/workspace/{id:regex(^\\d{{3}}$)}",
    "/workspace/{slug:[a-z0-9]+(?:-[a-z0-9]+)*}",
    "/workspace/{id<\\d+>}",
    "/workspace/[id=integer]",
    "/workspace/$id",
    "/workspace/<id>",
    "workspace/<int:id>/",
    "/workspace/<regex('[a-z]{2}'):id>",
    "/workspace/:id(.:format)",
    "/workspace/:id.:format?",
    "/workspace/:file{.:ext}",
    "/workspace/{id : [0-9]+}",
    "/_auth/workspace/$id",
    "/workspace_/$id",
    "routes/workspace.$id",
    "routes/workspace_.$id",
    "routes/workspace.$id/route",
    "routes/__layout/workspace/$id",
    "GET /workspace/{id}",
    "/(app)/workspace/[id]",
    "/workspace/@modal/[id]",
    "/feed/(..)workspace/[id]",
    "/feed/shop/(..)(..)workspace/[id]",
    "/feed/shop/item/(...)workspace/[id]",
    "/workspace/(.)[id]",
    "/workspace/[]",
  ],
  "/docs/[...]": [
    "/docs/[...path]",
    "/docs/*",
    "docs/**",
    "/docs/*splat",
    "/docs/:path(.*)*",
    "/docs/:path(.*)",
    "/docs/:path*",
    "/docs/:path+",
    "/docs/{path*}",
    "/docs/{*path}",
    "/docs/{**path}",
    "/docs/{*path:nonfile}",
    "/docs/{path...}",
    "/docs/{path+}",
    "/docs/{+path}",
    "/docs/{path:path}",
    "/docs/{path:.*}",
    "/docs/<path:p>",
    "/docs/<p:path>",
    "/docs/<p..>",
    "/docs/$",
    "/docs/(.*)",
    "routes/docs.$",
  ],
  "/list/[[]]": [
    "/list/[[lang]]",
    "/list/[[lang=language]]",
    "/list/:lang?",
    "/list/:lang(en|de)?",
    "/list{/:lang}",
    "/list(/:lang)",
    "/list(/:lang)?",
    "/list/(:lang)",
    "/list/{lang?}",
    "/list/{lang:alpha?}",
    "/list/{lang=en}",
    "/list/{lang<en|de>?en}",
    "/list/{-$lang}",
    "routes/list.($lang)",
  ],
  "/list/[[...]]": ["/list/[[...lang]]", "/list{/*lang}", "/list/:lang(.*)?"],
  "/list(/page/[])": ["/list{/page/:n}", "/list(/page/:n)", "/list(/page/:n)?"],
  "(/de)/about": ["{/de}/about", "(/de)/about", "/de?/about", "routes/(de).about"],
  "/files/[].json": [
    "/files/:name.json",
    "/files/{name}.json",
    "/files/<name>.json",
    "/files/[name].json",
    "routes/files.$name[.]json",
  ],
  "/v[]/items/[]": ["/v{version}/items/{id}", "/v[version]/items/[id]", "/v:version/items/:id"],
  "/@[]": ["/@[user]", "/@:user", "/@{user}"],
  "/[]-[]": ["/:from-:to", "/{from}-{to}", "/[from]-[to]"],
  "/wiki/Special:Search": ["/wiki/Special:Search", "/wiki/Special::Search"],
  "/über uns": ["/über uns", "/über uns/"],
  "/sitemap.xml": ["/sitemap.xml", "routes/sitemap[.]xml"],
  "/two/[]/[]": ["/two/{name*2}", "/two/:a/:b"],
  "/smile/:\\)": ["/smile/[x+3a][x+29]"],
  "/posts/Foo_\\(bar\\)": ["/posts/Foo_(bar)"],
};

const UNREADABLE = [
  "^articles/(?P<year>[0-9]{4})/$",
  "/^\\/num\\/(\\d+)\\/?$/",
  "/ab*cd",
  "/ab(cd)?e",
  "/a[b",
  "/a}b",
  "/search?q=1",
  "/a#b",
  "/:a:b",
  "/{a}{b}",
  "Home page",
  "(other)",
  "(unknown)",
  "workspace:detail",
  "https://shop.example/workspace",
  "/(\\d+)/x",
  `/${"a/".repeat(40)}`,
  `/${"a".repeat(1_100)}`,
  "/((((((((((a))))))))))",
];

describe("parseRoute", () => {
  it.each(NOTATIONS.map((one) => [one.name, one] as const))("reads what %s prints", (_, { print }) => {
    let printed = 0;
    fc.assert(
      fc.property(aRoute, someNames, (parts, names) => {
        const text = print(parts, names);
        if (text === null) return;
        printed += 1;
        expect(parseRoute(text), text).toEqual(parts);
      }),
      examples(300),
    );
    expect(printed).toBeGreaterThan(50);
  });

  it.each(UNREADABLE)("returns null for %s", (text) => {
    expect(parseRoute(text)).toBeNull();
  });

  it("accepts any text, in little time", () => {
    const signs = fc.constantFrom(..."/:*?+.[](){}<>$@_-=~^|\\ab1é%#", "...", "[[", "]]", "(.)", "routes/");
    fc.assert(
      fc.property(
        fc.array(signs, { maxLength: 60 }).map((all) => all.join("")),
        (text) => {
          const parts = parseRoute(text);
          expect(parts === null || parts.length <= 32).toBe(true);
        },
      ),
      examples(2_000),
    );
    for (const sign of [
      "[",
      "(",
      "{",
      "<",
      ":a",
      "*",
      "$a",
      "{a",
      "[a]-",
      "(/a)",
      "x?",
      "((a)",
      "a.",
      "{a:",
    ]) {
      parseRoute(`/${sign.repeat(1_000 / sign.length)}`);
    }
  });
});

describe("canonicalRoute", () => {
  it.each(Object.entries(SPELLINGS))("is %s for all its notations", (canonical, spellings) => {
    for (const spelling of spellings)
      expect(`${spelling} ${canonicalRoute(spelling)}`).toBe(`${spelling} ${canonical}`);
  });

  it("is the text behind a sign that no path starts with, for the unreadable", () => {
    for (const text of UNREADABLE) expect(canonicalRoute(text)).toBe(`=${text}`);
  });

  it("is the same for the form itself", () => {
    fc.assert(
      fc.property(aRoute, someNames, (parts, names) => {
        for (const { print } of NOTATIONS) {
          const text = print(parts, names);
          if (text === null || text.includes("(")) continue;
          expect(canonicalRoute(canonicalRoute(text))).toBe(canonicalRoute(text));
        }
      }),
      examples(200),
    );
  });

  it("keeps routes apart that differ in a text, a value or what is optional", () => {
    const canonical = Object.keys(SPELLINGS);
    expect(new Set(canonical.map((one) => canonicalRoute(SPELLINGS[one]?.[0] ?? ""))).size).toBe(
      canonical.length,
    );
    expect(canonicalRoute("/Workspace/:id")).not.toBe(canonicalRoute("/workspace/:id"));
    expect(canonicalRoute("/wiki/Special:Search")).not.toBe(canonicalRoute("/wiki/Special:Pages"));
  });
});

describe("isStatic", () => {
  it("is true for a route without values", () => {
    const of = (text: string) => isStatic(parseRoute(text) ?? [{ kind: "one", optional: false }]);
    expect(["/", "/about", "/workspace/new", "/x/[x+3a]"].map(of)).toEqual([true, true, true, true]);
    expect(["/:id", "/docs/*", "/a/b?", "/@:user"].map(of)).toEqual([false, false, false, false]);
  });
});
