import { describe, expect, it } from "vitest";
import { BeaconError } from "../../../app/ingest/drop-reasons";
import { METRICS } from "../../../app/vitals/metrics";
import { NAVIGATION_TYPES } from "../../../app/vitals/navigation";
import { idAt, NOW } from "../../support/measurements";
import { metric, parse, parseOne } from "./parse";

describe("parseBeacon, wire format 1", () => {
  const beacon = {
    v: 1,
    buildVersion: "2.4.1",
    url: "https://shop.example/workspace/42?token=secret#top",
    library: "web-vitals/6.2.3",
    measurements: [
      metric({
        navigationType: "navigate",
        sequence: 3,
        attribution: { target: "main>img", timeToFirstByte: 180 },
      }),
      metric({ id: idAt(NOW, 2), name: "CLS", value: 0 }),
    ],
  };

  it("returns measurements with all their fields", () => {
    expect(parse(beacon)).toEqual({
      measurements: [
        {
          id: idAt(NOW, 1),
          metric: "LCP",
          value: 1234.5,
          route: "/workspace/[id]",
          buildVersion: "2.4.1",
          device: "desktop",
          navigationType: "navigate",
          receivedAt: NOW,
          sequence: 3,
          library: "web-vitals/6.2.3",
          attribution: { target: "main>img", timeToFirstByte: 180 },
        },
        {
          id: idAt(NOW, 2),
          metric: "CLS",
          value: 0,
          route: "/workspace/[id]",
          buildVersion: "2.4.1",
          device: "desktop",
          navigationType: null,
          receivedAt: NOW,
          sequence: null,
          library: "web-vitals/6.2.3",
          attribution: null,
        },
      ],
      dropped: [],
      ignored: [],
    });
  });

  it("accepts version 1 and no version, and rejects others", () => {
    const { v: _, ...unversioned } = beacon;
    expect(parse(unversioned)).toEqual(parse(beacon));
    for (const v of [2, "1", false, { a: 1 }, [1]]) {
      expect(() => parse({ ...beacon, v })).toThrow(/^Version.* is not known; send 1\.$/);
    }
  });

  it("keeps a named route unchanged", () => {
    for (const route of [
      "/workspace/$id",
      "users#show",
      "<b>",
      "  ",
      "/über/[straße]",
      "route/1?x=1",
      "a".repeat(2048),
    ]) {
      expect(parseOne({ route, url: "https://shop.example/x", measurements: [metric()] }).route).toBe(route);
    }
  });

  it("prefers a measurement's own fields to its beacon's", () => {
    const own = { url: "/basket/7", buildVersion: "2.4.2", library: "other/1" };
    expect(parseOne({ ...beacon, measurements: [metric(own)] })).toMatchObject({
      route: "/basket/[id]",
      buildVersion: "2.4.2",
      library: "other/1",
    });
    const named = { ...beacon, route: "/of-the-beacon", measurements: [metric({ route: "/own" })] };
    expect(parseOne(named).route).toBe("/own");
    expect(parseOne({ ...named, measurements: [metric({ url: "/own" })] }).route).toBe("/of-the-beacon");
  });

  it("treats null and empty labels as absent", () => {
    for (const none of [null, ""]) {
      const given = { buildVersion: none, route: none, url: none, library: none, measurements: [metric()] };
      expect(parseOne(given)).toMatchObject({
        buildVersion: "unknown",
        route: "(unknown)",
        library: "web-vitals/6",
      });
    }
  });
});

