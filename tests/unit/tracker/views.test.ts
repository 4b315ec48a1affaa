import { describe, expect, it } from "vitest";
import { createViews } from "../../../app/tracker/views";

const LOAD = "https://shop.example/app";

type Start = { route?: string; declared?: string; url?: string; entry?: number };

/** A document that was loaded at `LOAD`, with its surroundings as plain variables. */
function document({ route, declared, url = LOAD, entry = 1 }: Start = {}) {
  const now: { url: string; entry: number; declared: string | undefined; time: number } = {
    url,
    entry,
    declared,
    time: 10,
  };
  const views = createViews(
    { url: LOAD, entry: 1, route },
    {
      currentURL: () => now.url,
      currentEntry: () => now.entry,
      declaredRoute: () => now.declared,
      now: () => now.time,
    },
  );
  /** As `pushState` does, or an assignment to `location.hash`. */
  const push = (to: string) => {
    now.url = new URL(to, now.url).href;
    now.entry += 1;
    now.time += 1000;
    views.notice();
  };
  const replace = (to: string) => {
    now.url = new URL(to, now.url).href;
    views.notice();
  };
  const load = () => views.measure({ navigationType: "navigate", navigationURL: LOAD });
  const restored = () => views.measure({ navigationType: "back-forward-cache", navigationURL: LOAD });
  const soft = (to: string, navigationStartTime = 0) =>
    views.measure({
      navigationType: "soft-navigation",
      navigationURL: new URL(to, LOAD).href,
      navigationStartTime,
    });
  return { now, views, push, replace, load, restored, soft };
}

describe("createViews, the load", () => {
  it("has no route without a name", () => {
    const { load } = document();
    expect(load()).toMatchObject({ url: LOAD, view: { route: undefined } });
  });

  it("prefers the route on the script's element to the declared route", () => {
    expect(document({ route: "/tag", declared: "/meta" }).load().view.route).toBe("/tag");
    expect(document({ declared: "/meta" }).load().view.route).toBe("/meta");
  });

  it("keeps a declared route after replaceState changed the URL before the script ran", () => {
    const { load } = document({ declared: "/[lang]/welcome", url: "https://shop.example/en/welcome" });
    expect(load()).toMatchObject({ url: LOAD, view: { route: "/[lang]/welcome" } });
  });

  it("keeps the element's route after the application navigated before the script ran", () => {
    const { load, restored, views } = document({ route: "/tag", url: "https://shop.example/b", entry: 2 });
    views.restore();
    expect(load().view.route).toBe("/tag");
    expect(restored().view.route).toBeUndefined();
  });

  it("gets the first setRoute, even after a measurement and a corrected URL", () => {
    const { load, views, replace } = document();
    const { view } = load();
    replace("/app/home");
    views.set("/home");
    expect(view.route).toBe("/home");
  });

  it("gets a route that the page declares later", () => {
    const { load, now, views } = document();
    const { view } = load();
    now.declared = "/meta";
    views.notice();
    expect(view.route).toBe("/meta");
  });

  it("gets the latest setRoute before the first measurement", () => {
    const { load, views } = document({ route: "/tag", declared: "/meta" });
    views.set(" /app ");
    expect(load().view.route).toBe("/app");
  });

  it.each([
    ["the fragment", "#/settings"],
    ["the query", "?page=settings"],
    ["the path", "/settings"],
  ])("keeps its route when the next route is set, with routes in %s", (_, to) => {
    const { load, views, push } = document();
    const { view } = load();
    views.set("/home");
    push(to);
    views.set("/settings");
    expect(view.route).toBe("/home");
    expect(load().view).toBe(view);
  });

  it("keeps its route when the next route is set before the URL changes, or without a change", () => {
    const { load, views, push } = document();
    const { view } = load();
    views.set("/home");
    views.set("/settings");
    push("#/settings");
    expect(view.route).toBe("/home");
  });

  it("does not get the route of a view that replaced its URL after an interaction", () => {
    const { load, views, replace } = document();
    const { view } = load();
    views.interact();
    replace("#/settings");
    views.set("/settings");
    expect(view.route).toBeUndefined();
  });

  it.each([
    null,
    undefined,
    "",
    42,
    {},
    "a\u0000",
  ])("loses its route by setRoute(%j) before the first measurement", (none) => {
    const { load, views } = document({ route: "/tag", declared: "/meta" });
    views.set(none);
    const { view } = load();
    expect(view.route).toBeUndefined();
    views.set("/named");
    views.set(none);
    expect(view.route).toBe("/named");
  });
});

