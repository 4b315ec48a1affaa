import { describe, expect, it } from "vitest";
import { createRoutes } from "../../../app/tracker/routes";

/** A document that was loaded at `/a`, with what it declares and where it is now as plain variables. */
function document(options: { firstRoute?: string; declared?: string; path?: string } = {}) {
  const now: { path: string; declared: string | undefined } = {
    path: options.path ?? "/a",
    declared: options.declared,
  };
  const routes = createRoutes(
    "/a",
    options.firstRoute,
    () => now.path,
    () => now.declared,
  );
  return { now, routes };
}

describe("the document that was loaded", () => {
  it("has no route when nobody names it", () => {
    expect(document().routes.of("/a")).toBeUndefined();
  });

  it("has that of the script's element, even when the application has moved on by then", () => {
    const { routes } = document({ firstRoute: "/[a]", path: "/b" });
    expect(routes.of("/a")).toBe("/[a]");
    expect(routes.of("/b")).toBeUndefined();
  });

  it("has that of its meta element, the script's element being more exact", () => {
    expect(document({ declared: "/[a]" }).routes.of("/a")).toBe("/[a]");
    expect(document({ declared: "/meta", firstRoute: "/tag" }).routes.of("/a")).toBe("/tag");
  });

  it("has that of a meta element that comes after the script", () => {
    const { now, routes } = document();
    now.declared = "/[a]";
    routes.notice();
    expect(routes.of("/a")).toBe("/[a]");
  });

  it("is what setRoute says, whatever was said before", () => {
    const { routes } = document({ firstRoute: "/tag", declared: "/meta" });
    routes.set(" /app ");
    expect(routes.of("/a")).toBe("/app");
  });
});

describe("pages that the application shows later", () => {
  it("keep their own routes when they are reported after the next one is shown", () => {
    const { now, routes } = document({ firstRoute: "/[a]" });
    now.path = "/b";
    routes.set("/[b]");
    now.path = "/c";
    routes.set("/[c]");
    expect(["/a", "/b", "/c", "/d"].map(routes.of)).toEqual(["/[a]", "/[b]", "/[c]", undefined]);
  });

  it("never get the route of a meta element that stays as the server rendered it", () => {
    const { now, routes } = document({ declared: "/[a]" });
    now.path = "/b";
    routes.notice();
    expect(routes.of("/b")).toBeUndefined();
    expect(routes.of("/a")).toBe("/[a]");
  });

  it("get the route of a meta element that the application keeps up", () => {
    const { now, routes } = document({ declared: "/[a]" });
    now.path = "/b";
    now.declared = "/[b]";
    routes.notice();
    now.path = "/c";
    routes.notice();
    expect(["/a", "/b", "/c"].map(routes.of)).toEqual(["/[a]", "/[b]", "/[b]"]);
  });

  it("don't get what a late script finds, for it may be of the page before", () => {
    const { now, routes } = document({ declared: "/[a]", path: "/b" });
    expect(routes.of("/b")).toBeUndefined();
    now.path = "/a";
    routes.notice();
    expect(routes.of("/a")).toBe("/[a]");
  });

  it("are not named by a meta element once setRoute named them", () => {
    const { now, routes } = document({ declared: "/[a]" });
    now.path = "/b";
    now.declared = "/meta";
    routes.set("/[b]");
    routes.notice();
    expect(routes.of("/b")).toBe("/[b]");
  });
});

describe("setRoute", () => {
  it.each([null, undefined, "", 42, {}, "a\u0000"])("forgets the route for %j", (nothing) => {
    const { routes } = document({ firstRoute: "/tag", declared: "/meta" });
    routes.set(nothing);
    expect(routes.of("/a")).toBeUndefined();
  });

  it("remembers a hundred paths, the first one always", () => {
    const { now, routes } = document({ firstRoute: "/[a]" });
    for (let i = 0; i < 1000; i++) {
      now.path = `/${i}`;
      routes.set(`/route/${i}`);
    }
    expect(routes.of("/a")).toBe("/[a]");
    expect(routes.of("/999")).toBe("/route/999");
    expect(routes.of("/901")).toBe("/route/901");
    expect(routes.of("/900")).toBeUndefined();
  });

  it("doesn't forget a path that is visited again and again", () => {
    const { now, routes } = document();
    for (let i = 0; i < 1000; i++) {
      now.path = "/home";
      routes.set("/home");
      now.path = `/${i}`;
      routes.set("/[i]");
    }
    expect(routes.of("/home")).toBe("/home");
  });
});
