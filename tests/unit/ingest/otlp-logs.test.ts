import { describe, expect, it } from "vitest";
import { readOtlpLogs } from "../../../app/ingest/otlp-logs";
import { decodeLogsRequest } from "../../../app/ingest/otlp-protobuf";
import { attributes, navigation, request, resourceLogs, toProtobuf, webVital } from "../../support/otlp-logs";

const read = (...records: readonly unknown[]) => readOtlpLogs(request(resourceLogs({}, records)));
const itemsOf = (logs: ReturnType<typeof readOtlpLogs>) =>
  logs.groups.flatMap(({ items }) => items.map(({ item }) => item));
const firstOf = (...records: readonly unknown[]) => itemsOf(read(...records))[0];

describe("readOtlpLogs", () => {
  it("reads a Web Vital's name, value, id and navigation type", () => {
    expect(firstOf(webVital({ name: "inp", value: 208, id: "v5-1-2" }))).toMatchObject({
      name: "INP",
      value: 208,
      id: "v5-1-2",
      navigationType: "navigate",
    });
  });

  it.each([
    ["intValue as a number", { intValue: 42 }, 42],
    ["intValue as a string", { intValue: "42" }, 42],
    ["intValue 0", { intValue: 0 }, 0],
    ['intValue "0"', { intValue: "0" }, 0],
    ["doubleValue", { doubleValue: 0.125 }, 0.125],
    ["doubleValue as a string", { doubleValue: "1.5e2" }, 150],
    ["doubleValue NaN", { doubleValue: "NaN" }, undefined],
    ["an empty string", { intValue: "" }, undefined],
    ["hexadecimal", { intValue: "0x10" }, undefined],
    ["a text", { stringValue: "12" }, "12"],
    ["a list", { arrayValue: { values: [{ intValue: 1 }] } }, undefined],
    ["nothing", {}, undefined],
    ["no AnyValue", 7, undefined],
  ])("reads a value that is %s", (_, value, expected) => {
    const record = webVital();
    const others = record.attributes.filter(({ key }) => key !== "browser.web_vital.value");
    const changed = { ...record, attributes: [...others, { key: "browser.web_vital.value", value }] };
    expect(firstOf(changed)?.value).toBe(expected);
  });

  it("reads build version and environment from the resource", () => {
    const resource = { "service.version": "2.4.1", "deployment.environment.name": "staging" };
    const [group] = readOtlpLogs(request(resourceLogs(resource, [webVital()]))).groups;
    expect(group?.beacon).toEqual({ buildVersion: "2.4.1", environment: "staging" });
  });

  it("reads the former attribute of the environment", () => {
    const old = { "deployment.environment": "old" };
    const both = { ...old, "deployment.environment.name": "new" };
    const environments = readOtlpLogs(
      request(resourceLogs(old, [webVital()]), resourceLogs(both, [webVital()])),
    ).groups.map(({ beacon }) => beacon.environment);
    expect(environments).toEqual(["old", "new"]);
  });

  it.each([
    ["nanoseconds in a string", "1795392000123456789", 1_795_392_000_123_456],
    ["nanoseconds in a number, beyond 2^53", Number("1795392000123456789"), 1_795_392_000_123_456],
    ["the largest fixed64", "18446744073709551615", undefined],
    ["0, which is unknown", "0", undefined],
    ["an empty string", "", undefined],
    ["a negative number", -5, undefined],
    ["a text", "yesterday", undefined],
    ["thirty digits", "9".repeat(30), undefined],
    ["nothing", undefined, undefined],
  ])("returns a sequence in microseconds for %s", (_, observedTimeUnixNano, sequence) => {
    expect(firstOf(webVital({}, { observedTimeUnixNano }))?.sequence).toBe(sequence);
  });

  it("orders reports that are a microsecond apart", () => {
    const [a, b] = ["1795392000000001000", "1795392000000002000"].map(
      (observedTimeUnixNano) => firstOf(webVital({}, { observedTimeUnixNano }))?.sequence,
    );
    expect(Number(b) - Number(a)).toBe(1);
  });

  describe("the page of a Web Vital", () => {
    const vitalWith = (more: Record<string, string>) => webVital({ more });
    const before = navigation("https://shop.example/before");
    it.each<[string, Record<string, string>, object]>([
      [
        "http.route",
        { "http.route": "/p/[id]", "url.full": "https://shop.example/p/1" },
        { route: "/p/[id]" },
      ],
      [
        "url.full",
        { "url.full": "https://shop.example/p/1", "url.path": "/q" },
        { url: "https://shop.example/p/1" },
      ],
      ["url.path", { "url.path": "/q/2" }, { url: "/q/2" }],
      ["url.path where url.full is no page", { "url.full": "about:blank", "url.path": "/q" }, { url: "/q" }],
      [
        "the document",
        { "browser.document.url.full": "https://shop.example/d" },
        { url: "https://shop.example/d" },
      ],
      ["the navigation before it", {}, { url: "https://shop.example/before" }],
    ])("comes from %s", (_, more, expected) => {
      expect(firstOf(before, vitalWith(more))).toMatchObject(expected);
    });

    it("is null without any of them", () => {
      expect(firstOf(webVital())?.url).toBeUndefined();
    });

    it("does not come from a later navigation", () => {
      expect(
        firstOf(webVital(), navigation("/x", { observedTimeUnixNano: "1795392009000000000" }))?.url,
      ).toBe(undefined);
    });

    it("comes from an earlier navigation in a later scope", () => {
      const logs = readOtlpLogs(
        request(resourceLogs({}, [webVital()], [navigation("https://shop.example/a")])),
      );
      expect(itemsOf(logs)[0]?.url).toBe("https://shop.example/a");
    });

    it("does not come from another resource or session", () => {
      const session = (id: string) => ({ "session.id": id });
      const logs = readOtlpLogs(
        request(
          resourceLogs({}, [navigation("/other-browser")]),
          resourceLogs({}, [
            navigation("/other-session", {}, session("b")),
            navigation("/own", {}, session("a")),
            navigation("/other-session-2", {}, session("b")),
            webVital({ more: session("a") }),
            webVital({ more: session("c") }),
          ]),
        ),
      );
      expect(itemsOf(logs).map(({ url }) => url)).toEqual(["/own", undefined]);
    });
  });

  it("reads attribution from the body's JSON", () => {
    const body = { stringValue: JSON.stringify({ target: "main>img", timeToFirstByte: 180 }) };
    expect(firstOf(webVital({}, { body }))?.attribution).toEqual({
      target: "main>img",
      timeToFirstByte: 180,
    });
  });

  it.each([
    ["text", { stringValue: "LCP was 1234" }],
    ["broken JSON", { stringValue: '{"target":' }],
    ["a number", { intValue: 7 }],
    ["a list", { stringValue: "[1]" }],
    ["nothing", undefined],
  ])("ignores a body that is %s", (_, body) => {
    expect(firstOf(webVital({}, { body }))?.attribution).toBeUndefined();
  });

  it("reads the fields of a body of older semantic conventions", () => {
    const body = {
      kvlistValue: { values: attributes({ name: "cls", value: 0.2, id: "v3-1-2", delta: 0.2 }) },
    };
    expect(firstOf({ eventName: "browser.web_vital", body })).toMatchObject({
      name: "CLS",
      value: 0.2,
      id: "v3-1-2",
    });
  });

  it("reads the event's name from its attribute", () => {
    const { eventName: _, ...record } = webVital({ more: { "event.name": "browser.web_vital" } });
    expect(firstOf(record)?.name).toBe("LCP");
  });

  it("counts ignored records by event", () => {
    const event = (eventName: string) => ({ eventName });
    const { groups, ignored } = read(
      event("browser.resource_timing"),
      event("browser.resource_timing"),
      event("made.up"),
      event("fid"),
      navigation("/a"),
      webVital({ name: "fid" }),
      { body: { stringValue: "a log line" } },
      7,
      null,
    );
    expect(groups).toEqual([]);
    expect(Object.fromEntries(ignored)).toEqual({
      "browser.resource_timing": 2,
      "browser.navigation": 1,
      fid: 1,
      other: 5,
    });
  });

  it("numbers records across resources and scopes", () => {
    const logs = readOtlpLogs(
      request(
        resourceLogs({}, [navigation("/a"), webVital()], [webVital()]),
        resourceLogs({}, []),
        resourceLogs({}, [{}, webVital()]),
      ),
    );
    expect(logs.groups.map(({ items }) => items.map(({ index }) => index))).toEqual([[1, 2], [4]]);
  });

  it("groups the records of one resource by user agent", () => {
    const { groups } = readOtlpLogs(
      request(
        resourceLogs({ "user_agent.original": "A", "browser.mobile": true }, [
          webVital(),
          webVital({ more: { "user_agent.original": "B" } }),
          webVital(),
        ]),
      ),
    );
    expect(groups.map(({ userAgent, mobile, items }) => [userAgent, mobile, items.length])).toEqual([
      ["A", true, 2],
      ["B", true, 1],
    ]);
  });

  it.each([
    ["a list", []],
    ["a text", "x"],
    ["nothing", null],
    ["resourceLogs that are no array", { resourceLogs: {} }],
    ["scopeLogs that are no array", { resourceLogs: [{ scopeLogs: "x" }] }],
    ["logRecords that are no array", { resourceLogs: [{ scopeLogs: [{ logRecords: 1 }] }] }],
  ])("throws for %s", (_, body) => {
    expect(() => readOtlpLogs(body)).toThrow(/must be/);
  });

  it.each([
    ["an empty request", {}],
    ["unknown fields", { resourceLogs: [{ other: 1, scopeLogs: [null, 1, {}] }], more: [] }],
    ["fields that are null", { resourceLogs: [{ resource: null, scopeLogs: null }] }],
  ])("returns nothing for %s", (_, body) => {
    expect(readOtlpLogs(body)).toEqual({ groups: [], ignored: new Map() });
  });

  it("refuses more than twenty thousand log records", () => {
    expect(() => read(...Array(20_000).fill({}))).toThrow("20000 at most");
    expect(read(...Array(19_000).fill({})).ignored.get("other")).toBe(19_000);
  });

  it("finds the page of each Web Vital among thousands of navigations", () => {
    const at = (i: number) => ({
      observedTimeUnixNano: String(1_795_392_000_000_000_000n + BigInt(i) * 1_000_000n),
    });
    const records = Array.from({ length: 19_000 }, (_, i) =>
      i % 2 === 0 ? navigation(`/page-${i}`, at(i)) : webVital({}, at(i)),
    );
    const items = itemsOf(read(...records));
    expect(items).toHaveLength(9_500);
    expect(items.at(-1)?.url).toBe("/page-18998");
  });
});