describe("parseBeacon with bare metrics of web-vitals", () => {
  const bare = metric({
    rating: "good",
    delta: 1234.5,
    entries: [{ startTime: 1234.5 }],
    navigationType: "soft-navigation",
    navigationURL: "https://shop.example/orders/0f8fad5b-d9cb-469f-a165-70867728950e?x=1",
  });

  it("accepts a single metric", () => {
    expect(parseOne(bare)).toMatchObject({
      route: "/orders/[id]",
      buildVersion: "unknown",
      navigationType: "soft-navigation",
      library: "web-vitals/6",
    });
  });

  it("accepts an array", () => {
    const { measurements } = parse([bare, { ...bare, id: "b", navigationURL: undefined }]);
    expect(measurements.map(({ id, route, library }) => ({ id, route, library }))).toEqual([
      { id: idAt(NOW, 1), route: "/orders/[id]", library: "web-vitals/6" },
      { id: "b", route: "(unknown)", library: null },
    ]);
  });

  it("reads build version and route from the URL parameters", () => {
    const params = { buildVersionParam: "2.4.1", routeParam: "/orders/$order" };
    expect(parseOne(bare, params)).toMatchObject({ buildVersion: "2.4.1", route: "/orders/$order" });
    expect(parseOne({ ...bare, buildVersion: "own", route: "/own" }, params)).toMatchObject({
      buildVersion: "own",
      route: "/own",
    });
    expect(parseOne(bare, { buildVersionParam: "", routeParam: "" })).toMatchObject({
      buildVersion: "unknown",
      route: "/orders/[id]",
    });
  });

  it("derives the route from the referrer without another page", () => {
    const referer = "https://shop.example/products/77?q=1";
    expect(parseOne(metric(), { referer }).route).toBe("/products/[id]");
    expect(parseOne(bare, { referer }).route).toBe("/orders/[id]");
    expect(parseOne({ url: "/from-url", measurements: [bare] }, { referer }).route).toBe("/from-url");
  });

  it("skips URLs that are no page", () => {
    const referer = "https://shop.example/products/77";
    for (const url of [
      "http://[",
      "https://",
      "about:blank",
      "javascript:alert(1)",
      "data:text/html,x",
      7,
      {},
    ]) {
      expect(parseOne({ url, measurements: [metric()] }, { referer }).route, String(url)).toBe(
        "/products/[id]",
      );
      expect(parseOne({ url, measurements: [metric()] }).route, String(url)).toBe("(unknown)");
    }
  });
});

describe("parseBeacon, each measurement", () => {
  it.each(METRICS)("accepts the metric %s", (name) => {
    expect(parseOne(metric({ name, value: 0 }))).toMatchObject({ metric: name, value: 0 });
  });

  it.each(NAVIGATION_TYPES)("accepts the navigation type %s", (navigationType) => {
    expect(parseOne(metric({ navigationType })).navigationType).toBe(navigationType);
  });

  it("accepts values on the bounds, and converts -0 to 0", () => {
    for (const [name, value] of [
      ["LCP", 600_000],
      ["INP", 0],
      ["CLS", 100],
      ["CLS", 5e-324],
    ] as const) {
      expect(parseOne(metric({ name, value })).value).toBe(value);
    }
    expect(parseOne(`{"id":"a","name":"CLS","value":-0}`).value).toBe(0);
    expect(parseOne(`{"id":"a","name":"CLS","value":-0.0e-3}`).value).toBe(0);
  });

  it("ignores invalid parts by name, and keeps the measurement", () => {
    const { measurements, ignored } = parse({
      measurements: [
        metric(),
        metric({
          navigationType: "teleport",
          sequence: 1.5,
          attribution: { target: 5, timeToFirstByte: -1, url: "/a", unknown: {} },
        }),
        metric({ sequence: -1, attribution: "main" }),
        metric({ sequence: Number.MAX_SAFE_INTEGER + 1, attribution: [] }),
      ],
    });
    expect(
      measurements.map(({ navigationType, sequence, attribution }) => [
        navigationType,
        sequence,
        attribution,
      ]),
    ).toEqual([
      [null, null, null],
      [null, null, { url: "/a" }],
      [null, null, null],
      [null, null, null],
    ]);
    expect(ignored).toEqual([
      { index: 1, part: "navigationType", reason: "unknown" },
      { index: 1, part: "sequence", reason: "invalid" },
      { index: 1, part: "attribution.target", reason: "invalid" },
      { index: 1, part: "attribution.timeToFirstByte", reason: "invalid" },
      { index: 2, part: "sequence", reason: "invalid" },
      { index: 2, part: "attribution", reason: "not-an-object" },
      { index: 3, part: "sequence", reason: "invalid" },
      { index: 3, part: "attribution", reason: "not-an-object" },
    ]);
  });

  it("omits an invalid library", () => {
    for (const library of [7, "", "a\nb", "x".repeat(65), null, ["web-vitals/6"]]) {
      expect(parseOne({ library, measurements: [metric({ id: "a" })] }).library).toBeNull();
    }
  });
});

