import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Cockpit } from "../../../../app/components/cockpit-page/cockpit-page";
import { type CockpitInput, cockpitPage } from "../../../../app/presenters/cockpit-page/cockpit-page";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { DAY, HOUR } from "../../../../app/vitals/time";
import {
  CHANGES,
  changesOf,
  comparisonOf,
  timeChange,
  trendOf,
} from "../../presenters/comparison/comparisons";
import { distributionsOf } from "../../presenters/sketches";
import { NOW, releasesOf, viewOf } from "../../presenters/views";

const VIEW = viewOf(Array.from({ length: 24 }, (_, i) => ({ LCP: [[2000 + 50 * i, 40]] })));
const COMPARISON = comparisonOf({
  routes: new Map([["/a", CHANGES]]),
  trend: trendOf(VIEW, () => ({ n: 90, value: 2_610 })),
});
/** Elements that the document has around the page. */
const OF_THE_DOCUMENT = 12;
const EVIL = '"><script>alert(1)</script>';

function html(changes: Partial<CockpitInput> = {}, query: Partial<CockpitQuery> = {}): string {
  const page = cockpitPage({
    query: { ...DEFAULT_QUERY, compare: COMPARE_PREVIOUS, sort: "regression", ...query },
    ignored: [],
    view: { ok: true, value: VIEW },
    routes: { ok: true, value: [{ route: "/a", metrics: distributionsOf({ LCP: [[3500, 60]] }) }] },
    releases: { ok: true, value: releasesOf({ "2.4.0": NOW - 5 * DAY, "2.4.1": NOW - 30 * HOUR }) },
    comparison: { ok: true, value: COMPARISON },
    origin: "https://cockpit.example",
    scriptPath: "/vitals.js",
    beaconPath: "/readings",
    now: NOW,
    ...changes,
  });
  return renderToStaticMarkup(createElement(Cockpit, { page })).replaceAll("\u202f", " ");
}

/** What is read, without the marks of HTML. */
const text = (markup: string): string => markup.replace(/<[^>]+>/g, "");

/** The metrics' cards. */
const cardsOf = (markup: string): string[] =>
  (/<nav aria-label="Web Vitals">.*?<\/nav>/s.exec(markup)?.[0] ?? "")
    .split("<li class=")
    .slice(1)
    .filter((card) => card.includes("data-metric="));

