import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BeaconContext, type BeaconRules, checkMeasurements } from "../../../app/ingest/beacon";
import { parseFaroBody } from "../../../app/ingest/faro-body";
import { idAt, NOW } from "../../support/measurements";
import { CONTEXT, RULES } from "./parse";

const TIMESTAMP = "2026-11-22T10:17:30.250Z";
const META = {
  sdk: { name: "faro-web", version: "2.12.1" },
  app: { name: "shop-web", version: "1.42.0", environment: "production" },
  page: { url: "https://shop.example/workspace/42?token=secret#part", id: "/workspace/:id" },
  session: { id: "3JnAWNHVuq" },
};

/** A measurement as SDK 2 makes it. */
const vital = (values: object, context: object | undefined = {}, more: object = {}) => ({
  type: "web-vitals",
  values,
  timestamp: TIMESTAMP,
  ...(context !== undefined && {
    context: { id: idAt(NOW, 1), rating: "good", navigation_type: "navigate", ...context },
  }),
  ...more,
});

/** As SDK 1 makes it where it tracks no attribution. */
const bare = (values: object, more: object = {}) => ({
  type: "web-vitals",
  values,
  timestamp: TIMESTAMP,
  ...more,
});

function parse(body: unknown, circumstances: Partial<BeaconContext & BeaconRules> = {}) {
  const { unchecked, ignored } = parseFaroBody(typeof body === "string" ? body : JSON.stringify(body));
  return {
    ...checkMeasurements(unchecked, { ...CONTEXT, ...circumstances }, { ...RULES, ...circumstances }),
    ignoredKinds: ignored,
  };
}

const nothing = { measurements: 0, events: 0, logs: 0, exceptions: 0, spans: 0 };