describe("createViews, a restore from the back/forward cache", () => {
  it("is assigned to the restored view, not to the load", () => {
    const { load, restored, views, push } = document({ route: "/home" });
    load();
    push("/settings");
    views.set("/settings");
    views.restore();
    expect(restored()).toMatchObject({ url: "https://shop.example/settings", view: { route: "/settings" } });
    expect(load().view.route).toBe("/home");
  });

  it("is assigned to the newest restore, and accepts routes until the first measurement", () => {
    const { load, restored, views } = document({ route: "/home" });
    load();
    views.restore();
    views.set("/restored");
    const first = restored().view;
    views.restore();
    views.set("/again");
    expect([load().view.route, first.route, restored().view.route]).toEqual(["/home", "/restored", "/again"]);
  });
});

describe("createViews, a soft navigation", () => {
  it("is assigned to the view of its URL, even after the next navigation", () => {
    const { soft, views, push } = document({ route: "/home" });
    push("/b?tab=1");
    views.set("/[b]");
    push("/c#x");
    views.set("/[c]");
    expect(["/b?tab=1", "/c#x", "/d"].map((to) => soft(to).view.route)).toEqual(["/[b]", "/[c]", undefined]);
    expect(soft("/b?tab=1").url).toBe("https://shop.example/b?tab=1");
  });

  it("is assigned to the view of its start time, of several with one URL", () => {
    const { soft, views, push } = document();
    push("/b");
    views.set("/first");
    const first = soft("/b", 900);
    push("/c");
    push("/b");
    views.set("/second");
    expect(first.view.route).toBe("/first");
    expect(soft("/b", 900).view).toBe(first.view);
    expect(soft("/b", 2500).view.route).toBe("/second");
  });

  it("is assigned to its view after replaceState changed the URL again", () => {
    const { soft, views, push, replace } = document();
    push("/b");
    replace("/b?sorted=1");
    views.set("/[b]");
    expect(soft("/b").view.route).toBe("/[b]");
    expect(soft("/b?sorted=1").view.route).toBe("/[b]");
  });

  it("does not get a declaration that never changes", () => {
    const { load, soft, push } = document({ declared: "/[a]" });
    push("/b");
    expect(soft("/b").view.route).toBeUndefined();
    expect(load().view.route).toBe("/[a]");
  });

  it("gets the route of a declaration that the application updates", () => {
    const { load, now, soft, push, views } = document({ declared: "/[a]" });
    load();
    push("/b");
    now.declared = "/[b]";
    views.notice();
    push("/c");
    expect(["/b", "/c"].map((to) => soft(to).view.route)).toEqual(["/[b]", "/[b]"]);
    now.declared = "/[c]";
    views.notice();
    expect(["/b", "/c"].map((to) => soft(to).view.route)).toEqual(["/[b]", "/[c]"]);
    expect(load().view.route).toBe("/[a]");
  });

  it("keeps the route of setRoute when the declaration changes", () => {
    const { now, soft, push, views } = document({ declared: "/[a]" });
    push("/b");
    views.set("/[b]");
    now.declared = "/meta";
    views.notice();
    expect(soft("/b").view.route).toBe("/[b]");
  });

  it("inherits the route of an earlier view of the same URL", () => {
    const { soft, push, views } = document();
    push("/b");
    views.set("/[b]");
    push("/c");
    push("/b");
    expect(soft("/b", 2500).view.route).toBe("/[b]");
    views.set("/renamed");
    expect(soft("/b", 2500).view.route).toBe("/renamed");
  });
});

it("createViews keeps a hundred views and the load", () => {
  const { load, soft, push, views } = document({ route: "/home" });
  for (let i = 0; i < 1000; i++) {
    push(`/${i}`);
    views.set(`/route/${i}`);
  }
  expect(load().view.route).toBe("/home");
  expect(soft("/999").view.route).toBe("/route/999");
  expect(soft("/900").view.route).toBe("/route/900");
  expect(soft("/899").view.route).toBeUndefined();
});
