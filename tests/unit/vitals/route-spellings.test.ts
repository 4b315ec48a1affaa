import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalRoute } from "../../../app/vitals/route-text/canonical-route";
import { isConstrained } from "../../../app/vitals/route-text/constraints";
import { isStatic } from "../../../app/vitals/route-text/route-parts";
import { RouteSpellings, routeIdentity } from "../../../app/vitals/route-text/route-spellings";
import { examples } from "../../support/measurements";
import { aRoute, NOTATIONS, someNames } from "../../support/route-notations";

const CONSTRAINED = [
  "/num/:id(\\d+)",
  "/num/:id(^\\d+$)",
  "/num/:id{[0-9]+}",
  "/num/[id=integer]",
  "/list/[[lang=language]]",
  "/docs/[...path=file]",
  "/num/{id:int}",
  "/num/{id:[0-9]{1,4}}",
  "/num/{id<\\d+>}",
  "/list/{lang:alpha?}",
  "/num/{id:int=1}",
  "/docs/{*path:nonfile}",
  "num/<int:id>/",
  "/num/<id:int>",
  "/num/<regex('[a-z]{2}'):id>",
  "/num/$id<number>",
  "/list(/:lang(en|de))",
  "/list{/:lang(en|de)}",
  "/list/:lang(en|de)?",
];

const UNCONSTRAINED = [
  "/workspace/:id",
  "/workspace/:id()",
  "/workspace/:id([^/]+)",
  "/workspace/:id([^\\/]+?)",
  "/workspace/:id(^.+$)",
  "/docs/:path(.*)*",
  "/docs/{path:path}",
  "/docs/{path:.*}",
  "/docs/<path:p>",
  "/docs/<p:path>",
  "/docs/<p..>",
  "/workspace/<string:id>",
  "/workspace/<id:str>",
  "/workspace/:id(.:format)",
  "/workspace/:id{.:ext}",
  "/list(/:lang)",
  "/list{/:lang}",
  "/list/{lang=en}",
  "/list/{-$lang}",
  "/(app)/workspace/[id]",
  "/workspace/{id}",
  "/two/{name*2}",
  "routes/list.($lang)",
];

describe("isConstrained", () => {
  it.each(CONSTRAINED)("is true for %s", (text) => expect(isConstrained(text)).toBe(true));
  it.each(UNCONSTRAINED)("is false for %s", (text) => expect(isConstrained(text)).toBe(false));

  it("accepts any text, in little time", () => {
    for (const sign of ["[", "(", "{", "<", ":a(", "(/a", "{a:", "$a<"]) isConstrained(sign.repeat(500));
    const signs = fc.constantFrom(..."/:*?+.[](){}<>$=|\\ab1");
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 60 }), (all) => {
        isConstrained(all.join(""));
      }),
      examples(1_000),
    );
  });
});

describe("routeIdentity", () => {
  it("is one for the notations of a route, whatever its values are called", () => {
    const workspace = [
      "/workspace/:id",
      "/workspace/[id]",
      "/workspace/$id",
      "workspace/{workspaceId}",
      "/workspace/:id/",
    ];
    expect(new Set(workspace.map(routeIdentity))).toEqual(new Set(["/workspace/[]"]));
    expect(routeIdentity("/docs/[...path]")).toBe(routeIdentity("docs/*"));
    expect(routeIdentity("/list/[[lang]]")).not.toBe(routeIdentity("/list/[lang]"));
  });

  it("is null for what is never merged", () => {
    const alone = [
      "/",
      "/about",
      "/about/",
      "about",
      "(other)",
      "(unknown)",
      "Home page",
      "^articles/(\\d+)/$",
    ];
    for (const text of [...alone, ...CONSTRAINED]) expect(routeIdentity(text), text).toBeNull();
  });

  it("is shared by all notations of generated routes but those with constraints", () => {
    let merged = 0;
    fc.assert(
      fc.property(aRoute, someNames, someNames, (parts, names, otherNames) => {
        const texts = NOTATIONS.flatMap(({ print }) => [print(parts, names), print(parts, otherNames)]);
        for (const text of texts) {
          if (text === null) continue;
          const expected = isStatic(parts) || isConstrained(text) ? null : canonicalRoute(text);
          expect(routeIdentity(text), text).toBe(expected);
          if (expected !== null) merged += 1;
        }
        const identities = new Set(
          texts.flatMap((text) => (text === null ? [] : (routeIdentity(text) ?? []))),
        );
        expect(identities.size).toBeLessThanOrEqual(1);
      }),
      examples(300),
    );
    expect(merged).toBeGreaterThan(1_000);
  });
});

/** Spellings of a few routes, so that generated lists contain several of one. */
const aSpelling = fc
  .tuple(
    fc.constantFrom("workspace", "docs", "list"),
    fc.constantFrom("/:id", "/[id]", "/$x", "/{n}", "/*", "/[...p]", "/:id(\\d+)", "", "/new"),
  )
  .map(([folder, end]) => `/${folder}${end}`);

describe("RouteSpellings", () => {
  it("counts a text as the oldest known route of its identity, and no other", () => {
    fc.assert(
      fc.property(fc.uniqueArray(aSpelling), aSpelling, (known, text) => {
        const spellings = new RouteSpellings(true);
        spellings.replace(known);
        const identity = routeIdentity(text);
        const expected = identity === null ? text : known.find((one) => routeIdentity(one) === identity);
        expect(spellings.spellingOf(text)).toBe(known.includes(expected ?? "") ? expected : null);
      }),
      examples(500),
    );
  });

  it("gives a spelling itself, whether routes are added one by one or together", () => {
    fc.assert(
      fc.property(fc.array(aSpelling), (texts) => {
        const spellings = new RouteSpellings(true);
        const stored: string[] = [];
        for (const text of texts) {
          const spelling = spellings.spellingOf(text);
          if (spelling === null) {
            spellings.add(text);
            stored.push(text);
          } else expect(spellings.spellingOf(spelling)).toBe(spelling);
        }
        const again = new RouteSpellings(true);
        again.replace(stored);
        for (const text of texts) expect(again.spellingOf(text)).toBe(spellings.spellingOf(text));
        const identities = stored.map(routeIdentity).filter((identity) => identity !== null);
        expect(new Set(identities).size).toBe(identities.length);
      }),
      examples(300),
    );
  });

  it("merges nothing where it is turned off", () => {
    const spellings = new RouteSpellings(false);
    spellings.replace(["/workspace/:id"]);
    expect(spellings.spellingOf("/workspace/[id]")).toBeNull();
    expect(spellings.spellingOf("/workspace/:id")).toBe("/workspace/:id");
  });

  it("forgets routes that are no longer known", () => {
    const spellings = new RouteSpellings(true);
    spellings.replace(["/workspace/:id", "/docs/*"]);
    spellings.replace(["/docs/*"]);
    expect(spellings.spellingOf("/workspace/[id]")).toBeNull();
    expect(spellings.spellingOf("/docs/[...path]")).toBe("/docs/*");
  });

  it("is not confused by many unknown texts", () => {
    const spellings = new RouteSpellings(true);
    spellings.replace(["/workspace/:id"]);
    for (let i = 0; i < 5_000; i += 1) expect(spellings.spellingOf(`/flood-${i}/:id`)).toBeNull();
    expect(spellings.spellingOf("/workspace/[id]")).toBe("/workspace/:id");
  });
});
