import { describe, expect, it } from "vitest";
import { gateResult } from "../../../../app/presenters/api/gate";
import {
  DEFAULT_GATE,
  type GateOptions,
  gateFormat,
  parseGateOptions,
} from "../../../../app/presenters/api/gate-options";
import type {
  Changes,
  ComparisonResult,
  UnavailableComparison,
} from "../../../../app/query/comparison/comparison-result";
import { changeOf, changesOf, comparisonOf, timeChange } from "../comparison/comparisons";

const HREF = "https://cockpit.example/admin/performance?compare=2.4.0";
const UNCHANGED = timeChange(1_000, 1_004, 3, { verdict: "unchanged" });
const SLOWER = timeChange(2_000, 2_400, 6, { verdict: "regression" });
const OPEN = timeChange(2_000, 2_060, 9, {
  verdict: "inconclusive",
  settledBy: { by: "samples", samples: 900 },
});
const FEW = changeOf({ n: { current: 30, baseline: 900 } });
const allOf = (change: Changes["LCP"]): Changes => ({
  ...{ INP: change, LCP: change, CLS: change, FCP: change, TTFB: change },
});
const unchanged = (given: Partial<Changes> = {}): Changes => ({ ...allOf(UNCHANGED), ...given });

const gate = (result: ComparisonResult, options: Partial<GateOptions> = {}) =>
  gateResult(result, { ...DEFAULT_GATE, ...options }, 900, HREF);
const ofSite = (changes: Changes, options: Partial<GateOptions> = {}) =>
  gate(comparisonOf({ changes }), options);
const answer = ({ status, outcome, retryAfter }: ReturnType<typeof gate>) => [status, outcome, retryAfter];

describe("the gate", () => {
  it("passes what is certainly not worse", () => {
    expect(answer(ofSite(unchanged()))).toEqual([200, "pass", null]);
    const better = timeChange(2_000, 1_700, 4, { verdict: "improvement" });
    const passed = ofSite(unchanged({ LCP: better }));
    expect(answer(passed)).toEqual([200, "pass", null]);
    expect(passed.text).toMatch(
      /^pass: 2\.4\.1 is not worse than 2\.4\.0 on INP, LCP, CLS, FCP and TTFB\.\n/,
    );
    expect(passed.text.trim().split("\n")).toHaveLength(6);
  });

  it("refuses a regression, whatever else is open, and says it first", () => {
    const refused = ofSite(unchanged({ INP: OPEN, LCP: SLOWER, TTFB: FEW }));
    expect(answer(refused)).toEqual([409, "regression", null]);
    expect(refused.text.replaceAll("\u202f", " ")).toMatch(
      /^regression: 2\.4\.1 is slower than 2\.4\.0 on LCP: p75 2\.00 s → 2\.40 s, \+20% ↑/,
    );
    expect(answer(ofSite(unchanged({ LCP: SLOWER }), { metrics: ["INP", "CLS"] }))).toEqual([
      200,
      "pass",
      null,
    ]);
  });

  it("says when to ask again what is not clear yet, and refuses it where that is wanted", () => {
    expect(answer(ofSite(unchanged({ FCP: OPEN })))).toEqual([202, "inconclusive", 900]);
    expect(answer(ofSite(unchanged({ FCP: FEW })))).toEqual([202, "not-enough-data", 900]);
    expect(answer(ofSite(unchanged({ FCP: FEW }), { inconclusive: "fail" }))).toEqual([
      409,
      "not-enough-data",
      900,
    ]);
    expect(answer(ofSite(unchanged(), { inconclusive: "fail" }))).toEqual([200, "pass", null]);
    const changed = { ...OPEN, reason: "library-changed" } as const;
    expect(answer(ofSite(allOf(changed)))).toEqual([202, "inconclusive", null]);
  });

  it("wants as many samples as it is told", () => {
    const strict = ofSite(unchanged({ LCP: SLOWER }), { minSamples: 20_000 });
    expect(answer(strict)).toEqual([202, "not-enough-data", 900]);
    expect(strict.text).toContain("min-samples asks for 20,000 on each side.");
    expect(answer(ofSite(unchanged({ LCP: SLOWER }), { minSamples: 1_000 }))[0]).toBe(409);
  });

  it("judges routes instead of the site, or all of them besides", () => {
    const routes = new Map([
      ["/a", unchanged({ LCP: SLOWER })],
      ["/b", unchanged()],
      ["/c,d", unchanged()],
      ["/few", allOf(FEW)],
    ]);
    const result = comparisonOf({ changes: unchanged(), routes });
    const status = (wanted: GateOptions["routes"]) => answer(gate(result, { routes: wanted })).slice(0, 2);
    expect(status(null)).toEqual([200, "pass"]);
    expect(status(["/a"])).toEqual([409, "regression"]);
    expect(status(["/b,/a"])).toEqual([409, "regression"]);
    expect(status(["/c,d", "/b"])).toEqual([200, "pass"]);
    expect(status(["/few"])).toEqual([202, "not-enough-data"]);
    expect(status(["/b", "/nowhere"])).toEqual([202, "not-enough-data"]);
    expect(gate(result, { routes: ["/nowhere"] }).text).toContain("/nowhere: no page view of both releases");
    const all = gate(result, { routes: "all" });
    expect(answer(all).slice(0, 2)).toEqual([409, "regression"]);
    expect(all.text).toContain("regression: /a: 2.4.1 is slower than 2.4.0 on LCP");
    routes.delete("/a");
    expect(status("all")).toEqual([200, "pass"]);
  });

  it("knows what it can't judge", () => {
    const none = (reason: UnavailableComparison["reason"]) =>
      answer(gate({ status: "unavailable", current: "9.9", baseline: null, reason }));
    expect(none("unknown-release")).toEqual([404, "unknown-release", null]);
    expect(none("unknown-baseline")).toEqual([404, "unknown-release", null]);
    expect(none("no-previous")).toEqual([202, "not-enough-data", 900]);
    expect(none("release-not-in-view")).toEqual([202, "not-enough-data", 900]);
    expect(none("same-release")).toEqual([202, "not-enough-data", null]);
    expect(none("baseline-gone")).toEqual([202, "not-enough-data", null]);
  });

  it("says the same as JSON", () => {
    const { json } = ofSite(changesOf());
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json).toMatchObject({
      outcome: "regression",
      retryAfterSeconds: null,
      comparison: { current: "2.4.1", baseline: "2.4.0", windows: "concurrent", reason: null },
    });
    expect(json.judged.map(({ route, metric, verdict }) => [route, metric, verdict])).toEqual([
      [null, "INP", "unchanged"],
      [null, "LCP", "regression"],
      [null, "CLS", "improvement"],
      [null, "FCP", "inconclusive"],
      [null, "TTFB", "not-enough-data"],
    ]);
    expect(json.judged[1]).toMatchObject({ percent: 15, interval: { low: 8.5, high: 21.5 } });
  });
});

