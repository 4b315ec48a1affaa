import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Cockpit } from "../../../../app/components/cockpit-page/cockpit-page";
import { type CockpitInput, cockpitPage } from "../../../../app/presenters/cockpit-page/cockpit-page";
import { type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { DAY, HOUR } from "../../../../app/vitals/time";
import { distributionsOf } from "../../presenters/sketches";
import { NOW, releasesOf, viewOf } from "../../presenters/views";

const STEPS = Array.from({ length: 24 }, (_, i) => ({ LCP: [[1000 + 120 * i, 40] as [number, number]] }));
const metricValues = Object.fromEntries(
  Object.entries({ INP: 187, CLS: 0.06, FCP: 1700, TTFB: 650 }).map(([metric, value]) => [
    metric,
    [[value, 40] as [number, number]],
  ]),
);

/** Elements around the page: `html`, `head` with what is in it, `body`. */
const OF_THE_DOCUMENT = 12;

const EVIL = '"><script>alert(1)</script>';

function html(query: Partial<CockpitQuery> = {}, changes: Partial<CockpitInput> = {}): string {
  const page = cockpitPage({
    query: { ...DEFAULT_QUERY, ...query },
    ignored: [],
    view: { ok: true, value: viewOf(STEPS) },
    routes: { ok: true, value: [{ route: "/a", metrics: distributionsOf({ LCP: [[3500, 60]] }) }] },
    releases: { ok: true, value: releasesOf({ "2.4.0": NOW - 5 * DAY, "2.4.1": NOW - 3 * HOUR }) },
    comparison: null,
    origin: "https://cockpit.example",
    scriptPath: "/vitals.js",
    beaconPath: "/readings",
    now: NOW,
    ...changes,
  });
  return renderToStaticMarkup(createElement(Cockpit, { page }));
}

const count = (text: string, pattern: RegExp): number => text.match(new RegExp(pattern, "g"))?.length ?? 0;
/** The metrics' cards, each with its attributes. */
const cards = (text: string): string[] =>
  (/<nav [^>]*aria-label="Web Vitals">.*?<\/nav>/s.exec(text)?.[0] ?? "").match(/<a [^>]*>/g) ?? [];

const FAILED = { ok: false, message: "It failed." } as const;

describe("the main page's HTML", () => {
  it("has one heading of its own, and a heading for each section", () => {
    const text = html();
    expect(count(text, /<h1[ >]/)).toBe(1);
    for (const [, id] of text.matchAll(/aria-labelledby="([^"]+)"/g))
      expect(text).toContain(`<h2 id="${id}"`);
  });

  it("has no styles and no scripts but the data of the chart: the policy forbids them", () => {
    const text = html();
    expect(text).not.toMatch(/\sstyle=/);
    expect(text).not.toMatch(/\son\w+=/);
    expect([...text.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes)).toEqual([
      ' type="application/json" data-trend=""',
    ]);
  });

  it("has every figure without a script: cards, trend, its numbers, routes", () => {
    const text = html();
    expect(cards(text)).toHaveLength(5);
    expect(cards(text).filter((card) => card.includes('aria-current="true"'))).toHaveLength(1);
    expect(text).toMatch(/<svg[^>]*role="img" aria-label="LCP p75/);
    expect(text).toMatch(/<path [^>]*data-line="current" d="M/);
    expect(
      text.match(/<summary[^>]*>The numbers of this chart.*?<\/details>/s)?.[0].match(/<tr/g),
    ).toHaveLength(25);
    expect(text).toContain('href="/admin/performance/route?route=%2Fa"');
  });

  it.each([
    { range: "24h" as const, window: undefined, step: undefined },
    { range: "30d" as const, window: { from: NOW - 30 * DAY, to: NOW }, step: DAY },
  ])("has at most 1,200 elements for 50 routes and 40 releases over $range", ({ range, window, step }) => {
    const metrics = distributionsOf({
      INP: [[187, 60]],
      LCP: [[3500, 60]],
      CLS: [[0.06, 60]],
      FCP: [[1700, 60]],
      TTFB: [[650, 60]],
    });
    const routes = Array.from({ length: 50 }, (_, i) => ({ route: `/section-${i}/[id]`, metrics }));
    const steps = Array.from({ length: 31 }, (_, i) => ({ ...metricValues, ...STEPS[i % STEPS.length] }));
    const changes = window && step ? { window, step } : {};
    const releases = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`2.${i}.0`, NOW - (40 - i) * 3 * DAY]),
    );
    const text = html(
      { range },
      {
        view: { ok: true, value: viewOf(steps, changes) },
        routes: { ok: true, value: routes },
        releases: { ok: true, value: releasesOf(releases) },
      },
    );
    expect(count(text, /<tr/)).toBeGreaterThan(75);
    expect(count(text, /<[a-z]/i)).toBeLessThanOrEqual(1_200 - OF_THE_DOCUMENT);
  });

  it("lays out a whole page of routes after the first paint, and a shorter one with it", () => {
    const late = (rows: number): boolean => {
      const metrics = distributionsOf({ LCP: [[3500, 60]] });
      const value = Array.from({ length: rows }, (_, i) => ({ route: `/section-${i}`, metrics }));
      return html({}, { routes: { ok: true, value } }).includes(" animate-late ");
    };
    expect([24, 25, 26, 49, 50, 51].map(late)).toEqual([false, true, false, false, true, true]);
  });

  it("reserves the height of the drawing for the frame that it waits", () => {
    const [, reserved, height] =
      /class="animate-next [^"]*\[contain-intrinsic-height:(\d+)px\]"><svg [^>]*height="(\d+)"/.exec(
        html(),
      ) ?? [];
    expect(reserved).toBe(height);
    expect(height).toBeDefined();
  });

  it("has its navigation as lists: pages, ranges, cards, and what else a view is", () => {
    const text = html();
    for (const link of [">Releases<", ">7d<", 'data-metric="INP"', ">Permalink<", ">Routes as CSV<"]) {
      expect(text).toContain(link);
      const before = text.slice(0, text.indexOf(link));
      expect(before.lastIndexOf("<li"), link).toBeGreaterThan(before.lastIndexOf("</li>"));
    }
  });

  it("says ratings as shape and word", () => {
    expect(html()).toMatch(/data-rating="needs-improvement">■<\/span>/);
    expect(html()).toMatch(/data-rating="needs-improvement">needs improvement</);
    expect(html()).toMatch(/<td class="figure-cell [^"]*" data-rating="needs-improvement">■ 3.50<small>/);
  });

  it("gives every field a label, and sends everything by GET but the sign-out", () => {
    const text = html({ q: "x", metric: "INP" });
    const fields = count(text, /<(select|input)(?![^>]*type="hidden")[\s>]/);
    expect(count(text, /<label/)).toBe(fields);
    expect([...text.matchAll(/<form[^>]*method="(\w+)"/g)].map(([, method]) => method)).toEqual([
      "post",
      "get",
      "get",
    ]);
    expect(text).toMatch(/<form method="post" action="\/logout"/);
  });

  it("marks the column that is sorted by", () => {
    expect(count(html(), /aria-sort=/)).toBe(1);
    expect(html({ sort: "LCP", order: "asc" })).toMatch(
      /<th scope="col"[^>]*aria-sort="ascending"><a [^>]*>LCP/,
    );
  });

  it("reflects nothing unescaped", () => {
    const text = html(
      { release: EVIL, route: EVIL, q: EVIL },
      { ignored: [{ param: "range", value: EVIL, used: "24h" }] },
    );
    expect(text).not.toContain("<script>");
  });

  it("keeps to its panel what fails", () => {
    const view = html({}, { view: FAILED });
    expect(count(view, /role="alert"/)).toBe(1);
    expect(view).toContain('aria-label="Table of routes"');
    const routes = html({}, { routes: FAILED });
    expect(count(routes, /role="alert"/)).toBe(1);
    expect(cards(routes)).toHaveLength(5);
  });

  it("of an empty install is how to connect a site, and nothing else", () => {
    const text = html(
      {},
      { view: { ok: true, value: viewOf([]) }, releases: { ok: true, value: releasesOf({}) } },
    );
    expect(text).toContain("npm run demo");
    expect(cards(text)).toEqual([]);
  });

  it("of an install that measured nothing but itself has figures, and how to connect a site below", () => {
    const releases = { ok: true, value: releasesOf({ "cockpit-0.1.0": NOW }) } as const;
    const text = html({}, { releases });
    expect(cards(text)).toHaveLength(5);
    expect(text).toMatch(/<a href="#connect"[^>]*>Connect a site<\/a>/);
    expect(text).toMatch(/<section[^>]* id="connect"[\s\S]*npm run demo/);
  });

  it("is small", () => {
    const routes = Array.from({ length: 50 }, (_, i) => ({
      route: `/section/${i}/[id]`,
      metrics: distributionsOf({
        LCP: [[3500, 60]],
        INP: [[200, 50]],
        CLS: [[0.1, 50]],
        FCP: [[900, 60]],
        TTFB: [[300, 60]],
      }),
    }));
    expect(html({}, { routes: { ok: true, value: routes } }).length).toBeLessThan(120_000);
  });
});
