import { gzipSync } from "node:zlib";
import SQLite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idAt } from "../support/measurements";
import {
  attributes,
  fromProtobuf,
  navigation,
  request,
  resourceLogs,
  toProtobuf,
  webVital,
} from "../support/otlp-logs";
import { ADMIN_API_TOKEN, CHROME, type RunningServer, startServer } from "../support/server";
import { storedAttribution } from "../support/stored-attribution";

let server: RunningServer;
let store: SQLite.Database;
beforeAll(async () => {
  server = await startServer({
    env: { ACCEPT_ENVIRONMENTS: "production", ALLOWED_ORIGINS: "https://*.shop.example" },
  });
  store = new SQLite(server.databasePath, { readonly: true });
});
afterAll(async () => {
  store?.close();
  await server?.close();
});

const JSON_TYPE = "application/json";
const PROTOBUF = "application/x-protobuf";

const post = (body: object | string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.origin}/v1/logs`, {
    method: "POST",
    headers: { "Content-Type": JSON_TYPE, "User-Agent": CHROME, ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });

/** A field of protobuf that holds bytes. */
function nested(tag: number, bytes: Uint8Array): Buffer {
  const size: number[] = [];
  for (let rest = bytes.length; ; rest >>= 7) {
    size.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([tag, ...size]), bytes]);
}

let ids = 0;
const newId = (): string => {
  ids += 1;
  return idAt(Date.now(), ids);
};

const row = (id: string) =>
  store.prepare("SELECT * FROM web_vitals_raw WHERE id = ?").get(id) as Record<string, unknown> | undefined;
const count = (): number => store.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get() as number;

async function metric(line: string): Promise<number> {
  const response = await fetch(`${server.origin}/metrics`, {
    headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
  });
  const found = (await response.text()).split("\n").find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1));
}

describe("POST /v1/logs", () => {
  it("answers 200 and {} only when the Web Vital is committed", async () => {
    for (let value = 0; value < 10; value += 1) {
      const id = newId();
      const resource = { "service.version": "2.4.1", "deployment.environment.name": "production" };
      const body = request(
        resourceLogs(resource, [
          navigation("https://shop.example/p/42?token=t0ps3cret"),
          webVital({ id, value }),
        ]),
      );
      const response = await post(body);
      expect(row(id)).toMatchObject({
        metric: "LCP",
        value,
        route: "/p/[id]",
        build_version: "2.4.1",
        device: "desktop",
        navigation_type: "navigate",
      });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toContain(JSON_TYPE);
      expect(await response.json()).toEqual({});
      expect(JSON.stringify(row(id))).not.toContain("t0ps3cret");
    }
  });

  it("stores attribution of the body's JSON", async () => {
    const id = newId();
    const body = { stringValue: JSON.stringify({ target: "main>img", timeToFirstByte: 180, lcpEntry: {} }) };
    await post(request(resourceLogs({}, [webVital({ id }, { body })])));
    expect(storedAttribution(row(id))).toEqual({ target: "main>img", timeToFirstByte: 180 });
  });

  it("accepts protobuf, as collectors send it, and answers in protobuf", async () => {
    const id = newId();
    const body = gzipSync(toProtobuf(request(resourceLogs({ "service.version": "7" }, [webVital({ id })]))));
    const response = await post(body, { "Content-Type": PROTOBUF, "Content-Encoding": "gzip" });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, PROTOBUF]);
    expect((await response.arrayBuffer()).byteLength).toBe(0);
    expect(row(id)).toMatchObject({ build_version: "7" });
  });

  it("accepts gzip", async () => {
    const id = newId();
    const body = gzipSync(JSON.stringify(request(resourceLogs({}, [webVital({ id })]))));
    expect((await post(body, { "Content-Encoding": "gzip" })).status).toBe(200);
    expect(row(id)).toBeDefined();
  });

  it("keeps the newest of reports that arrive in the wrong order", async () => {
    const id = newId();
    const report = (value: number, observedTimeUnixNano: string) =>
      post(request(resourceLogs({}, [webVital({ id, value }, { observedTimeUnixNano })])));
    await report(408, "1795392000350002000");
    await report(192, "1795392000350001000");
    expect(row(id)).toMatchObject({ value: 408 });
    await report(500, "1795392000350003000");
    expect(row(id)).toMatchObject({ value: 500 });
  });

  it("reports rejected records as partial success, and stores the others", async () => {
    const id = newId();
    const bad = [webVital({ name: "tbt" }), webVital({ value: -1 }), webVital({ value: -1 })];
    const body = request(resourceLogs({}, [navigation("/a"), ...bad, webVital({ id })]));
    const response = await post(body);
    const expected = {
      partialSuccess: {
        rejectedLogRecords: "3",
        errorMessage:
          "Web Vitals that can't be stored: unknown-metric (1), value-out-of-range (2); the first is log record 1.",
      },
    };
    expect([response.status, await response.json()]).toEqual([200, expected]);
    expect(row(id)).toBeDefined();
    const again = await post(toProtobuf(body), { "Content-Type": PROTOBUF });
    const bytes = new Uint8Array(await again.arrayBuffer());
    expect(fromProtobuf(bytes, "ExportLogsServiceResponse")).toEqual(expected);
  });

  it("rejects other environments than ACCEPT_ENVIRONMENTS", async () => {
    const id = newId();
    const resource = { "deployment.environment.name": "staging" };
    const response = await post(request(resourceLogs(resource, [webVital({ id })])));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      partialSuccess: {
        rejectedLogRecords: "1",
        errorMessage: expect.stringContaining("environment-not-accepted"),
      },
    });
    expect(row(id)).toBeUndefined();
  });

  it("counts what is no Web Vital, and answers {}", async () => {
    const event = 'vitals_otlp_records_ignored_total{event="browser.resource_timing"}';
    const before = await metric(event);
    const others = [{ eventName: "browser.resource_timing" }, { eventName: "browser.resource_timing" }];
    const stored = count();
    const response = await post(request(resourceLogs({}, others)));
    expect([response.status, await response.json()]).toEqual([200, {}]);
    expect(await metric(event)).toBe(before + 2);
    expect(await metric('vitals_otlp_records_ignored_total{event="fid"}')).toBe(0);
    expect(count()).toBe(stored);
  });

  it("stores a collector's batch of many browsers, each under its own build, page and device", async () => {
    const visitors = Array.from({ length: 40 }, (_, i) => ({
      id: newId(),
      mobile: i % 2 === 0,
      page: `/page-${i % 4}-x`,
    }));
    const batch = request(
      ...visitors.map(({ id, mobile, page }, i) =>
        resourceLogs(
          {
            "service.version": `3.${i % 3}`,
            ...(i < 20
              ? { "browser.mobile": mobile }
              : {
                  "user_agent.original": `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0${mobile ? " Mobile" : ""} Safari/537.36`,
                }),
          },
          [{ eventName: "browser.console" }],
          [navigation(`https://shop.example${page}`)],
          [webVital({ id, name: "cls", value: 0.01 * i })],
        ),
      ),
    );
    const response = await post(gzipSync(toProtobuf(batch)), {
      "Content-Type": PROTOBUF,
      "Content-Encoding": "gzip",
      "User-Agent": "OpenTelemetry Collector Contrib/0.150.0 (linux/amd64)",
    });
    expect(response.status).toBe(200);
    for (const [i, { id, mobile, page }] of visitors.entries()) {
      expect(row(id)).toMatchObject({
        metric: "CLS",
        route: page,
        build_version: `3.${i % 3}`,
        device: mobile ? "mobile" : i < 20 ? "desktop" : "tablet",
      });
    }
  });

  it("answers an empty request as an empty success", async () => {
    expect(await (await post({})).json()).toEqual({});
    expect((await post(new Uint8Array(), { "Content-Type": PROTOBUF })).status).toBe(200);
  });

  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const inRecord = (fields: string): string =>
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{${fields}}]}]}]}`;
  it.each<[number, number | null, string, string | Uint8Array, Record<string, string>]>([
    [400, 3, "nothing", "", {}],
    [400, 3, "no JSON", "{", {}],
    [400, 3, "an array", "[]", {}],
    [400, 3, "lists that are none", '{"resourceLogs":7}', {}],
    [400, 3, "bytes that are no UTF-8", Uint8Array.from([0x7b, 0xff, 0x7d]), {}],
    [400, 3, "JSON that is said to be gzip", "{}", { "Content-Encoding": "gzip" }],
    [415, 3, "zstd", "{}", { "Content-Encoding": "zstd" }],
    [415, 3, "a form", "a=b", { "Content-Type": "application/x-www-form-urlencoded" }],
    [413, 8, "three megabytes", " ".repeat(3_000_000), {}],
    [413, 8, "a bomb", gzipSync(Buffer.alloc(8_000_000, " ")), { "Content-Encoding": "gzip" }],
    [403, 7, "another origin", "{}", { Origin: "https://evil.example" }],
    [200, null, "a body nested 200,000 times", `{"resourceLogs":${deep}}`, {}],
    [200, null, "an attribute nested 200,000 times", inRecord(`"attributes":${deep}`), {}],
    [200, null, "ten thousand resources", `{"resourceLogs":[${"{},".repeat(10_000)}{}]}`, {}],
    [413, 8, "a hundred thousand resources", `{"resourceLogs":[${"{},".repeat(100_000)}{}]}`, {}],
    [200, null, "properties of prototypes", '{"__proto__":{"resourceLogs":7},"constructor":1}', {}],
    [200, null, "fields of later versions", '{"resourceLogs":[{"entityLogs":[]}],"x":1}', {}],
  ])("answers %d with status code %s for %s", async (status, code, _, body, headers) => {
    const before = count();
    const response = await post(body, headers);
    const answer = (await response.json()) as { code?: number; message?: string };
    expect([response.status, answer.code ?? null]).toEqual([status, code]);
    if (code !== null) expect(answer.message).toMatch(/\.$/);
    expect(count()).toBe(before);
  });

  it("answers undecodable protobuf with a Status in protobuf", async () => {
    const response = await post("{}", { "Content-Type": PROTOBUF });
    expect([response.status, response.headers.get("content-type")]).toEqual([400, PROTOBUF]);
    expect(fromProtobuf(new Uint8Array(await response.arrayBuffer()), "Status")).toMatchObject({
      code: 3,
      message: expect.stringContaining("protobuf"),
    });
  });

  it.each<[string, Uint8Array]>([
    ["a million empty resources", Buffer.alloc(2_000_000, Buffer.from([0x0a, 0x00]))],
    [
      "a million empty log records",
      nested(0x0a, nested(0x12, Buffer.alloc(1_999_900, Buffer.from([0x12, 0x00])))),
    ],
  ])("refuses %s in protobuf, packed to a few kilobytes", async (_, body) => {
    const response = await post(gzipSync(body), { "Content-Type": PROTOBUF, "Content-Encoding": "gzip" });
    expect(response.status).toBe(413);
    expect(fromProtobuf(new Uint8Array(await response.arrayBuffer()), "Status")).toMatchObject({ code: 8 });
  });

  it.each([
    "content-type",
    "content-type,content-encoding",
    "content-type,authorization,x-api-key",
  ])("answers a browser's preflight for %s", async (headers) => {
    const response = await fetch(`${server.origin}/v1/logs`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://www.shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": headers,
      },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "https://www.shop.example",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST",
    });
    const allowed = response.headers.get("access-control-allow-headers")?.toLowerCase().split(", ");
    expect(allowed).toEqual(expect.arrayContaining(headers.split(",")));
  });

  it.each(["GET", "PUT", "DELETE"])("answers %s with 405", async (method) => {
    const response = await fetch(`${server.origin}/v1/logs`, { method });
    await response.text();
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });

  it("never stores what a value's text says", async () => {
    const id = newId();
    const record = webVital({ id });
    const others = record.attributes.filter(({ key }) => key !== "browser.web_vital.value");
    const text = { ...record, attributes: [...others, ...attributes({ "browser.web_vital.value": "12" })] };
    const response = await post(request(resourceLogs({}, [text])));
    expect(await response.json()).toMatchObject({ partialSuccess: { rejectedLogRecords: "1" } });
    expect(row(id)).toBeUndefined();
  });
});
