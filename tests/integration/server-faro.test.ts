import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import SQLite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { METRICS } from "../../app/vitals/metrics";
import { NAVIGATION_TYPES } from "../../app/vitals/navigation";
import { idAt } from "../support/measurements";
import {
  ADMIN_API_TOKEN,
  CHROME,
  eventually,
  PATIENT,
  type RunningServer,
  readVitals,
  startServer,
} from "../support/server";
import { startedByTests } from "../support/started";
import { fastestOf } from "../support/timing";

let server: RunningServer;
let store: SQLite.Database;
beforeAll(async () => {
  server = await startServer();
  store = new SQLite(server.databasePath, { readonly: true });
});
afterAll(async () => {
  store?.close();
  await server?.close();
});

const { another, collector } = startedByTests();

function post(
  { origin }: Pick<RunningServer, "origin">,
  body: unknown,
  { headers = {}, path = "/api/analytics/faro" }: { headers?: Record<string, string>; path?: string } = {},
): Promise<Response> {
  return fetch(origin + path, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": CHROME, ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });
}

let made = 0;
function faroBody(values: Record<string, number> = { lcp: 1234.5 }, more: object = {}) {
  made += 1;
  const id = idAt(Date.now(), made);
  return {
    id,
    body: {
      meta: {
        sdk: { name: "faro-web", version: "2.12.1" },
        app: { name: "shop-web", version: "1.42.0" },
        page: { url: "https://shop.example/a?token=t0ps3cret", id: "/workspace/:id" },
      },
      measurements: [
        {
          type: "web-vitals",
          values,
          timestamp: new Date().toISOString(),
          context: { id, navigation_type: "navigate" },
        },
      ],
      ...more,
    },
  };
}

const row = (id: string) =>
  store.prepare("SELECT * FROM web_vitals_raw WHERE id = ?").get(id) as Record<string, unknown> | undefined;
const count = (): number => store.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get() as number;

async function metric({ origin }: Pick<RunningServer, "origin">, line: string): Promise<number | undefined> {
  const text = await (
    await fetch(`${origin}/metrics`, { headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` } })
  ).text();
  const found = text.split("\n").find((candidate) => candidate.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

describe.each(["/api/analytics/faro", "/collect"])("POST %s", (path) => {
  it("is 202 only when it is committed", async () => {
    for (let i = 0; i < 10; i += 1) {
      const { id, body } = faroBody({ lcp: i });
      const { status } = await post(server, body, { path });
      expect(row(id)).toMatchObject({ value: i, route: "/workspace/:id", build_version: "1.42.0" });
      expect(status).toBe(202);
    }
  });

  it("answers the SDK's preflight", async () => {
    const asked = "content-type,idempotency-key,x-api-key,x-faro-session-id,content-encoding";
    const response = await fetch(server.origin + path, {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(response.headers.get("access-control-allow-credentials")).toBe("true");
    expect(response.headers.get("access-control-allow-methods")).toBe("POST");
    const allowed = response.headers.get("access-control-allow-headers")?.toLowerCase().split(", ");
    expect(allowed).toEqual(expect.arrayContaining(asked.split(",")));
    expect(response.headers.get("access-control-max-age")).toBe("86400");
  });

  it.each(["GET", "PUT", "DELETE"])("and %s is 405", async (method) => {
    const response = await fetch(server.origin + path, { method });
    await response.text();
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });
});

it("a page of any origin may read the answer, and when to come again", async () => {
  const response = await post(server, faroBody().body, { headers: { Origin: "https://shop.example" } });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "access-control-allow-origin": "https://shop.example",
    "access-control-expose-headers": expect.stringContaining("Retry-After"),
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "no-store",
  });
  expect(response.headers.has("set-cookie")).toBe(false);
});

it("what is stored is in the figures within two seconds, and has no query in it", async () => {
  const sent: string[] = [];
  const took = await fastestOf(2_000, async () => {
    const { id, body } = faroBody({ ttfb: 321 });
    body.meta.page.id = "/soon";
    sent.push(id);
    await post(server, body);
    await eventually(
      () => readVitals(server, "?range=1h&route=%2Fsoon"),
      ({ current }) => current.metrics.TTFB.n === sent.length,
    );
  });
  expect(took).toBeLessThan(2_000);
  expect(JSON.stringify(sent.map(row))).not.toContain("t0ps3cret");
});

it("a retry counts once, under its key and without", async () => {
  const { body } = faroBody();
  const before = count();
  const ignored = await metric(server, 'vitals_faro_items_ignored_total{kind="events"}');
  const again = { ...body, events: [{ name: "view_changed" }] };
  for (let i = 0; i < 3; i += 1) {
    expect((await post(server, again, { headers: { "Idempotency-Key": "one-key" } })).status).toBe(202);
  }
  expect((await post(server, body)).status).toBe(202);
  expect(count()).toBe(before + 1);
  expect(await metric(server, 'vitals_faro_items_ignored_total{kind="events"}')).toBe((ignored ?? 0) + 1);
});

it("an older report that is sent again does not replace a newer one", async () => {
  const { id, body } = faroBody({ inp: 192 });
  const [first] = body.measurements;
  const newer = { ...first, values: { inp: 408 }, timestamp: new Date(Date.now() + 5_000).toISOString() };
  await post(server, body);
  await post(server, { ...body, measurements: [newer] });
  await post(server, body);
  expect(row(id)).toMatchObject({ value: 408 });
});

it("gzip is unpacked, up to a limit", async () => {
  const headers = { "Content-Encoding": "gzip" };
  const { id, body } = faroBody();
  expect((await post(server, gzipSync(JSON.stringify(body)), { headers })).status).toBe(202);
  expect(row(id)).toBeDefined();
  const bomb = await post(server, gzipSync(Buffer.alloc(8_000_000, " ")), { headers });
  expect(bomb.status).toBe(413);
  expect(await bomb.json()).toEqual({ error: "The body is larger than 1048576 bytes when it is unpacked." });
});

describe("bad input", () => {
  const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
  const vital = (values: string, context = '{"id":"a"}'): string =>
    `{"measurements":[{"type":"web-vitals","values":${values},"context":${context}}]}`;
  it.each<[number, string, string | Uint8Array]>([
    [400, "nothing", ""],
    [400, "no JSON", "{"],
    [400, "HTML", "<script>alert(1)</script>"],
    [400, "an array", "[]"],
    [400, "text", '"x"'],
    [400, "an empty object", "{}"],
    [400, "measurements that are no array", '{"measurements":7}'],
    [400, "NaN", vital('{"lcp":NaN}')],
    [400, "Infinity", vital('{"lcp":1e999}')],
    [400, "a negative value", vital('{"lcp":-1}')],
    [400, "a value nested thirty thousand times", vital(`{"lcp":${deep}}`)],
    [400, "an id nested thirty thousand times", vital('{"lcp":1}', `{"id":${deep}}`)],
    [400, "thirty thousand brackets", "[".repeat(30_000)],
    [400, "a control character in an id", vital('{"lcp":1}', '{"id":"a\\u0000"}')],
    [400, "ten thousand measurements that are none", `{"measurements":[${Array(10_000).fill("1").join()}]}`],
    [400, "bytes that are no UTF-8", Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])],
    [413, "a megabyte and a byte", " ".repeat(1_048_577)],
    [413, "3 MB", " ".repeat(3_000_000)],
    [202, "events of any shape", '{"events":[null,7,{"__proto__":1}],"traces":[[]]}'],
  ])("is %d for %s", async (status, _, body) => {
    const before = count();
    const response = await post(server, body);
    expect(response.status).toBe(status);
    const text = await response.text();
    if (status !== 202)
      expect(JSON.parse(text)).toHaveProperty(text.includes("accepted") ? "dropped" : "error");
    expect(count()).toBe(before);
  });

  it("is 202 with the reasons where some of it was good", async () => {
    const { id, body } = faroBody();
    const [good] = body.measurements;
    const response = await post(server, { ...body, measurements: [{ ...good, values: { lcp: "x" } }, good] });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      accepted: 1,
      dropped: [{ index: 0, reason: "value-not-a-number" }],
    });
    expect(row(id)).toBeDefined();
  });

  it("was no error of the server, and is counted", async () => {
    const errors = server
      .log()
      .split("\n")
      .filter((line) => !line.startsWith('{"level":"info"') && line !== "");
    expect(errors).toEqual([]);
    expect(await metric(server, 'vitals_faro_beacons_total{status="400"}')).toBeGreaterThan(10);
    expect(await metric(server, 'vitals_faro_beacons_total{status="202"}')).toBeGreaterThan(20);
  });
});

it("the key, the origins and the environments of the configuration count", async () => {
  const guarded = await another({
    env: {
      FARO_API_KEY: "demo-key",
      ALLOWED_ORIGINS: "https://shop.example",
      ACCEPT_ENVIRONMENTS: "production",
    },
  });
  const headers = { "X-Api-Key": "demo-key", Origin: "https://shop.example" };
  const statusOf = async (body: unknown, changes: Record<string, string>) => {
    const response = await post(guarded, body, { headers: { ...headers, ...changes } });
    await response.text();
    return response.status;
  };
  const { body } = faroBody();
  expect(await statusOf(body, { "X-Api-Key": "another" })).toBe(401);
  expect(await statusOf(body, { Origin: "https://evil.example" })).toBe(403);
  const staging = faroBody().body;
  expect(await statusOf({ ...staging, meta: { app: { environment: "staging" } } }, {})).toBe(202);
  expect(await statusOf(body, {})).toBe(202);
  const stored = new SQLite(guarded.databasePath, { readonly: true });
  expect(stored.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get()).toBe(1);
  stored.close();
  expect(await metric(guarded, 'vitals_measurements_dropped_total{reason="environment-not-accepted"}')).toBe(
    1,
  );
});

it("a full buffer is 429 with Retry-After, and what was turned away may come again", async () => {
  const small = await another({ env: { INGEST_BUFFER_SIZE: "32" } });
  const { body } = faroBody();
  const [one] = body.measurements;
  // Of one navigation, only one value of a metric would count.
  const many = (length: number) => ({
    ...body,
    measurements: Array.from({ length }, (_, i) => ({
      ...one,
      values: { [METRICS[i % METRICS.length]?.toLowerCase() ?? ""]: 1 },
      context: {
        id: idAt(Date.now(), i),
        navigation_type: NAVIGATION_TYPES[Math.floor(i / METRICS.length)],
      },
    })),
  });
  const response = await post(small, many(33), { headers: { Origin: "https://shop.example" } });
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(response.headers.get("access-control-expose-headers")).toContain("Retry-After");
  expect((await post(small, many(32))).status).toBe(202);
});

describe("a body that is passed on", () => {
  const captured = JSON.parse(
    readFileSync(join(import.meta.dirname, "captures", "faro-2.12.1-requests.json"), "utf8"),
  ) as Array<{ headers: Record<string, string>; body: unknown }>;

  it("arrives unchanged, packed as it was", async () => {
    const there = await collector();
    const passing = await another({ env: { FARO_FORWARD_URL: `${there.origin}/collect/demo-app-key` } });
    for (const { headers, body } of captured) {
      expect((await post(passing, JSON.stringify(body, null, 1), { headers })).status).toBe(202);
    }
    const packed = gzipSync(JSON.stringify(captured[0]?.body));
    await post(passing, packed, { headers: { "Content-Encoding": "gzip" } });
    await eventually(
      () => there.received.length,
      (length) => length === captured.length + 1,
    );
    const sent = captured.map(({ body }) => JSON.stringify(body, null, 1));
    const texts = there.received.map(({ body }) => body.toString());
    for (const text of sent) expect(texts).toContain(text);
    const unpacked = there.received.find(({ headers }) => headers["content-encoding"] === "gzip");
    expect(unpacked?.body.equals(packed)).toBe(true);
    expect(new Set(there.received.map(({ url }) => url))).toEqual(new Set(["/collect/demo-app-key"]));
    expect(there.received.some(({ headers }) => headers["x-faro-session-id"] === "uQh8v8A5ys")).toBe(true);
    expect(JSON.stringify(there.received.map(({ headers }) => headers))).not.toMatch(
      /forwarded|client-address/,
    );
    // A forward counts when its answer is read, after it has arrived.
    await eventually(
      () => metric(passing, 'vitals_faro_forwards_total{outcome="sent"}'),
      (sent) => sent === captured.length + 1,
    );
  });

  it.each([
    ["is down", null],
    [
      "answers HTML with 500",
      (r: Parameters<NonNullable<Parameters<typeof collector>[0]>>[0]) =>
        void r.writeHead(500, { "Content-Type": "text/html" }).end("<h1>No</h1>"),
    ],
    ["never answers", () => {}],
  ] as const)("costs nothing but a counter and a line when the collector %s", async (_, answer) => {
    const url = answer === null ? "http://127.0.0.1:1/collect" : (await collector(answer)).origin;
    const passing = await another({ env: { FARO_FORWARD_URL: url }, imports: [PATIENT] });
    const start = performance.now();
    for (let i = 0; i < 20; i += 1) {
      expect((await post(passing, faroBody().body)).status).toBe(202);
    }
    // Twenty answers that waited for a collector that never answers would take 200 seconds.
    expect(performance.now() - start).toBeLessThan(100_000);
    expect((await fetch(`${passing.origin}/healthz`)).status).toBe(200);
    if (_ !== "never answers") {
      await eventually(
        () => metric(passing, 'vitals_faro_forwards_total{outcome="failed"}'),
        (failed) => failed === 20,
      );
    }
    expect(await passing.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    const complaints = passing
      .log()
      .split("\n")
      .filter((line) => line.includes("FARO_FORWARD_URL"));
    expect(complaints).toHaveLength(1);
    expect(JSON.parse(complaints[0] ?? "")).toMatchObject({ level: "warn", bodies: 1 });
  });
});