describe("parseFaroBody", () => {
  it("converts a measurement to a metric of web-vitals", () => {
    const { measurements, dropped, ignored } = parse({
      meta: META,
      measurements: [
        vital(
          { lcp: 400, delta: 400, element_render_delay: 269.7, time_to_first_byte: 130.3 },
          { element: "#title" },
        ),
      ],
    });
    expect({ dropped, ignored }).toEqual({ dropped: [], ignored: [] });
    expect(measurements).toEqual([
      {
        id: idAt(NOW, 1),
        metric: "LCP",
        value: 400,
        route: "/workspace/:id",
        buildVersion: "1.42.0",
        device: "desktop",
        navigationType: "navigate",
        receivedAt: NOW,
        sequence: Date.parse(TIMESTAMP),
        library: "web-vitals/6",
        attribution: { target: "#title", timeToFirstByte: 130.3, elementRenderDelay: 269.7 },
      },
    ]);
  });

  it("renames the attribution of every metric", () => {
    const { measurements } = parse({
      meta: META,
      measurements: [
        vital(
          { inp: 408, delta: 216, input_delay: 1, processing_duration: 402, presentation_delay: 5 },
          {
            id: "a",
            interaction_target: "#btn",
            interaction_type: "pointer",
            load_state: "complete",
            longest_script_subpart: "processing-duration",
            longest_script_source_url: "https://cdn.example/a.js?sig=secret",
            longest_script_invoker: "BUTTON#btn.onclick",
          },
        ),
        vital(
          { cls: 0.1, delta: 0.1, largest_shift_value: 0.09, largest_shift_time: 6167 },
          { id: "b", largest_shift_target: "#hero" },
        ),
        vital({ fcp: 400, delta: 400, first_byte_to_fcp: 270, time_to_first_byte: 130 }, { id: "c" }),
        vital({ ttfb: 130, delta: 130, request_duration: 129, waiting_duration: 1 }, { id: "d" }),
        vital({ lcp: 1, delta: 1 }, { id: "e", resource_url: "https://cdn.example/a.png?sig=secret" }),
      ],
    });
    expect(measurements.map(({ metric, attribution }) => [metric, attribution])).toEqual([
      [
        "INP",
        {
          interactionTarget: "#btn",
          interactionType: "pointer",
          inputDelay: 1,
          processingDuration: 402,
          presentationDelay: 5,
          longestScriptURL: "https://cdn.example/a.js",
          longestScriptSubpart: "processing-duration",
          loadState: "complete",
        },
      ],
      ["CLS", { largestShiftTarget: "#hero", largestShiftValue: 0.09, largestShiftTime: 6167 }],
      ["FCP", { timeToFirstByte: 130, firstByteToFCP: 270 }],
      ["TTFB", { waitingDuration: 1, requestDuration: 129 }],
      ["LCP", { url: "https://cdn.example/a.png" }],
    ]);
  });

  it("keeps a value of zero", () => {
    const { measurements } = parse({ meta: META, measurements: [vital({ cls: 0, delta: 0 })] });
    expect(measurements).toMatchObject([{ metric: "CLS", value: 0, attribution: null }]);
  });

  it.each<[string, object, string, string]>([
    ["the page's id", {}, "/workspace/:id", "1.42.0"],
    ["the URL's path", { page: { url: "https://shop.example/products/42?x=1" } }, "/products/[id]", "1.42.0"],
    ["the URL's path when the id is empty", { page: { id: "", url: "/a/7" } }, "/a/[id]", "1.42.0"],
    ["nothing where there is no page", { page: undefined }, "(unknown)", "1.42.0"],
    ["nothing where the page is no object", { page: "x" }, "(unknown)", "1.42.0"],
    ["no build where the app has no version", { app: { name: "shop" } }, "/workspace/:id", "unknown"],
    ["no build where there is no app", { app: null }, "/workspace/:id", "unknown"],
  ])("reads the route from %s", (_, meta, route, buildVersion) => {
    const { measurements } = parse({ meta: { ...META, ...meta }, measurements: [vital({ lcp: 1 })] });
    expect(measurements).toMatchObject([{ route, buildVersion }]);
  });

  it("accepts a body without meta", () => {
    expect(parse({ measurements: [vital({ lcp: 1 })] }).measurements).toMatchObject([
      { route: "(unknown)", buildVersion: "unknown" },
    ]);
  });

  it("drops a measurement of an environment that is not accepted", () => {
    const body = { meta: META, measurements: [vital({ lcp: 1 })] };
    expect(parse(body, { acceptEnvironments: ["production"] }).measurements).toHaveLength(1);
    expect(parse(body, { acceptEnvironments: ["live"] }).dropped).toEqual([
      { index: 0, reason: "environment-not-accepted" },
    ]);
  });

  it("drops invalid measurements by their index, and keeps the others", () => {
    const { measurements, dropped } = parse({
      meta: META,
      measurements: [
        { type: "custom", values: { lcp: 7 } },
        vital({ lcp: -1 }),
        7,
        vital({ lcp: "1" }, { id: "a" }),
        vital({ lcp: 1 }, { id: 7 }),
        vital({ delta: 1 }),
        vital([1] as unknown as object),
        vital({ fcp: 1 }, { id: "good" }),
      ],
    });
    expect(measurements.map(({ id }) => id)).toEqual(["good"]);
    expect(dropped).toEqual([
      { index: 1, reason: "value-out-of-range" },
      { index: 2, reason: "not-an-object" },
      { index: 3, reason: "value-not-a-number" },
      { index: 4, reason: "invalid-id" },
      { index: 5, reason: "unknown-metric" },
      { index: 6, reason: "unknown-metric" },
    ]);
  });

  it("accepts 100 Web Vitals, not counting other measurements", () => {
    const others = Array.from({ length: 200 }, () => ({ type: "custom", values: { a: 1 } }));
    const vitals = Array.from({ length: 101 }, (_, i) => vital({ lcp: i }, { id: `id-${i}` }));
    const { measurements, dropped, ignoredKinds } = parse({
      meta: META,
      measurements: [...others, ...vitals],
    });
    expect(measurements).toHaveLength(100);
    expect(dropped).toEqual([{ index: 300, reason: "too-many-measurements" }]);
    expect(ignoredKinds).toEqual({ ...nothing, measurements: 200 });
  });
});

describe("parseFaroBody with a measurement without an id", () => {
  const sent = (meta: object, ...measurements: object[]) => parse({ meta, measurements }).measurements;

  it("derives an id that contains its time, and names the SDK", () => {
    const [one] = sent({ ...META, sdk: { version: "1.19.0" } }, bare({ cls: 0.09 }));
    expect(one).toMatchObject({
      metric: "CLS",
      value: 0.09,
      library: "faro-web-sdk/1.19.0",
      navigationType: null,
    });
    expect(one?.id).toMatch(new RegExp(`^v0-${Date.parse(TIMESTAMP)}-\\d+$`));
  });

  it("derives equal ids for equal reports only", () => {
    const ids = [
      sent(META, bare({ cls: 0.09 })),
      sent({ ...META, sdk: undefined }, bare({ cls: 0.09 })),
      sent(META, bare({ cls: 0.091 })),
      sent(META, bare({ lcp: 0.09 })),
      sent(META, bare({ cls: 0.09 }, { timestamp: "2026-11-22T10:17:30.251Z" })),
      sent(META, bare({ cls: 0.09 }, { timestamp: undefined })),
      sent({ ...META, session: { id: "another" } }, bare({ cls: 0.09 })),
      sent({ ...META, page: { url: "https://shop.example/" } }, bare({ cls: 0.09 })),
    ].map(([one]) => one?.id);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(ids.length - 1);
  });

  it("drops a late measurement by its time", () => {
    const late = bare({ lcp: 1 }, { timestamp: "2026-11-01T00:00:00.000Z" });
    expect(parse({ meta: META, measurements: [late] }).dropped).toEqual([{ index: 0, reason: "too-late" }]);
  });
});

