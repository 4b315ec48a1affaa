import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildQuery,
  COMPARE_PREVIOUS,
  type CockpitQuery,
  type Compare,
  DEFAULT_QUERY,
  NUMBERS,
  PERCENTILES,
  parseQuery,
  QUERY_DEVICES,
  SORTS,
  SPANS,
} from "../../../app/query/cockpit-query";
import { METRICS } from "../../../app/vitals/metrics";
import { NAVIGATION_CLASSES } from "../../../app/vitals/navigation";
import { isCleanText } from "../../../app/vitals/text";
import { HOUR, RANGES, type RangeName } from "../../../app/vitals/time";
import { examples } from "../../support/measurements";

const parse = (search: string) => parseQuery(new URLSearchParams(search));
const read = (search: string): CockpitQuery => parse(search).query;
const written = (query: Partial<CockpitQuery>): string =>
  buildQuery({ ...DEFAULT_QUERY, ...query }).toString();

const NOON = Date.parse("2026-11-22T12:00:00.000Z");

describe("parseQuery", () => {
  it("returns the defaults without known parameters", () => {
    expect(parse("")).toEqual({ query: DEFAULT_QUERY, ignored: [] });
    expect(parse("?utm_source=mail&Range=7d&__proto__=x&constructor=y")).toEqual({
      query: DEFAULT_QUERY,
      ignored: [],
    });
  });

  it("treats empty parameters as absent", () => {
    const names = Object.keys(DEFAULT_QUERY);
    expect(parse(names.map((name) => `${name}=`).join("&"))).toEqual({ query: DEFAULT_QUERY, ignored: [] });
    expect(parse("range=&range=7d")).toEqual({ query: { ...DEFAULT_QUERY, range: "7d" }, ignored: [] });
  });

  it.each<[string, Partial<CockpitQuery>]>([
    ["range=1h", { range: "1h" }],
    ["range=90d", { range: "90d" }],
    ["from=2026-11-22T12:00:00.000Z", { from: NOON }],
    ["from=2026-11-22T13:00%2B01:00&to=2026-11-23", { from: NOON, to: Date.parse("2026-11-23") }],
    ["from=2026-11-22T12:00", { from: NOON }],
    ["from=2026-11-22T13:00&tz=Europe/Berlin", { from: NOON, tz: "Europe/Berlin" }],
    ["tz=America/New_York&to=2026-11-22T07:00:00", { to: NOON, tz: "America/New_York" }],
    ["from=2026-11-22&tz=Asia/Kolkata", { from: NOON - 17.5 * HOUR, tz: "Asia/Kolkata" }],
    // A plus that nobody encoded.
    ["from=2026-11-22T13:00+01:00", { from: NOON }],
    ["release=2.4.1", { release: "2.4.1" }],
    ["release=all", { release: null }],
    ["release=%3Dall", { release: "all" }],
    ["release=%3Dtrue", { release: "true" }],
    ["release=%3D%3Dx", { release: "=x" }],
    ["release=a+b%2Bc", { release: "a b+c" }],
    ["compare=previous", { compare: COMPARE_PREVIOUS, sort: "regression" }],
    ["compare=true&sort=impact", { compare: COMPARE_PREVIOUS, sort: "impact" }],
    ["compare=2.4.0", { compare: { with: "build", buildVersion: "2.4.0" }, sort: "regression" }],
    ["compare=Previous", { compare: { with: "build", buildVersion: "Previous" }, sort: "regression" }],
    ["compare=%3Dprevious", { compare: { with: "build", buildVersion: "previous" }, sort: "regression" }],
    ["compare=%3Dall&release=all", { compare: { with: "build", buildVersion: "all" }, sort: "regression" }],
    ["sort=regression&compare=true", { compare: COMPARE_PREVIOUS, sort: "regression" }],
    ["device=bot", { device: "bot" }],
    ["navigation=bfcache", { navigation: "bfcache" }],
    ["metric=CLS", { metric: "CLS" }],
    ["percentile=99", { percentile: 99 }],
    ["route=%2Fworkspace%2F%5Bid%5D", { route: "/workspace/[id]" }],
    ["route=%3Cscript%3Ealert(1)%3C/script%3E", { route: "<script>alert(1)</script>" }],
    ["tz=Europe/Berlin", { tz: "Europe/Berlin" }],
    ["sort=views&order=asc", { sort: "views", order: "asc" }],
    ["page=7", { page: 7 }],
    ["page=all", { page: "all" }],
    ["q=work+space", { q: "work space" }],
  ])("reads %s", (search, query) => {
    expect(parse(search)).toEqual({ query: { ...DEFAULT_QUERY, ...query }, ignored: [] });
  });

  it.each([
    "0000-01-01T00:00",
    "9999-12-31T23:59",
  ])("returns an instant or null for local times at the ends of the calendar: %s", (time) => {
    for (const tz of ["Asia/Tokyo", "America/New_York", "UTC"]) {
      const { query } = parse(`from=${time}&tz=${tz}`);
      expect(read(buildQuery(query).toString())).toEqual(query);
    }
  });

  it.each([
    ["range", "3x", "24h"],
    ["compare", "all", ""],
    ["sort", "regression", "impact"],
    ["range", "24H", "24h"],
    ["range", "toString", "24h"],
    ["from", "yesterday", ""],
    ["from", "2026-11-22T12", ""],
    ["from", "2026-02-30T12:00", ""],
    ["from", "1795342651500", ""],
    ["to", "2026-02-30", ""],
    ["to", "+275761-01-01", ""],
    ["release", "=", "all"],
    ["release", "x".repeat(2049), "all"],
    ["device", "phone", "all"],
    ["device", "Mobile", "all"],
    ["navigation", "back-forward-cache", "load"],
    ["metric", "FID", "LCP"],
    ["metric", "lcp", "LCP"],
    ["percentile", "80", "75"],
    ["percentile", "75.0", "75"],
    ["percentile", "p75", "75"],
    ["route", "x".repeat(2049), ""],
    ["tz", "Mars/Olympus", "UTC"],
    ["tz", "<b>", "UTC"],
    ["sort", "n", "impact"],
    ["order", "up", "desc"],
    ["page", "0", "1"],
    ["page", "-1", "1"],
    ["page", "1.5", "1"],
    ["page", "1e3", "1"],
    ["page", "01", "1"],
    ["page", "100001", "1"],
    ["page", "9".repeat(400), "1"],
    ["q", "x".repeat(201), ""],
    ["range", "<img src=x onerror=alert(1)>", "24h"],
    ["device", "x".repeat(10_000), "all"],
  ])("uses the default for %s=%.60s, and reports it", (name, value, used) => {
    const { query, ignored } = parse(`?${new URLSearchParams({ [name]: value })}&range2=1`);
    expect(query).toEqual(DEFAULT_QUERY);
    expect(ignored).toEqual([{ param: name, value: value.slice(0, 100), used }]);
  });

  it("keeps all valid parameters beside an invalid one", () => {
    expect(parse("metric=INP&range=no&device=mobile")).toEqual({
      query: { ...DEFAULT_QUERY, metric: "INP", device: "mobile" },
      ignored: [{ param: "range", value: "no", used: "24h" }],
    });
  });

  it("uses the first of repeated parameters, and reports the others", () => {
    expect(parse("metric=INP&metric=CLS&metric=INP")).toEqual({
      query: { ...DEFAULT_QUERY, metric: "INP" },
      ignored: [
        { param: "metric", value: "CLS", used: "INP" },
        { param: "metric", value: "INP", used: "INP" },
      ],
    });
    expect(parse("metric=FID&metric=CLS").query.metric).toBe("LCP");
  });

  it("ignores both ends of a range that ends before it begins", () => {
    const [early, late] = ["2026-11-22T00:00:00.000Z", "2026-11-22T12:00:00.000Z"];
    expect(parse(`from=${late}&to=${early}&range=7d`)).toEqual({
      query: { ...DEFAULT_QUERY, range: "7d" },
      ignored: [
        { param: "from", value: late, used: "7d" },
        { param: "to", value: early, used: "7d" },
      ],
    });
    expect(read(`from=${early}&to=${early}`)).toEqual(DEFAULT_QUERY);
    // The report has the requested values, not the parsed ones.
    expect(parse("from=2026-11-23&to=2026-11-22T13:00&tz=Europe/Berlin").ignored).toEqual([
      { param: "from", value: "2026-11-23", used: "24h" },
      { param: "to", value: "2026-11-22T13:00", used: "24h" },
    ]);
  });

  it.each(["route", "release", "compare"])("ignores a name in %s that can't be stored", (param) => {
    expect(parse(`${param}=a%00`).ignored).toMatchObject([{ param, value: "a\u0000" }]);
  });

  it("accepts any text in any parameter", () => {
    for (const search of [
      "%",
      "%ff=%fe",
      "a=%00&range=%00",
      "&&&===",
      "=".repeat(10_000),
      "tz=%F0%9F%98%80",
    ]) {
      expect(parse(search).query).toEqual(DEFAULT_QUERY);
    }
  });
});