describe("the main page's HTML while comparing", () => {
  it("says the sentence before the cards, in one paragraph", () => {
    const page = html();
    const sentence = /aria-label="Comparison"[^>]*><p[^>]*>(.*?)<\/p>/.exec(page)?.[1] ?? "";
    expect(text(sentence)).toBe(
      "2.4.1 is slower than 2.4.0 on LCP: p75 2.61 s → 3.00 s, +15% ↑ (+9…+22 %), 12,304 and 11,876 page views, same hours on both releases.",
    );
    expect(page.indexOf('aria-label="Comparison"')).toBeLessThan(page.indexOf('aria-label="Web Vitals"'));
  });

  it("has one badge on a card: colour, sign, arrow and word, or a mark and a word", () => {
    const cards = cardsOf(html());
    expect(cards).toHaveLength(5);
    expect(cards[1]).toMatch(
      /data-tone="worse" title="[^"]*"><strong>\+15% ↑<\/strong> slower<span[^>]*>, live<\/span><\/p>/,
    );
    expect(cards[2]).toMatch(
      /data-tone="better" title="[^"]*"><strong>-0\.01 ↓<\/strong> more stable<span[^>]*>, live<\/span><\/p>/,
    );
    expect(cards[0]).toMatch(
      /data-tone="neutral" title="[^"]*"><strong>≈<\/strong> unchanged<span[^>]*>, live<\/span><\/p>/,
    );
    for (const card of [cards[3], cards[4]]) expect(text(card ?? "")).toContain("· undecided");
    for (const card of cards) expect(card.match(/data-tone=/g)).toHaveLength(1);
  });

  it("has interval, samples and good share of every metric in one table, on demand", () => {
    const details =
      /<details[^>]*><summary[^>]*>Intervals and samples.*?<\/details>/s.exec(html())?.[0] ?? "";
    const rows = (details.match(/<tr.*?<\/tr>/gs) ?? []).map((row) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => text(cell ?? "")),
    );
    expect(rows).toHaveLength(6);
    expect(rows[2]).toEqual([
      "LCP",
      "2.61 s",
      "3.00 s",
      "+15%",
      "+9…+22 %",
      "+15% ↑ slower",
      "11,876",
      "12,304",
      "82 % → 74 % good",
      "",
    ]);
    expect(rows[4]?.at(-1)).toBe("inconclusive, about 1,800 more page views");
    expect(rows[5]?.slice(1, 6)).toEqual(["", "", "", "", "·"]);
    expect(rows[5]?.at(-1)).toBe("too few samples");
  });

  it("names the p75 on cards that show another percentile", () => {
    expect(text(html({}, { percentile: 95 }))).toContain("p75 +15% ↑ slower");
    expect(text(html())).not.toContain("p75 +15% ↑ slower");
  });

  it("has one mark in a cell of the table, whose head sorts by it, and a legend", () => {
    const table = /aria-label="Table of routes"><table.*?<\/table>/s.exec(html())?.[0] ?? "";
    expect(table.match(/data-tone=/g)).toHaveLength(5);
    expect(table).toMatch(
      /<td [^>]*title="slower: \+15% [^"]*" data-tone="worse">\+15% ↑<span class="sr-only[^>]*> slower<\/span><\/td>/,
    );
    expect(table).toMatch(/<td [^>]*data-tone="neutral" data-label="undecided">·<\/td>/);
    expect(table).toContain(" labels:content-[");
    expect(table.match(/aria-sort="descending"/g)).toHaveLength(1);
    expect(table).toMatch(
      /aria-sort="descending"><a [^>]*><span class="sr-only whitespace-pre">LCP <\/span>change/,
    );
    expect(html().match(/Change of the p75:/g)).toHaveLength(1);
  });

  it("draws the baseline dashed under the line, both named, and lists it in the numbers", () => {
    const page = html();
    expect(page).toMatch(
      /<path [^>]*data-line="baseline" d="M[^"]+"><\/path><path [^>]*data-line="current" d="M/,
    );
    expect(page).toMatch(/<foreignObject[^>]*><span [^>]*data-label="2\.4\.1">/);
    expect(page).toMatch(/<foreignObject[^>]*><span [^>]*data-label="2\.4\.0">/);
    expect(page).not.toContain("<text");
    expect(page).toMatch(/<th [^>]*>2\.4\.0 p75<\/th><th [^>]*>2\.4\.1 p75<\/th>/);
    expect(page).toMatch(/<td [^>]*>■ 2\.61 s, n 90<\/td>/);
  });

  it("is the same page, without what compares, where nothing is compared", () => {
    const page = html({ comparison: null }, { compare: null, sort: "impact" });
    for (const absent of ['aria-label="Comparison"', "data-tone", 'data-line="baseline"', "change</a>"]) {
      expect(page).not.toContain(absent);
    }
  });

  it("says why there is no comparison, and keeps its failure to itself", () => {
    const absent = html({
      comparison: {
        ok: true,
        value: { status: "unavailable", current: "2.4.1", baseline: null, reason: "no-previous" },
      },
    });
    expect(text(absent)).toContain("“2.4.1” replaced no other release yet.");
    const failed = html({ comparison: { ok: false, message: "It failed." } });
    expect(failed.match(/role="alert"/g)).toHaveLength(1);
    expect(cardsOf(failed)).toHaveLength(5);
  });

  it("reflects nothing unescaped, and needs no styles of its own", () => {
    const evil = html({
      comparison: { ok: true, value: { ...COMPARISON, current: EVIL, baseline: `${EVIL}2` } },
    });
    expect(evil).not.toContain("<script>");
    expect(evil).not.toMatch(/\sstyle=/);
  });

  it("has each metric's figure before its change, in the table's head as in its rows", () => {
    const table = /aria-label="Table of routes"><table.*?<\/table>/s.exec(html())?.[0] ?? "";
    const rows = (table.match(/<tr.*?<\/tr>/gs) ?? []).map((row) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => text(cell ?? "")),
    );
    expect(rows[1]?.slice(0, 4)).toEqual(["p75 n", "LCP change ↓", "p75 n", "INP change"]);
    expect(rows[2]?.slice(0, 4)).toEqual(["/a", "60", "■ 3.50 s 60", "+15% ↑ slower"]);
  });

  it("is small with 50 routes, half of them on its first page, and has at most 1,200 elements", () => {
    const names = Array.from({ length: 50 }, (_, i) => `/section/${i}/[id]`);
    const metrics = distributionsOf({
      ...{ LCP: [[3500, 60]], INP: [[200, 50]], CLS: [[0.1, 50]], FCP: [[900, 60]], TTFB: [[300, 60]] },
    });
    const all = changesOf({
      TTFB: timeChange(300, 310, 20, {
        verdict: "inconclusive",
        settledBy: { by: "samples", samples: 900 },
      }),
    });
    const page = html({
      routes: { ok: true, value: names.map((route) => ({ route, metrics })) },
      comparison: { ok: true, value: { ...COMPARISON, routes: new Map(names.map((route) => [route, all])) } },
    });
    expect(page.length).toBeLessThan(105_000);
    expect(page.match(/<[a-z]/gi)?.length).toBeLessThanOrEqual(1_200 - OF_THE_DOCUMENT);
    expect(page.match(/<th scope="row"><a [^>]*section/g)).toHaveLength(25);
    expect(text(page)).toContain("Page 1 of 2");
  });
});
