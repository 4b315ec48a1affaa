import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import SQLite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY } from "../../app/vitals/time";
import { idAt } from "../support/measurements";
import { resourceLogs, webVital } from "../support/otlp-logs";
import { RawConnection } from "../support/raw-http";
import {
  ADMIN_API_TOKEN,
  CHROME,
  eventually,
  postBeacon,
  type RunningServer,
  readVitals,
  startServer,
} from "../support/server";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

type Sent = {
  what: string;
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
};

const ORIGIN = { Origin: "https://shop.example" };
const JSON_TYPE = { "Content-Type": "application/json" };

const lcp = (changes: Record<string, unknown> = {}) => ({
  id: "c1",
  name: "LCP",
  value: 1234.5,
  navigationType: "navigate",
  sequence: 1,
  attribution: { target: "main>img" },
  ...changes,
});

const beacon = (...measurements: unknown[]): string =>
  JSON.stringify({
    v: 1,
    buildVersion: "2.4.1",
    url: "https://shop.example/workspace/42",
    route: "/workspace/[id]",
    library: "web-vitals/6.2.3",
    age: 1200,
    measurements,
  });

const faroBody = JSON.stringify({
  meta: { page: { url: "https://shop.example/a" }, app: { version: "2.4.1" } },
  measurements: [
    {
      type: "web-vitals",
      values: { lcp: 1200 },
      timestamp: "2026-11-22T10:00:00.000Z",
      context: { id: "v5-f1" },
    },
  ],
});

const otlpBody = JSON.stringify({ resourceLogs: [resourceLogs({ "service.name": "shop" }, [webVital()])] });

/** Requests whose answers must be the same from both servers. */
const REQUESTS: readonly Sent[] = [
  { what: "a beacon of a page of another origin", path: "/readings", headers: ORIGIN, body: beacon(lcp()) },
  { what: "a beacon without an origin", path: "/api/analytics/web-vitals", body: beacon(lcp()) },
  {
    what: "a bare metric with URL parameters",
    path: "/readings?build_version=1&route=/a",
    body: JSON.stringify({ id: "c2", name: "CLS", value: 0 }),
  },
  {
    what: "a partly bad beacon",
    path: "/readings",
    headers: ORIGIN,
    body: beacon(lcp(), lcp({ name: "TBT" })),
  },
  { what: "a bad beacon", path: "/readings", body: beacon(lcp({ value: -1 })) },
  { what: "an ignored part", path: "/readings", body: beacon(lcp({ navigationType: "teleport" })) },
  {
    what: "a measurement that is too late",
    path: "/readings",
    body: beacon(lcp({ id: idAt(Date.UTC(2020, 0), 1), age: 400 * DAY })),
  },
  {
    what: "a list that is compressed",
    path: "/readings",
    headers: { "Accept-Encoding": "gzip" },
    body: beacon(...Array.from({ length: 40 }, () => ({}))),
  },
  { what: "no body", path: "/readings", headers: ORIGIN },
  { what: "a body that is not JSON", path: "/readings", body: "{" },
  { what: "a body that is not UTF-8", path: "/readings", body: Uint8Array.of(0x22, 0xff, 0x22) },
  { what: "a body of another type", path: "/readings", headers: { "Content-Type": "image/png" }, body: "{}" },
  {
    what: "a compressed beacon",
    path: "/readings",
    headers: { "Content-Encoding": "gzip" },
    body: gzipSync(beacon(lcp())),
  },
  { what: "a body that is too large", path: "/readings", headers: ORIGIN, body: "x".repeat(70_000) },
  {
    what: "an origin of a foreign kind",
    path: "/readings",
    headers: { Origin: "null" },
    body: beacon(lcp()),
  },
  {
    what: "headers of a proxy",
    path: "/readings",
    headers: { ...ORIGIN, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "a b" },
    body: beacon(lcp()),
  },
  {
    what: "a forged origin",
    path: "/readings",
    headers: { "X-Request-Origin": "https://evil.example" },
    body: beacon(lcp()),
  },
  { what: "another case and a slash", path: "/Readings/", body: beacon(lcp()) },
  { what: "an encoded path", path: "/%72eadings", body: beacon(lcp()) },
  ...["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"].flatMap((method) => [
    { what: `${method} of beacons`, method, path: "/readings", headers: ORIGIN },
    { what: `${method} of the script`, method, path: "/vitals.js" },
  ]),
  { what: "POST of the script", path: "/vitals.js", body: "{}" },
  { what: "a preflight without an origin", method: "OPTIONS", path: "/v1/logs" },
  { what: "a Faro body", path: "/collect", headers: { ...ORIGIN, ...JSON_TYPE }, body: faroBody },
  {
    what: "a compressed Faro body",
    path: "/api/analytics/faro",
    headers: { ...JSON_TYPE, "Content-Encoding": "gzip" },
    body: gzipSync(faroBody),
  },
  { what: "no Faro body", path: "/collect", headers: JSON_TYPE, body: "[]" },
  { what: "Faro's preflight", method: "OPTIONS", path: "/collect", headers: ORIGIN },
  { what: "OTLP as JSON", path: "/v1/logs", headers: { ...ORIGIN, ...JSON_TYPE }, body: otlpBody },
  { what: "OTLP of another type", path: "/v1/logs", headers: { "Content-Type": "text/html" }, body: "x" },
  {
    what: "OTLP that can't be decoded",
    path: "/v1/logs",
    headers: { "Content-Type": "application/x-protobuf" },
    body: Uint8Array.of(255),
  },
  { what: "the script", method: "GET", path: "/vitals.js" },
  {
    what: "the script, compressed",
    method: "GET",
    path: "/vitals.js",
    headers: { "Accept-Encoding": "gzip, br" },
  },
  { what: "the script that is known", method: "GET", path: "/vitals.js", headers: { "If-None-Match": "*" } },
  { what: "the script of another version", method: "GET", path: "/vitals/0123456789abcdef.js" },
  { what: "no script", method: "GET", path: "/vitals/0123456789abcdef.css" },
];