describe("parseBeacon with acceptEnvironments", () => {
  const of = (environment: unknown, own?: unknown) => ({
    environment,
    measurements: [metric(own === undefined ? {} : { environment: own })],
  });
  const accepting = { acceptEnvironments: ["production", "prod"] };

  it("drops measurements of other environments one by one", () => {
    const dropped = [{ index: 0, reason: "environment-not-accepted" }];
    expect(parse(of("staging"), accepting)).toEqual({ measurements: [], dropped, ignored: [] });
    expect(parse(of("production", "staging"), accepting).dropped).toEqual(dropped);
    expect(parse(of(undefined, "staging"), accepting).dropped).toEqual(dropped);
    expect(parse(metric({ environment: "staging" }), accepting).dropped).toEqual(dropped);
  });

  it("keeps accepted environments, and beacons without one", () => {
    for (const beacon of [of("production"), of("prod"), of(undefined), of(7), of("staging", "production")]) {
      expect(parse(beacon, accepting).measurements).toHaveLength(1);
    }
  });

  it("ignores case and surrounding spaces", () => {
    expect(parse(of(" Production "), { acceptEnvironments: ["PRODUCTION"] }).measurements).toHaveLength(1);
  });

  it("accepts every environment without the setting", () => {
    expect(parse(of("staging")).measurements).toHaveLength(1);
  });
});

describe("parseBeacon with an invalid body", () => {
  it.each([
    ["", "The body is empty."],
    [" \n\t ", "The body is empty."],
    ["null", "The body must be a JSON object or an array of metrics."],
    ["7", "The body must be a JSON object or an array of metrics."],
    ['"text"', "The body must be a JSON object or an array of metrics."],
    ["{}", 'The body has neither "measurements" nor the "name" of a metric.'],
    ['{"__proto__":{"name":"LCP"}}', 'The body has neither "measurements" nor the "name" of a metric.'],
    ["[]", "The beacon has no measurements."],
    ['{"measurements":[]}', "The beacon has no measurements."],
    ['{"measurements":{}}', '"measurements" must be an array.'],
    ['{"measurements":"x"}', '"measurements" must be an array.'],
  ])("rejects it with the reason: %s", (text, message) => {
    expect(() => parse(text)).toThrow(new BeaconError(message));
  });

  it.each([
    "{",
    "<html>",
    "NaN",
    '{"id":"a","name":"LCP","value":NaN}',
    '{"id":"a","name":"LCP","value":Infinity}',
    '{"id":"a","name":"LCP","value":-Infinity}',
    '{"id":"a","name":"LCP","value":.5}',
    '{"id":"a","name":"LCP","value":0x10}',
    '{"id":"a","name":"LCP","value":1,}',
    "undefined",
    `{"id":"a\u0000"`,
  ])("rejects invalid JSON: %s", (text) => {
    expect(() => parse(text)).toThrow(BeaconError);
    expect(() => parse(text)).toThrow(/^The body is not JSON: /);
  });

  it("keeps the message short for any size", () => {
    for (const text of [`{"v":"${"x".repeat(60_000)}","measurements":[]}`, `"${"x".repeat(60_000)}`]) {
      try {
        parse(text);
        expect.unreachable();
      } catch (error) {
        expect((error as Error).message.length).toBeLessThan(200);
      }
    }
  });
});
