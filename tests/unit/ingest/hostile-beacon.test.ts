import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BeaconError, DROP_REASONS } from "../../../app/ingest/drop-reasons";
import { MAX_VALUE, METRICS } from "../../../app/vitals/metrics";
import { isCleanText } from "../../../app/vitals/text";
import { DAY } from "../../../app/vitals/time";
import { examples, idAt, NOW } from "../../support/measurements";
import { metric, parse, parseOne } from "./parse";

const GOOD = metric({ id: "good" });

/** What is dropped of a body that has one bad measurement between two good ones, which must survive. */
function reasonFor(bad: unknown): string {
  const { measurements, dropped } = parse({ measurements: [GOOD, bad, GOOD] });
  expect(measurements.map(({ id }) => id)).toEqual(["good", "good"]);
  expect(dropped.map(({ index }) => index)).toEqual([1]);
  return dropped[0]?.reason ?? "none";
}

const HUGE = "x".repeat(1024 * 1024);

describe("parseBeacon with one bad measurement", () => {
  it.each<[string, unknown, string]>([
    ["null", null, "not-an-object"],
    ["a number", 7, "not-an-object"],
    ["a text", "LCP", "not-an-object"],
    ["an array", [metric()], "not-an-object"],
    ["no name", metric({ name: undefined }), "unknown-metric"],
    ["a metric of another kind", metric({ name: "TBT" }), "unknown-metric"],
    ["another case", metric({ name: "lcp" }), "unknown-metric"],
    ["a name from the prototype", metric({ name: "toString" }), "unknown-metric"],
    ["a name that is an array", metric({ name: ["LCP"] }), "unknown-metric"],
    ["no value", metric({ value: undefined }), "value-not-a-number"],
    ["a value that is null", metric({ value: null }), "value-not-a-number"],
    ["a value that is a text", metric({ value: "1234" }), "value-not-a-number"],
    ["a value that is a boolean", metric({ value: true }), "value-not-a-number"],
    ["a value that is an array", metric({ value: [1] }), "value-not-a-number"],
    ["a negative value", metric({ value: -1 }), "value-out-of-range"],
    ["the smallest negative value", metric({ value: -5e-324 }), "value-out-of-range"],
    ["more than ten minutes", metric({ value: 600_000.0001 }), "value-out-of-range"],
    ["a CLS over 100", metric({ name: "CLS", value: 100.00001 }), "value-out-of-range"],
    ["an absurd value", metric({ value: 1.7e308 }), "value-out-of-range"],
    ["no id", metric({ id: undefined }), "invalid-id"],
    ["an empty id", metric({ id: "" }), "invalid-id"],
    ["an id that is a number", metric({ id: 7 }), "invalid-id"],
    ["an id of 129 characters", metric({ id: "x".repeat(129) }), "invalid-id"],
    ["an id of a megabyte", metric({ id: HUGE }), "invalid-id"],
    ["an id with a line feed", metric({ id: "a\nb" }), "invalid-id"],
    ["an id with a lone surrogate", metric({ id: "a\ud800" }), "invalid-id"],
    ["a route with a NUL", metric({ route: "/a\u0000" }), "invalid-route"],
    ["a route with a C1 control", metric({ route: "/a\u0085" }), "invalid-route"],
    ["a route with a lone surrogate", metric({ route: "/\udfff" }), "invalid-route"],
    ["a route of 2,049 characters", metric({ route: "x".repeat(2049) }), "invalid-route"],
    ["a route that is a number", metric({ route: 7 }), "invalid-route"],
    ["a route that is an object", metric({ route: { toString: "x" } }), "invalid-route"],
    ["a build version with a tab", metric({ buildVersion: "2.4\t1" }), "invalid-build-version"],
    ["a build version with a lone surrogate", metric({ buildVersion: "\ud83d" }), "invalid-build-version"],
    ["a build version that is a number", metric({ buildVersion: 2.4 }), "invalid-build-version"],
    ["a build version of a megabyte", metric({ buildVersion: HUGE }), "invalid-build-version"],
    ["an id whose first report is gone", metric({ id: idAt(NOW - 7 * DAY - 1, 1) }), "too-late"],
  ])("drops only this one: %s", (_, bad, reason) => {
    expect(reasonFor(bad)).toBe(reason);
    expect(DROP_REASONS).toContain(reason);
  });

  it("drops a number beyond the range of a double", () => {
    const text = `{"measurements":[{"id":"a","name":"LCP","value":1e400},{"id":"b","name":"LCP","value":-1e400}]}`;
    expect(parse(text).dropped).toEqual([
      { index: 0, reason: "value-out-of-range" },
      { index: 1, reason: "value-out-of-range" },
    ]);
  });

  it("accepts only the first 32", () => {
    const items = Array.from({ length: 33 }, (_, i) => metric({ id: `m${i}`, route: `/${i}` }));
    const { measurements, dropped } = parse({ measurements: items });
    expect(measurements).toHaveLength(32);
    expect(dropped).toEqual([{ index: 32, reason: "too-many-measurements" }]);
    expect(parse(items).dropped).toEqual(dropped);
  });

  it("counts ten thousand without checking them", () => {
    const { measurements, dropped } = parse(`[${Array(10_000).fill("0").join()}]`);
    expect(measurements).toEqual([]);
    expect(dropped.filter(({ reason }) => reason === "not-an-object")).toHaveLength(32);
    expect(dropped.filter(({ reason }) => reason === "too-many-measurements")).toHaveLength(9_968);
  });
});