/** A whole answer without the time; a long body as its digest. */
async function answerTo(
  server: RunningServer,
  { method = "POST", path, headers, body = "" }: Sent,
): Promise<string> {
  const bytes = Buffer.from(body);
  const lines = Object.entries({
    Host: "vitals.example",
    "User-Agent": CHROME,
    "Content-Type": "text/plain",
    ...(method === "POST" && { "Content-Length": String(bytes.byteLength) }),
    ...headers,
    Connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const connection = await RawConnection.open(server.port);
  connection.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  if (method === "POST") connection.write(bytes);
  const answer = await connection.closed();
  connection.destroy();
  const [head = "", ...rest] = answer.replace(/^Date: .*$/m, "Date: then").split("\r\n\r\n");
  const content = rest.join("\r\n\r\n");
  return `${head}\n\n${content.length < 1_000 ? content : createHash("sha256").update(content).digest("hex")}`;
}

describe.each<[string, Record<string, string>, (sent: Sent) => Sent]>([
  ["as they are installed", {}, (sent) => sent],
  [
    "behind a proxy, below a path and with own names",
    {
      TRUST_PROXY: "loopback",
      BASE_PATH: "/watch",
      SCRIPT_PATH: "/static/m.js",
      BEACON_PATH: "/static/m",
      ALLOWED_ORIGINS: "https://*.shop.example,https://shop.example",
      FARO_API_KEY: "a key",
    },
    (sent) => ({
      ...sent,
      path: `/watch${sent.path}`
        .replace("/watch/vitals.js", "/watch/static/m.js")
        .replace(/^\/watch\/readings$/, "/static/m"),
      headers: {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "shop.example",
        ...sent.headers,
      },
    }),
  ],
])("the cockpit and the collector, %s", (_, env, adapted) => {
  let cockpit: RunningServer;
  let collector: RunningServer;
  beforeAll(async () => {
    cockpit = await startServer({ env });
    collector = await startServer({ env, program: "collector" });
  });
  afterAll(async () => {
    await collector.close();
    await cockpit.close();
  });

  it.each(
    REQUESTS.map((sent) => [sent.what, sent] as const),
  )("answer %s with the same bytes", async (_, sent) => {
    const answer = await answerTo(collector, adapted(sent));
    expect(answer).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(answer).toBe(await answerTo(cockpit, adapted(sent)));
  });

  // Only the documented spelling is answered before Remix.
  it.each(
    REQUESTS.filter(({ method, path }) => method === undefined && !path.startsWith("/vitals")).map(
      (sent) => [sent.what, sent] as const,
    ),
  )("answer %s with the same bytes as its route of Remix", async (_, sent) => {
    const spelled = { ...sent, path: sent.path.replace(/^[^?]*[^?/]/, "$&/") };
    expect(await answerTo(cockpit, adapted(spelled))).toBe(await answerTo(cockpit, adapted(sent)));
  });
});

describe("a collector beside a cockpit on one file", () => {
  let folder: TemporaryFolder;
  let cockpit: RunningServer;
  let collector: RunningServer;
  let store: SQLite.Database;
  beforeAll(async () => {
    folder = temporaryFolder();
    const databasePath = `${folder.path}/vitals.db`;
    cockpit = await startServer({ databasePath });
    collector = await startServer({
      databasePath,
      program: "collector",
      env: { PROFILING_ENABLED: "1", PROFILING_TARGETS_TOKEN: "token-of-the-profiles" },
    });
    store = new SQLite(databasePath);
  });
  afterAll(async () => {
    store.close();
    await collector.close();
    await cockpit.close();
    folder.remove();
  });

  it("stores what the cockpit folds and shows", async () => {
    expect((await postBeacon(collector, beacon(lcp({ id: "beside-1" })))).status).toBe(204);
    const { current } = await eventually(
      () => readVitals(cockpit),
      ({ current: { metrics } }) => metrics.LCP.n > 0,
    );
    expect(current.metrics.LCP.n).toBe(1);
  });

  it("reports its health without a fold of its own", async () => {
    const response = await fetch(`${collector.origin}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: "ok",
      reasons: [],
      database: "reachable",
      bufferDepth: 0,
      foldLagSeconds: null,
    });
  });

  it("has figures of its own for those with a token", async () => {
    const figures = (headers: Record<string, string>) => fetch(`${collector.origin}/metrics`, { headers });
    expect((await figures({})).status).toBe(401);
    expect((await figures({ Authorization: "Bearer vitals_none" })).status).toBe(401);
    const response = await figures({ Authorization: `Bearer ${ADMIN_API_TOKEN}` });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toMatch(/^vitals_beacons_total\{status="204"\} 1$/m);
    // Nobody else knows the sources of its beacons.
    expect(text).toMatch(/^vitals_dominated_hours_total 0$/m);
    expect(text).toMatch(/^vitals_largest_source_ratio 0$/m);
  });

  it("has no page", async () => {
    for (const path of ["/", "/login", "/admin/performance", "/build/nothing.js"]) {
      const response = await fetch(`${collector.origin}${path}`);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.json()).toEqual({
        error: "This is a collector: it has the endpoints for beacons and the browser script only.",
      });
    }
  });

  it("has the routes of profiling, like any other service", async () => {
    const state = (token: string) =>
      fetch(`${collector.origin}/admin/profiling`, { headers: { Authorization: `Bearer ${token}` } });
    expect((await state("another-token-of-16")).status).toBe(401);
    expect((await state("token-of-the-profiles")).status).toBe(200);
  });

  it("holds beacons while another program locks the file for ten seconds", async () => {
    store.exec("BEGIN IMMEDIATE");
    const waiting = ["held-1", "held-2"].map((id) => postBeacon(collector, beacon(lcp({ id }))));
    await collector.logged("a batch of measurements waits for another writer");
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect((await fetch(`${collector.origin}/vitals.js`)).status).toBe(200);
    store.exec("COMMIT");
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([204, 204]);
    expect(store.prepare("SELECT count(*) FROM web_vitals_raw WHERE id LIKE 'held-%'").pluck().get()).toBe(2);
  });

  it("stores everything that it answered before a clean end", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `end-${i}`);
    const answers = ids.map((id) =>
      postBeacon(collector, beacon(lcp({ id }))).then(
        ({ status }) => ({ id, status }),
        () => ({ id, status: 0 }),
      ),
    );
    await Promise.race(answers);
    const { code } = await collector.kill("SIGTERM");
    expect(code).toBe(0);
    expect(collector.log()).toContain("shut down cleanly");
    const stored = new Set(store.prepare("SELECT id FROM web_vitals_raw").pluck().all());
    const acknowledged = (await Promise.all(answers)).filter(({ status }) => status === 204);
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const { id } of acknowledged) expect(stored).toContain(id);
  });
});