describe("parseFaroBody with items that are no Web Vitals", () => {
  it("counts them by kind", () => {
    const span = { traceId: "a", spanId: "b" };
    const { measurements, ignoredKinds } = parse({
      meta: META,
      measurements: [{ type: "custom", values: { a: 1 } }, bare({ fid: 4.5 }), bare({ lcp: 1 })],
      events: [{ name: "a" }, { name: "b" }],
      logs: [{ message: "a" }],
      exceptions: [{ type: "Error" }, 1, null],
      traces: {
        resourceSpans: [{ scopeSpans: [{ spans: [span, span] }, { spans: [span] }] }, { scopeSpans: [] }],
      },
    });
    expect(measurements).toHaveLength(1);
    expect(ignoredKinds).toEqual({ measurements: 2, events: 2, logs: 1, exceptions: 3, spans: 3 });
  });

  it.each([
    7,
    "x",
    [],
    { resourceSpans: 7 },
    { resourceSpans: [{ scopeSpans: 7 }, null] },
  ])("counts no spans in traces that are %j", (traces) => {
    expect(parse({ traces }).ignoredKinds).toEqual(nothing);
  });
});

describe("parseFaroBody with an invalid body", () => {
  it.each([
    ["", "The body is empty."],
    ["{", /^The body is not JSON/],
    ["7", "The body must be a JSON object."],
    ["null", "The body must be a JSON object."],
    ["[]", "The body must be a JSON object."],
    ["{}", "The body has no measurements, events, logs, exceptions or traces."],
    [JSON.stringify({ meta: META }), /^The body has no measurements/],
    ['{"measurements":[]}', /^The body has no measurements/],
    ['{"measurements":{}}', '"measurements" must be an array.'],
    ['{"measurements":[],"events":"x"}', '"events" must be an array.'],
    ['{"logs":7}', '"logs" must be an array.'],
    ['{"exceptions":true}', '"exceptions" must be an array.'],
    ['{"__proto__":{"measurements":[1]}}', /^The body has no measurements/],
  ])("rejects %s with the reason", (body, message) => {
    expect(() => parse(body)).toThrow(message);
  });

  it("throws nothing but BeaconError for any JSON", () => {
    const anyField = fc.oneof(fc.jsonValue(), fc.constant([vital({ lcp: 1 })]), fc.array(fc.jsonValue()));
    const anyVital = fc.record({
      type: fc.constant("web-vitals"),
      values: fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom("lcp", "cls", "inp"), fc.jsonValue())),
      context: fc.jsonValue(),
      timestamp: fc.jsonValue(),
    });
    const body = fc.record(
      {
        meta: fc.oneof(
          fc.jsonValue(),
          fc.record({
            app: fc.jsonValue(),
            page: fc.jsonValue(),
            sdk: fc.jsonValue(),
            session: fc.jsonValue(),
          }),
        ),
        measurements: fc.oneof(anyField, fc.array(anyVital)),
        events: anyField,
        traces: anyField,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (value) => {
        try {
          const { measurements, dropped } = parse(value);
          expect(measurements.length + dropped.length).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect((error as Error).name).toBe("BeaconError");
        }
      }),
    );
  });

  it("accepts any nesting depth", () => {
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    for (const body of [
      `{"measurements":[{"type":"web-vitals","values":{"lcp":${deep}}}],"meta":{"page":${deep},"session":{"id":${deep}}}}`,
      `{"measurements":[{"type":"web-vitals","values":{"lcp":1},"context":{"element":${deep}}}]}`,
      `{"traces":${deep}}`,
    ]) {
      expect(parse(body).measurements.length).toBeLessThanOrEqual(1);
    }
  });
});