describe("buildQuery", () => {
  it("omits defaults", () => {
    expect(written({})).toBe("");
    expect(written({ range: "7d" })).toBe("range=7d");
  });

  it("writes parameters in one order, for any order of the properties", () => {
    const search = "q=x&device=mobile&range=7d&metric=INP";
    expect(buildQuery(read(search)).toString()).toBe("range=7d&device=mobile&metric=INP&q=x");
  });

  it("marks builds with a reserved name", () => {
    for (const release of ["all", "previous", "true", "=x", "=", "=all"]) {
      expect(written({ release })).toBe(`release=${encodeURIComponent(`=${release}`)}`);
      expect(read(written({ release })).release).toBe(release);
    }
    expect(written({ release: "All" })).toBe("release=All");
  });

  it("normalises its input: writing twice changes nothing", () => {
    const once = buildQuery(read("range=3x&page=1&device=all&metric=CLS&zzz=1&tz=nowhere")).toString();
    expect(once).toBe("metric=CLS");
    expect(buildQuery(read(once)).toString()).toBe(once);
  });
});

describe("parseQuery and buildQuery, for any query", () => {
  const text = (maxLength: number) =>
    fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength }).map((value) => value.toWellFormed()),
      fc.constantFrom("all", "previous", "true", "=", "=all", "==", " ", "&a=b", "<b>", "%41", "+", "\u0000"),
    );
  const name = (maxLength: number) => text(maxLength).filter(isCleanText);
  const instant = fc
    .date({
      min: new Date("0000-01-01T00:00:00.000Z"),
      max: new Date("9999-12-31T23:59:59.999Z"),
      noInvalidDate: true,
    })
    .map((date) => date.getTime());
  const query: fc.Arbitrary<CockpitQuery> = fc
    .record({
      range: fc.constantFrom(...(Object.keys(RANGES) as RangeName[])),
      times: fc.oneof(
        fc.constant([null, null]),
        instant.map((from) => [from, null]),
        instant.map((to) => [null, to]),
        fc.uniqueArray(instant, { minLength: 2, maxLength: 2 }).map((both) => both.sort((a, b) => a - b)),
      ),
      release: fc.option(name(40)),
      compare: fc.option(
        fc.oneof(
          fc.constant(COMPARE_PREVIOUS),
          name(40).map((buildVersion): Compare => ({ with: "build", buildVersion })),
        ),
      ),
      device: fc.constantFrom(...QUERY_DEVICES),
      navigation: fc.constantFrom(...NAVIGATION_CLASSES, "all" as const),
      metric: fc.constantFrom(...METRICS),
      percentile: fc.constantFrom(...PERCENTILES),
      span: fc.constantFrom(...SPANS),
      numbers: fc.constantFrom(...NUMBERS),
      route: fc.option(name(40)),
      tz: fc.constantFrom("UTC", "Europe/Berlin", "Pacific/Auckland", "Asia/Kolkata", "utc"),
      sort: fc.constantFrom(...SORTS),
      order: fc.constantFrom("asc" as const, "desc" as const),
      page: fc.oneof(fc.constant("all" as const), fc.integer({ min: 1, max: 100_000 })),
      q: fc.oneof(fc.constant(""), text(40)),
    })
    .map(({ times: [from = null, to = null], ...rest }) => ({ ...rest, from, to }))
    .filter(({ sort, compare }) => sort !== "regression" || compare !== null);

  it("return the query that was written, through a URL too", () => {
    fc.assert(
      fc.property(query, (asked) => {
        expect(parseQuery(buildQuery(asked))).toEqual({ query: asked, ignored: [] });
        const url = new URL("https://cockpit.example/admin/performance");
        url.search = buildQuery(asked).toString();
        expect(parseQuery(new URL(url.href).searchParams)).toEqual({ query: asked, ignored: [] });
      }),
      examples(2_000),
    );
  });

  it("write the same URL again after reading any text", () => {
    const names = fc.constantFrom(...Object.keys(DEFAULT_QUERY), "other");
    const values = fc.oneof(
      text(30),
      fc.constantFrom("7d", "LCP", "2026-11-22", "asc", "all", "3", "mobile"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values)), (pairs) => {
        const { query: understood } = parseQuery(new URLSearchParams(pairs));
        expect(parseQuery(buildQuery(understood))).toEqual({ query: understood, ignored: [] });
      }),
      examples(2_000),
    );
  });
});
