import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LoopbackCollector, startLoopbackCollector } from "../support/loopback-collector";
import { idAt } from "../support/measurements";
import { type ReceivedSpan, receivedSpans } from "../support/otlp";
import {
  ADMIN_API_TOKEN,
  ADMIN_PASSWORD,
  eventually,
  PATIENT,
  postBeacon,
  type RunningServer,
  startServer,
} from "../support/server";
import { startedByTests } from "../support/started";

/** Spans are sent soon after they ended. */
const SOON = { OTEL_BSP_SCHEDULE_DELAY: "20" };
const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

const { another, collector } = startedByTests();

describe("with an OTLP endpoint", () => {
  let otlp: LoopbackCollector;
  let server: RunningServer;
  beforeAll(async () => {
    otlp = await startLoopbackCollector();
    server = await startServer({
      env: {
        ...SOON,
        OTEL_EXPORTER_OTLP_ENDPOINT: otlp.origin,
        OTEL_SERVICE_NAME: "vitals",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=staging%20two,service.namespace=shop",
        TRUST_PROXY: "loopback",
      },
    });
  });
  afterAll(async () => {
    await server?.close();
    await otlp?.close();
  });

  /** The spans of a trace as soon as its request's own is among them; it ends last. */
  const trace = (traceId: string, enough = (spans: ReceivedSpan[]) => spans.some(isServer)) =>
    eventually(() => receivedSpans(otlp).filter((span) => span.traceId === traceId), enough);
  const isServer = ({ kind }: ReceivedSpan): boolean => kind === "server";

  let calls = 0;
  /** Asks with a `traceparent` of its own, as a browser's telemetry does; gives the answer and the spans. */
  async function ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
    calls += 1;
    const traceId = String(calls).padStart(32, "a");
    const response = await fetch(server.origin + path, {
      redirect: "manual",
      ...init,
      headers: { traceparent: `00-${traceId}-${CALLER.spanId}-01`, ...init.headers },
    });
    await response.text();
    const spans = await trace(traceId);
    return { response, spans, own: spans.find(isServer) };
  }

  const token = { Authorization: `Bearer ${ADMIN_API_TOKEN}` };

  it.each<[string, string, string | undefined, number, RequestInit & { headers?: Record<string, string> }]>([
    ["GET /", "/", "/", 302, {}],
    ["GET /login", "/login?next=%2Fsecret", "/login", 200, {}],
    ["GET /healthz", "/healthz", "/healthz", 200, {}],
    ["GET /vitals/:file", "/vitals/0123.js", "/vitals/:file", 200, {}],
    ["GET /vitals.js", "/vitals.js", "/vitals.js", 200, {}],
    ["GET /admin/performance", "/admin/performance?route=secret", "/admin/performance", 302, {}],
    [
      "GET /api/admin/performance/web-vitals",
      "/api/admin/performance/web-vitals",
      "/api/admin/performance/web-vitals",
      200,
      { headers: token },
    ],
    ["GET /admin/performance", "/admin/performance.data", "/admin/performance", 202, {}],
    ["OPTIONS /collect", "/collect", "/collect", 204, { method: "OPTIONS" }],
    ["POST /collect", "/collect", "/collect", 400, { method: "POST", body: "{" }],
    ["GET", "/there/is/nothing?x=secret", undefined, 404, {}],
    ["GET", "/robots.txt", undefined, 200, {}],
  ])("a request is the span %s, for %s", async (name, path, route, status, init) => {
    const { own } = await ask(path, init);
    expect(own).toMatchObject({ name, kind: "server", isError: false, parentSpanId: CALLER.spanId });
    expect(own?.attributes["http.route"]).toBe(route);
    expect(own?.attributes).toMatchObject({
      "http.request.method": init.method ?? "GET",
      "http.response.status_code": status,
      "url.path": path.split("?")[0],
      "url.scheme": "http",
    });
  });

  it("says who sends it: service, version and environment", async () => {
    const { own } = await ask("/healthz");
    expect(own?.resource).toMatchObject({
      "service.name": "vitals",
      "service.version": expect.stringMatching(/^\d+\.\d+\.\d+$/),
      "service.namespace": "shop",
      "deployment.environment.name": "staging two",
      "telemetry.sdk.name": "opentelemetry",
    });
  });

  it("shows a page's loader, and its statements by name within it", async () => {
    const { spans, own } = await ask("/api/admin/performance/web-vitals?range=1h", { headers: token });
    const loader = spans.find(({ name }) => name === "loader routes/api.admin.performance.web-vitals");
    expect(loader).toMatchObject({ kind: "internal", parentSpanId: own?.spanId, isError: false });
    const statements = spans.filter(({ kind }) => kind === "client");
    expect(statements.map(({ name }) => name)).toContain("selectReleases");
    for (const { name, attributes, parentSpanId } of statements) {
      expect({ attributes, parentSpanId }).toEqual({
        attributes: { "db.system.name": "sqlite", "db.query.summary": name },
        parentSpanId: loader?.spanId,
      });
    }
  });

  it("shows a beacon's commit within it, and the fold in a trace of its own", async () => {
    const beacon = { route: "/traced", measurements: [{ id: idAt(Date.now(), 1), name: "LCP", value: 1 }] };
    const traceId = "b".repeat(32);
    await postBeacon(server, beacon, { headers: { traceparent: `00-${traceId}-${CALLER.spanId}-01` } });
    const spans = await trace(traceId);
    const [commit] = spans.filter(({ name }) => name === "commit");
    const [action] = spans.filter(({ name }) => name === "action routes/api.analytics.web-vitals");
    expect(commit).toMatchObject({ parentSpanId: action?.spanId, attributes: { "vitals.measurements": 1 } });
    expect(spans.find(({ name }) => name === "upsertMeasurements")?.parentSpanId).toBe(commit?.spanId);

    const folds = await eventually(
      () => receivedSpans(otlp).filter(({ name }) => name === "fold"),
      (found) => found.length > 0,
    );
    expect(folds[0]).toMatchObject({ parentSpanId: null, attributes: { "vitals.measurements": 1 } });
    const folded = receivedSpans(otlp).filter(({ traceId: id }) => id === folds[0]?.traceId);
    expect(folded.map(({ name }) => name)).toEqual(expect.arrayContaining(["selectPending", "foldSlice"]));
  });

  it("shows every beacon of many at once in its own trace", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `${"c".repeat(30)}${10 + i}`);
    await Promise.all(
      ids.map((traceId, i) =>
        postBeacon(
          server,
          { measurements: [{ id: idAt(Date.now(), 100 + i), name: "LCP", value: i }] },
          { headers: { traceparent: `00-${traceId}-${CALLER.spanId}-01` } },
        ),
      ),
    );
    for (const traceId of ids) {
      const spans = await trace(traceId);
      const known = new Set(spans.map(({ spanId }) => spanId));
      expect(spans.filter(isServer)).toHaveLength(1);
      for (const span of spans) {
        if (!isServer(span)) expect(known).toContain(span.parentSpanId);
      }
    }
  });

  it("a document says in which trace it was made, and nothing else does", async () => {
    const { response, own } = await ask("/login");
    const [, traceId, spanId] =
      /^traceparent;desc="00-([a-f0-9]{32})-([a-f0-9]{16})-01"$/.exec(
        response.headers.get("server-timing") ?? "",
      ) ?? [];
    expect({ traceId, spanId }).toEqual({ traceId: own?.traceId, spanId: own?.spanId });
    expect((await fetch(`${server.origin}/healthz`)).headers.has("server-timing")).toBe(false);
    const missing = await ask("/there/is/nothing");
    expect(missing.response.headers.get("server-timing")).toContain(missing.own?.traceId);
  });

  it("a caller that doesn't record is followed in that", async () => {
    const traceId = "d".repeat(32);
    const headers = { traceparent: `00-${traceId}-${CALLER.spanId}-00` };
    const response = await fetch(`${server.origin}/login`, { headers });
    await response.text();
    expect(response.headers.get("server-timing")).toMatch(/-00"$/);
    await postBeacon(server, { measurements: [{ id: "unrecorded", name: "LCP", value: 1 }] }, { headers });
    await ask("/healthz");
    expect(receivedSpans(otlp).filter((span) => span.traceId === traceId)).toEqual([]);
    const roots = receivedSpans(otlp).filter(({ parentSpanId }) => parentSpanId === null);
    expect(roots.filter(({ name }) => /^(?:loader|action|commit|upsert)/.test(name))).toEqual([]);
  });

  it.each([
    ["empty", ""],
    ["a letter", "x"],
    ["too short", "00-0-0-01"],
    ["of zeros", `00-${"0".repeat(32)}-${"0".repeat(16)}-01`],
    ["far too long", "00-".padEnd(8_000, "a")],
  ])("a traceparent that is %s begins a trace", async (_, traceparent) => {
    const response = await fetch(`${server.origin}/login`, { headers: { traceparent } });
    await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("server-timing")).toMatch(/00-(?!0{32})[a-f0-9]{32}-/);
  });

  it("no visitor's address, no query, no cookie and no password is in it", async () => {
    await ask("/login?next=%2Fq-s3cret", {
      method: "POST",
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": "192.0.2.77",
        Cookie: "a=c00kie",
        Origin: server.origin,
        "User-Agent": "s3cret-agent",
      },
      body: `password=${encodeURIComponent(ADMIN_PASSWORD)}`,
    });
    const everything = otlp.received.map(({ body }) => body.toString()).join();
    expect(everything).toContain("POST /login");
    expect(everything).not.toMatch(/192\.0\.2\.77|s3cret|c00kie|password of the tests/);
  });
});