describe("decodeLogsRequest", () => {
  const body = request(
    resourceLogs({ "service.version": "2.4.1", "browser.mobile": false }, [
      navigation("https://shop.example/a"),
      webVital({ value: 42 }, { body: { stringValue: '{"target":"main"}' } }),
      webVital({ name: "cls", value: 0 }),
      { body: { kvlistValue: { values: attributes({ name: "cls" }) } } },
      { body: { arrayValue: { values: [{ arrayValue: { values: [{ intValue: 1 }] } }] } } },
    ]),
  );

  it("returns the same as OTLP/JSON", () => {
    expect(readOtlpLogs(decodeLogsRequest(toProtobuf(body)))).toEqual(readOtlpLogs(body));
  });

  it("keeps nanoseconds and 64-bit integers exact", () => {
    const exact = webVital({}, { observedTimeUnixNano: "1795392000123456789" });
    expect(decodeLogsRequest(toProtobuf(request(resourceLogs({}, [exact]))))).toMatchObject({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ observedTimeUnixNano: "1795392000123456789" }] }] }],
    });
  });

  it("decodes an empty body to an empty request", () => {
    expect(decodeLogsRequest(new Uint8Array())).toEqual({});
  });

  const deep = (tag: number) => {
    let bytes = Buffer.alloc(0);
    for (let i = 0; i < 2_000; i += 1) {
      const size: number[] = [];
      for (let rest = bytes.length; ; rest >>= 7) {
        size.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      bytes = Buffer.concat([Buffer.from([i % 2 === 0 ? tag : 0x0a, ...size]), bytes]);
    }
    return bytes;
  };
  it.each([
    ["a length beyond the end", Uint8Array.from([0x0a, 0x50, 1])],
    ["JSON", Buffer.from('{"resourceLogs":[]}')],
    ["a varint without end", new Uint8Array(64).fill(0xff)],
    ["a field number 0", Uint8Array.from([0x00, 0x00])],
    ["a group", Uint8Array.from([0x0b, 0x0c])],
    ["a hundred thousand groups", new Uint8Array(100_000).fill(0x0b)],
    ["a message that ends after its parent", Uint8Array.from([0x0a, 0x02, 0x0a, 0x05, 1, 1, 1, 1, 1])],
    ["a field that ends after its message", Uint8Array.from([0x0a, 0x02, 0x1a, 0x04, 1, 1, 1, 1])],
  ])("throws for %s", (_, bytes) => {
    expect(() => decodeLogsRequest(bytes)).toThrow("is not an ExportLogsServiceRequest in protobuf");
  });

  it("accepts two thousand levels of nesting", () => {
    expect(() => readOtlpLogs(decodeLogsRequest(deep(0x12)))).not.toThrow(RangeError);
    expect(() => {
      try {
        decodeLogsRequest(deep(0x32));
      } catch (error) {
        if ((error as Error).name !== "BeaconError") throw error;
      }
    }).not.toThrow();
  });
});