describe("the gate's parameters", () => {
  const parse = (search: string) => parseGateOptions(new URLSearchParams(search));

  it("have defaults, and empty ones are absent", () => {
    expect(parse("metrics=&routes=&min-samples=&inconclusive=")).toEqual({ options: DEFAULT_GATE });
  });

  it("are read", () => {
    expect(
      parse("metrics=TTFB,LCP&metrics=INP&routes=/a&routes=/b&min-samples=1000&inconclusive=fail"),
    ).toEqual({
      options: {
        metrics: ["INP", "LCP", "TTFB"],
        routes: ["/a", "/b"],
        minSamples: 1000,
        inconclusive: "fail",
      },
    });
    expect(parse("routes=all")).toMatchObject({ options: { routes: "all" } });
  });

  it.each([
    [
      "metrics=LCP,lcp2",
      "metrics can't be “lcp2”; it takes names of INP, LCP, CLS, FCP, TTFB, with commas between them.",
    ],
    [
      "metrics=,",
      "metrics can't be “”; it takes names of INP, LCP, CLS, FCP, TTFB, with commas between them.",
    ],
    ["routes=all&routes=/a", 'routes is "all" and others besides; give one or the other.'],
    ["min-samples=-1", "min-samples can't be “-1”; it takes a whole number, such as 1000."],
    ["min-samples=1e3", "min-samples can't be “1e3”; it takes a whole number, such as 1000."],
    ["min-samples=1&min-samples=2", "min-samples is given 2 times; give it once."],
    ["inconclusive=maybe", "inconclusive can't be “maybe”; it takes pass or fail."],
    ["metric=LCP", "metric is no parameter of the gate: use metrics, which takes several."],
    ["route=/a", "route is no parameter of the gate: use routes."],
    [
      "percentile=95",
      "percentile is no parameter of the gate: a gate judges the 75th, which the thresholds are for.",
    ],
    [
      "min_samples=5",
      "min_samples is no parameter of the gate: the gate reads metrics, routes, min-samples, inconclusive, format, release, compare, device, navigation, range, from, to, tz.",
    ],
    ["format=xml", "format can't be “xml”; it takes text, json or markdown."],
  ])("name what can't be used: %s", (search, problem) => {
    expect(parse(search)).toEqual({ problem });
  });

  it("may stand in a cockpit's URL, whose sort, page and chart change no verdict", () => {
    expect(parse("release=1&sort=LCP&order=asc&page=2&q=x&span=range&percentile=75&metric=")).toEqual(
      parse(""),
    );
  });

  it.each([
    { name: "format=json", search: "format=json", accept: null, format: "json" },
    { name: "format=markdown", search: "format=markdown", accept: "application/json", format: "markdown" },
    { name: "format=text over a header", search: "format=text", accept: "application/json", format: "text" },
    { name: "a header", search: "", accept: "application/json", format: "json" },
    {
      name: "a header among others",
      search: "",
      accept: "text/html, application/json;q=0.9",
      format: "json",
    },
    { name: "a header for Markdown", search: "", accept: "text/markdown", format: "markdown" },
    { name: "any type", search: "", accept: "*/*", format: "text" },
    { name: "no header", search: "", accept: null, format: "text" },
  ])("choose the format by $name", ({ search, accept, format }) => {
    expect(gateFormat(new URLSearchParams(search), accept)).toBe(format);
  });
});