it("a failure of the server is an error of its spans, with its name and not its message", async () => {
  const otlp = await collector();
  // A statement that fails: the database is gone from under the server, after its start, which queries it too.
  const server = await another({
    env: { ...SOON, OTEL_EXPORTER_OTLP_ENDPOINT: otlp.origin },
    imports: [
      `data:text/javascript,${encodeURIComponent(`
        import { subscribe } from "node:diagnostics_channel";
        let isAsked = false;
        subscribe("http.server.request.start", ({ request }) => { isAsked ||= request.url.startsWith("/api/admin/"); });
        subscribe("vitals-cockpit:statement", ({ name, phase }) => {
          if (isAsked && name === "selectReleases" && phase === "start") process.emit("break");
        });
        import { createRequire } from "node:module";
        const Database = createRequire(process.cwd() + "/package.json")("better-sqlite3");
        const prepare = Database.prototype.prepare;
        let broken = false;
        process.on("break", () => { broken = true; });
        // Statements stay prepared, so each of them fails from then on.
        Database.prototype.prepare = function (text) {
          const statement = prepare.call(this, text);
          const all = statement.all;
          statement.all = (...values) => {
            if (broken) throw new Error("secret of the database");
            return all.apply(statement, values);
          };
          return statement;
        };`)}`,
    ],
  });
  const response = await fetch(`${server.origin}/api/admin/performance/web-vitals`, {
    headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
  });
  await response.text();
  expect(response.status).toBe(500);
  const spans = await eventually(
    () => receivedSpans(otlp),
    (all) => all.some(({ attributes }) => attributes["http.response.status_code"] === 500),
  );
  const failed = spans.filter(({ isError }) => isError);
  expect(failed.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "selectReleases",
      "loader routes/api.admin.performance.web-vitals",
      "GET /api/admin/performance/web-vitals",
    ]),
  );
  expect(JSON.stringify(spans)).not.toContain("secret of the database");
});