describe("parseBeacon with times in ids", () => {
  it("drops ids older than the raw retention", () => {
    expect(parse(metric({ id: idAt(NOW - 7 * DAY, 1) })).dropped).toEqual([]);
    expect(parse(metric({ id: idAt(NOW - 7 * DAY - 1, 1) })).dropped).toEqual([
      { index: 0, reason: "too-late" },
    ]);
    const shorter = { tooLateBefore: (at: number) => at - DAY };
    expect(parse(metric({ id: idAt(NOW - 2 * DAY, 1) }), shorter).measurements).toEqual([]);
  });

  it("accepts ids ahead of time and ids without a time", () => {
    for (const id of [idAt(NOW + 400 * DAY, 1), "v6-0-1", "1", "v6-1795394560724-x", `x${idAt(0, 1)}`]) {
      expect(parse(metric({ id })).measurements).toHaveLength(1);
    }
  });
});

describe("parseBeacon with the keys of prototypes", () => {
  it("treats them like any other key", () => {
    const text = `{"__proto__":{"buildVersion":"evil"},"constructor":{"prototype":{"polluted":1}},"measurements":
      [{"__proto__":{"name":"LCP","value":1},"id":"a"},
       {"__proto__":{"route":"/evil"},"id":"b","name":"LCP","value":1,
        "attribution":{"__proto__":{"target":"x"},"constructor":"x","target":"main"}}]}`;
    const { measurements, dropped } = parse(text);
    expect(dropped).toEqual([{ index: 0, reason: "unknown-metric" }]);
    expect(measurements).toHaveLength(1);
    expect(measurements[0]).toMatchObject({
      route: "(unknown)",
      buildVersion: "unknown",
      attribution: { target: "main" },
    });
    expect(Object.keys(measurements[0]?.attribution ?? {})).toEqual(["target"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("parseBeacon with deep nesting", () => {
  const deep = (depth: number, inner = "") => `${"[".repeat(depth)}${inner}${"]".repeat(depth)}`;

  it.each([
    ["the body", deep(30_000)],
    ["a measurement", `{"measurements":[${deep(30_000)}]}`],
    ["an attribution", `{"id":"a","name":"LCP","value":1,"attribution":${deep(30_000)}}`],
    ["an attribution's field", `{"id":"a","name":"LCP","value":1,"attribution":{"target":${deep(30_000)}}}`],
    ["the version", `{"v":${deep(30_000)},"measurements":[]}`],
    ["the version, as objects", `{"v":${'{"v":'.repeat(10_000)}1${"}".repeat(10_000)},"measurements":[]}`],
    ["a URL", `{"url":${deep(30_000)},"measurements":[{"id":"a","name":"LCP","value":1}]}`],
    ["a name", `{"name":${deep(30_000)}}`],
    ["an environment", `{"environment":${deep(30_000)},"id":"a","name":"LCP","value":1}`],
  ])("checks it like any other value: %s", (_, text) => {
    try {
      const { measurements, dropped, ignored } = parse(text, { acceptEnvironments: ["production"] });
      expect(measurements.length + dropped.length + ignored.length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(BeaconError);
    }
  });
});

describe("parseBeacon with unusual texts", () => {
  const HTML = `<img src=x onerror="alert('1')">&amp;`;

  it("keeps them unchanged, including HTML", () => {
    const stored = parseOne(
      metric({ id: HTML, route: HTML, buildVersion: HTML, attribution: { target: HTML } }),
    );
    expect(stored).toMatchObject({
      id: HTML,
      route: HTML,
      buildVersion: HTML,
      attribution: { target: HTML },
    });
  });

  it("accepts surrogate pairs, joiners and any script", () => {
    for (const text of ["👩‍👩‍👧", "\u2028", "שלום", "\u00a0", "\ufffd", "\u{10ffff}"]) {
      expect(parseOne(metric({ route: text, buildVersion: text })).route).toBe(text);
    }
  });

  it("returns a clean route for a URL with escaped control characters", () => {
    const { route } = parseOne({
      url: "https://shop.example/a%00b/%0Ac/%ED%A0%80",
      measurements: [metric()],
    });
    expect(route).toBe("/a%00b/%0Ac/%ED%A0%80");
  });

  it("accepts a measurement of a page with a very long path", () => {
    const url = `https://shop.example/${"ab/".repeat(5_000)}`;
    const { measurements, dropped } = parse({ url, measurements: [metric()] });
    expect(dropped).toEqual([]);
    expect(measurements[0]?.route.length).toBeLessThanOrEqual(2048);
  });
});

describe("parseBeacon with arbitrary input", () => {
  const anyField = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(...METRICS, "navigate", 1, 0, -1, "a", "", null, 1e308),
  );
  const anyMetric = fc.record(
    {
      id: anyField,
      name: fc.oneof(fc.constantFrom(...METRICS), anyField),
      value: fc.oneof(fc.double(), anyField),
      navigationType: anyField,
      sequence: anyField,
      route: anyField,
      url: anyField,
      buildVersion: anyField,
      environment: anyField,
      attribution: fc.oneof(
        anyField,
        fc.dictionary(fc.constantFrom("target", "url", "timeToFirstByte"), anyField),
      ),
    },
    { requiredKeys: ["name"] },
  );
  const anyBeacon = fc.oneof(
    fc.jsonValue(),
    anyMetric,
    fc.array(fc.oneof(anyMetric, fc.jsonValue())),
    fc.record({
      v: fc.constantFrom(1, 2),
      url: anyField,
      measurements: fc.oneof(fc.array(anyMetric), anyField),
    }),
  );

  it("rejects the body with a reason, or keeps or drops every measurement, and keeps only valid ones", () => {
    fc.assert(
      fc.property(anyBeacon, (body) => {
        let parsed: ReturnType<typeof parse>;
        try {
          parsed = parse(JSON.stringify(body));
        } catch (error) {
          expect(error).toBeInstanceOf(BeaconError);
          return;
        }
        const indices = parsed.dropped.map(({ index }) => index);
        expect(new Set(indices).size).toBe(indices.length);
        for (const { metric: name, value, id, route, buildVersion, attribution } of parsed.measurements) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(MAX_VALUE[name]);
          expect(Object.is(value, -0)).toBe(false);
          for (const text of [id, route, buildVersion]) expect(text !== "" && isCleanText(text)).toBe(true);
          for (const part of Object.values(attribution ?? {})) {
            expect(typeof part === "number" ? part >= 0 : isCleanText(part)).toBe(true);
          }
        }
      }),
      examples(2_000),
    );
  });

  it("throws nothing but BeaconError for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(BeaconError);
        }
      }),
      examples(1_000),
    );
  });
});