it("protobuf is sent where that is wished, to the very URL that is named", async () => {
  const otlp = await collector();
  const server = await another({
    env: {
      ...SOON,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${otlp.origin}/custom/path`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_EXPORTER_OTLP_HEADERS: "x-scope-orgid=shop",
    },
  });
  const { url, headers } = await eventually(
    () => otlp.received.find(({ body }) => body.includes("GET /healthz")) ?? { url: null, headers: {} },
    (found) => found.url !== null,
  );
  expect(url).toBe("/custom/path");
  expect(headers).toMatchObject({ "content-type": "application/x-protobuf", "x-scope-orgid": "shop" });
  expect(server.log()).not.toContain('"level":"warn"');
});

describe("a collector that", () => {
  it.each<[string, Parameters<typeof startLoopbackCollector>[0] | null]>([
    ["is down", null],
    [
      "answers HTML with 500",
      (response) => void response.writeHead(500, { "Content-Type": "text/html" }).end("<h1>No</h1>"),
    ],
    ["never answers", () => {}],
  ])("%s costs nothing but a counter and a line a minute", async (_, answer) => {
    const url = answer === null ? "http://127.0.0.1:1" : (await collector(answer)).origin;
    const server = await another({
      env: { ...SOON, OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_TIMEOUT: "300" },
      imports: [PATIENT],
    });
    const failures = async (): Promise<number> => {
      const headers = { Authorization: `Bearer ${ADMIN_API_TOKEN}` };
      const text = await (await fetch(`${server.origin}/metrics`, { headers })).text();
      return Number(/^vitals_span_export_failures_total (\d+)$/m.exec(text)?.[1]);
    };
    await eventually(failures, (count) => count >= 2);
    for (let i = 0; i < 20; i += 1) {
      expect((await fetch(`${server.origin}/login`)).status).toBe(200);
    }
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    expect(await server.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    const lines = server.log().split("\n");
    expect(lines.filter((line) => line.includes('"level":"warn"'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("spans could not be sent"))).toHaveLength(1);
  });
});

it("without an endpoint nothing of OpenTelemetry's SDK is loaded, and nothing is said of traces", async () => {
  const list = `
    import { createRequire } from "node:module";
    const { cache } = createRequire(process.cwd() + "/package.json");
    process.on("SIGUSR2", () => {
      const loaded = Object.keys(cache).filter((file) => file.includes("/@opentelemetry/"));
      const packages = new Set(loaded.map((file) => file.split("/@opentelemetry/")[1].split("/")[0]));
      process.stderr.write("loaded: " + JSON.stringify([...packages]) + " of " + Object.keys(cache).length + "\\n");
    });`;
  const imports = [`data:text/javascript,${encodeURIComponent(list)}`];
  const loadedBy = async (env: Record<string, string>) => {
    const server = await another({ imports, env });
    const document = await fetch(`${server.origin}/login`);
    await document.text();
    process.kill(server.pid, "SIGUSR2");
    await server.logged("loaded: ");
    const [, packages = "", files] = /loaded: (\[.*\]) of (\d+)/.exec(server.log()) ?? [];
    expect(Number(files)).toBeGreaterThan(50);
    return { packages: JSON.parse(packages) as string[], timing: document.headers.get("server-timing") };
  };
  // What prom-client itself loads.
  expect(await loadedBy({})).toEqual({ packages: ["api"], timing: null });
  const otlp = await collector();
  const { packages } = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: otlp.origin });
  expect(packages).toEqual(expect.arrayContaining(["api", "core", "resources", "sdk-trace"]));
});

describe("the telemetry of pages", () => {
  const FARO_URL = "https://collector.example/collect/key";
  /** What is new with every start, or with every answer. */
  const document = async ({ origin }: RunningServer, path: string) => {
    const response = await fetch(origin + path);
    return { html: await response.text(), policy: response.headers.get("content-security-policy") };
  };

  it("is one more tag and one more origin where FARO_URL is set, and nothing in the islands' module", async () => {
    const plain = await another({});
    const told = await another({
      env: {
        FARO_URL,
        OTEL_SERVICE_NAME: "vitals",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=a",
      },
    });
    for (const path of ["/login", "/there/is/nothing"]) {
      const without = await document(plain, path);
      const withFaro = await document(told, path);
      const [tag = "", src = ""] =
        /<script async="" type="module" src="([^"]+)"[^>]*><\/script>/.exec(withFaro.html) ?? [];
      expect(tag).toContain(
        `data-faro-url="${FARO_URL}" data-name="vitals" data-version="cockpit-0.1.0" data-environment="a"`,
      );
      expect(withFaro.html.replace(tag, "")).toBe(without.html);
      expect(without.html).not.toMatch(/faro/i);
      expect(withFaro.policy).toBe(
        without.policy?.replace("connect-src 'self'", "connect-src 'self' https://collector.example"),
      );
      const script = await fetch(told.origin + src);
      expect([script.status, script.headers.get("content-type")]).toEqual([
        200,
        expect.stringContaining("javascript"),
      ]);
      await script.text();
    }
    // Every page loads this one.
    const { html } = await document(told, "/login");
    const [, islands = ""] = /src="(\/build\/entry\.client-[^"]+)"/.exec(html) ?? [];
    const module = await (await fetch(told.origin + islands)).text();
    expect(module.length).toBeGreaterThan(10_000);
    expect(module).not.toMatch(/faro|opentelemetry/i);
  });
});
