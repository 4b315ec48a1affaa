import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { METRICS } from "../../app/vitals/metrics";
import { PROJECT_ROOT } from "../support/node-bundle";
import { precisionOf } from "../support/precision";
import { RawConnection } from "../support/raw-http";
import {
  ADMIN_API_TOKEN,
  ADMIN_PASSWORD,
  eventually,
  postBeacon,
  type RunningServer,
  readVitals,
  startServer,
} from "../support/server";
import { signIn } from "../support/sign-in";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await send();
});
afterAll(() => server?.close());

const TOKEN = { Authorization: `Bearer ${ADMIN_API_TOKEN}` };
const get = (path: string, headers: Record<string, string> = TOKEN) =>
  fetch(`${server.origin}${path}`, { headers });

/** 100 values of LCP on one route, 40 of CLS on another one, and a few that are kept apart. */
async function send(): Promise<void> {
  const beacon = async (common: object, measurements: object[]): Promise<void> => {
    // Each of a page view of its own: of one navigation, only one value of a metric would count.
    const views = measurements.map((one, i) => ({ ...one, url: `https://shop.example/${i}` }));
    for (let i = 0; i < views.length; i += 32) {
      const { status } = await postBeacon(server, { ...common, measurements: views.slice(i, i + 32) });
      if (status !== 204) throw new Error(`status ${status}`);
    }
  };
  const values = Array.from({ length: 100 }, (_, i) => ({
    id: `lcp ${i}`,
    name: "LCP",
    value: (i + 1) * 50,
  }));
  await beacon({ route: "/workspace/[id]", buildVersion: "2.4.1" }, values);
  const scores = Array.from({ length: 40 }, (_, i) => ({ id: `cls ${i}`, name: "CLS", value: 0 }));
  await beacon({ route: "/basket", buildVersion: "2.4.0" }, scores);
  await beacon({ route: "/basket", buildVersion: "2.4.0" }, [
    { id: "restored", name: "TTFB", value: 0, navigationType: "back-forward-cache" },
    { id: "soft", name: "LCP", value: 100, navigationType: "soft-navigation" },
  ]);
  const bot = [{ id: "bot", name: "LCP", value: 1 }];
  await postBeacon(
    server,
    { route: "/bot", measurements: bot },
    { headers: { "User-Agent": "Googlebot/2.1" } },
  );
  await eventually(
    () => readVitals(server, "?navigation=all&device=bot"),
    ({ current }) => current.metrics.LCP.n === 1,
  );
}

describe("the JSON twin", () => {
  it("says what was measured", async () => {
    const response = await get("/api/admin/performance/web-vitals?route=%2Fworkspace%2F%5Bid%5D");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { current, previous, delta } = await response.json();
    const { LCP, INP } = current.metrics;
    expect(LCP).toMatchObject({
      unit: "ms",
      n: 100,
      rating: "needs-improvement",
      shares: { good: 0.5, needsImprovement: 0.3, poor: 0.2 },
    });
    for (const [percentile, exact] of Object.entries({ 50: 2500, 75: 3750, 90: 4500, 95: 4750, 99: 4950 })) {
      expect(Math.abs(LCP.percentiles[percentile] - exact)).toBeLessThanOrEqual(precisionOf("LCP", exact));
    }
    expect(INP).toMatchObject({ n: 0, rating: null, shares: null, percentiles: { 75: null } });
    expect([previous, delta]).toEqual([null, null]);
  });

  it("keeps apart what the query keeps apart", async () => {
    const n = async (search: string) =>
      METRICS.map((metric) => metric).reduce(
        async (all, metric) => ({
          ...(await all),
          [metric]: (await readVitals(server, search)).current.metrics[metric].n,
        }),
        Promise.resolve<Record<string, number>>({}),
      );
    expect(await n("")).toEqual({ INP: 0, LCP: 100, CLS: 40, FCP: 0, TTFB: 0 });
    expect(await n("?navigation=all")).toEqual({ INP: 0, LCP: 101, CLS: 40, FCP: 0, TTFB: 1 });
    expect(await n("?navigation=soft")).toMatchObject({ LCP: 1, TTFB: 0 });
    expect(await n("?navigation=bfcache")).toMatchObject({ LCP: 0, TTFB: 1 });
    expect(await n("?device=bot")).toMatchObject({ LCP: 1, CLS: 0 });
    expect(await n("?device=mobile")).toMatchObject({ LCP: 0, CLS: 0 });
    expect(await n("?release=2.4.0")).toMatchObject({ LCP: 0, CLS: 40 });
    expect(await n("?release=2.4.0&route=%2Fworkspace%2F%5Bid%5D")).toMatchObject({ LCP: 0, CLS: 0 });
    expect(await n("?from=2020-01-01&to=2020-01-02")).toMatchObject({ LCP: 0, CLS: 0 });
    for (const range of ["1h", "6h", "24h", "7d", "30d", "90d"]) {
      expect(await n(`?range=${range}`), range).toMatchObject({ LCP: 100, CLS: 40 });
    }
  });

  it("lists routes and releases", async () => {
    const { routes, releases, current } = await readVitals(server, "?sort=route&order=asc");
    expect(routes.map(({ route, n }) => [route, n])).toEqual([
      ["/basket", 40],
      ["/workspace/[id]", 100],
    ]);
    expect(releases.map(({ buildVersion, n }) => [buildVersion, n]).sort()).toEqual([
      ["2.4.0", 40],
      ["2.4.1", 100],
      ["unknown", 0],
    ]);
    expect(current.pageViewsByNavigation).toEqual({ load: 100, prerender: 0, bfcache: 1, soft: 1 });
  });

  it("is never broken by a bad value: the default is used, and it says so", async () => {
    const long = "x".repeat(10_000);
    const { query, ignored } = await readVitals(
      server,
      `?range=3x&metric=%3Cb%3E&page=0&release=${long}&zzz=1`,
    );
    expect(query).toMatchObject({ range: "24h", metric: "LCP", page: 1, release: "all" });
    expect(ignored.map(({ param, used }) => [param, used])).toEqual([
      ["range", "24h"],
      ["release", "all"],
      ["metric", "LCP"],
      ["page", "1"],
    ]);
  });

  it("takes a URL of 30 kB, and of any characters", async () => {
    const response = await get(
      `/api/admin/performance/web-vitals?q=${"%F0%9F%98%80".repeat(2_500)}&route=%00%ff`,
    );
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  });
});

describe("format=svg", () => {
  const IMAGE = "/api/admin/performance/web-vitals?format=svg";

  it.each(["trend", "releases"])("is an image of the chart %s, by token and by session", async (chart) => {
    for (const headers of [TOKEN, { Cookie: await signIn(server, ADMIN_PASSWORD) }]) {
      const response = await get(`${IMAGE}&chart=${chart}&compare=previous`, headers);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      // Opened by itself it is a document: no script, no form, nothing from outside.
      expect(response.headers.get("content-security-policy")).toBe(
        "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      );
      expect(response.headers.has("set-cookie")).toBe(false);
      expect(await response.text()).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*>\n<title>/);
    }
  });

  it("is 401 without access, and 400 for an unknown chart", async () => {
    const attempts: Array<Record<string, string>> = [
      {},
      { Authorization: "Bearer wrong" },
      { Cookie: "session=wrong" },
    ];
    for (const headers of attempts) {
      const response = await get(IMAGE, headers);
      expect(response.status).toBe(401);
      expect(response.headers.get("content-type")).toMatch(/^application\/json/);
      expect(await response.text()).not.toContain("<svg");
    }
    const unknown = await get(`${IMAGE}&chart=pie`);
    expect([unknown.status, await unknown.json()]).toEqual([
      400,
      { error: "With format=svg, chart must be one of trend, releases." },
    ]);
  });
});

describe("the token", () => {
  it.each([
    "/api/admin/performance/web-vitals",
    "/api/admin/releases",
  ])("opens %s, and nothing else does", async (path) => {
    const attempts: Array<Record<string, string>> = [
      {},
      { Authorization: "Bearer wrong" },
      { Authorization: `Bearer ${ADMIN_API_TOKEN}x` },
      { Authorization: `Basic ${ADMIN_API_TOKEN}` },
      { Cookie: `token=${ADMIN_API_TOKEN}` },
    ];
    for (const headers of attempts) {
      const response = await get(path, headers);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await response.text()).not.toContain(ADMIN_API_TOKEN);
    }
    const inUrl = await get(`${path}?token=${ADMIN_API_TOKEN}&access_token=${ADMIN_API_TOKEN}`, {});
    expect(inUrl.status).toBe(401);
    expect((await get(path)).status).toBe(200);
  });

  it("is needed to announce, and a preflight of another site gets no permission", async () => {
    const response = await fetch(`${server.origin}/api/admin/releases`, { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("announcing a release", () => {
  const announce = async (body: unknown): Promise<{ status: number; said: Record<string, unknown> }> => {
    const response = await fetch(`${server.origin}/api/admin/releases`, {
      method: "POST",
      headers: TOKEN,
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, said: await response.json() };
  };
  const listed = async (build: string) => {
    const { releases } = await (await get("/api/admin/releases?page=all")).json();
    return releases.find(({ buildVersion }: { buildVersion: string }) => buildVersion === build);
  };

  it("is 201, and makes an established build of it", async () => {
    const body = { buildVersion: "3.0.0", time: "2026-11-22T10:00:00Z", link: "https://git.example/3.0.0" };
    expect(await announce(body)).toEqual({
      status: 201,
      said: { ...body, time: "2026-11-22T10:00:00.000Z" },
    });
    expect(await listed("3.0.0")).toMatchObject({
      established: true,
      announced: "2026-11-22T10:00:00.000Z",
      link: "https://git.example/3.0.0",
      firstSeen: null,
    });
  });

  it("corrects an earlier announcement of the same build", async () => {
    await announce({ buildVersion: "3.0.1", time: 1_795_000_000_000, link: "https://git.example/wrong" });
    expect((await announce({ buildVersion: "3.0.1", time: "2026-11-22T11:00:00+01:00" })).status).toBe(201);
    expect(await listed("3.0.1")).toMatchObject({ announced: "2026-11-22T10:00:00.000Z", link: null });
  });

  it.each<[string, unknown]>([
    ["buildVersion", {}],
    ["buildVersion", { buildVersion: "a\n" }],
    ["time", { buildVersion: "a", time: "noon" }],
    ["time", { buildVersion: "a", time: "2026-11-22T10:00:00" }],
    ["link", { buildVersion: "a", link: "javascript:alert(1)" }],
    ["body", "{"],
    ["body", "[]"],
  ])("is 400 naming what is wrong with its %s", async (field, body) => {
    const { status, said } = await announce(body);
    expect(status).toBe(400);
    expect(said.error).toContain(field);
  });

  it("is 413 for a novel, and 405 for other methods", async () => {
    expect((await announce({ buildVersion: "a".repeat(20_000) })).status).toBe(413);
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const response = await fetch(`${server.origin}/api/admin/releases`, { method, headers: TOKEN });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
    }
  });
});

describe("a read-only API", () => {
  it.each([
    "/api/admin/performance/web-vitals",
    "/api/admin/performance/gate",
    "/metrics",
  ])("%s is 403 for another site's write, and 405 for its own", async (path) => {
    const post = (headers: Record<string, string>) =>
      fetch(server.origin + path, { method: "POST", headers: { ...TOKEN, ...headers } });
    expect((await post({ "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await post({})).status).toBe(405);
  });
});

describe("/healthz", () => {
  it("is 200 when all is well, for everybody", async () => {
    const response = await get("/healthz", {});
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      status: "ok",
      reasons: [],
      database: "reachable",
      bufferDepth: expect.any(Number),
      foldLagSeconds: expect.any(Number),
    });
    expect((await fetch(`${server.origin}/healthz`, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(`${server.origin}/healthz`, { method: "POST" })).status).toBe(405);
  });
});

/** What a scraper makes of OpenMetrics text; throws at what it would not take. */
function parseOpenMetrics(text: string): Map<string, number> {
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  if (!text.endsWith("\n# EOF\n")) throw new Error("does not end with # EOF");
  for (const line of text.split("\n").slice(0, -2)) {
    const [, keyword = "", name = "", rest = ""] = /^# (TYPE|HELP) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === "TYPE") types.set(name, rest);
    if (keyword !== "") continue;
    const [, sample = "", labels = "", value = ""] =
      /^([a-z_:][a-z0-9_:]*)(\{(?:[a-z_]+="[^"\\\n]*",?)*\})? (\S+)(?: # .*)?$/i.exec(line) ?? [];
    const family = sample.replace(/_(?:total|bucket|sum|count|created)$/, "");
    const type = types.get(family) ?? types.get(sample);
    if (type === undefined) throw new Error(`not OpenMetrics, or of no family: ${line}`);
    if (type === "counter" && !/_(?:total|created)$/.test(sample))
      throw new Error(`a counter's name: ${line}`);
    if (Number.isNaN(Number(value))) throw new Error(`not a number: ${line}`);
    samples.set(`${sample}${labels}`, Number(value));
  }
  return samples;
}

describe("/metrics", () => {
  const scrape = async (headers: Record<string, string> = TOKEN): Promise<Map<string, number>> => {
    const response = await get("/metrics", headers);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    return parseOpenMetrics(await response.text());
  };

  it("counts what happens, in OpenMetrics text", async () => {
    const before = await scrape();
    await postBeacon(server, {
      measurements: [
        { id: "one more", name: "FCP", value: 1 },
        { id: "no" },
        { id: "no", name: "LCP", value: -1 },
      ],
    });
    await postBeacon(server, "{");
    const after = await scrape();
    const grown = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown('vitals_beacons_total{status="200"}')).toBe(1);
    expect(grown('vitals_beacons_total{status="400"}')).toBe(1);
    expect(grown("vitals_measurements_total")).toBe(1);
    expect(grown('vitals_measurements_dropped_total{reason="unknown-metric"}')).toBe(1);
    expect(grown('vitals_measurements_dropped_total{reason="value-out-of-range"}')).toBe(1);
    expect(grown("vitals_commit_duration_seconds_count")).toBe(1);
    expect(after.get("vitals_fold_values_missing_total")).toBe(0);
    expect(after.get("vitals_buffer_measurements")).toBe(0);
    expect(after.get("vitals_fold_lag_seconds")).toBeLessThan(60);
    expect(after.get("vitals_measurements_folded_total")).toBeGreaterThan(100);
  });

  it("is for tokens and people, from this machine, too: a proxy on it may send no forwarding headers", async () => {
    await scrape();
    expect((await get("/metrics", {})).status).toBe(401);
    expect((await get("/metrics", { "X-Client-Address": "127.0.0.1" })).status).toBe(401);
  });

  it("is for programs on this machine with METRICS_FROM_LOOPBACK, and for no proxy that is not trusted", async () => {
    const open = await startServer({ env: { METRICS_FROM_LOOPBACK: "true" } });
    const statusOf = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${open.origin}/metrics`, { headers })).status;
    expect(await statusOf({})).toBe(200);
    for (const name of ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"]) {
      expect([name, await statusOf({ [name]: "127.0.0.1" })]).toEqual([name, 401]);
      expect(await statusOf({ [name]: "127.0.0.1", ...TOKEN })).toBe(200);
    }
    await open.close();
  });
});

it("every answer carries the headers that protect its reader", async () => {
  const islands = readdirSync(join(PROJECT_ROOT, "public", "build")).find((name) => name.endsWith(".js"));
  const answers: Array<[number, Promise<Response>]> = [
    [200, get("/healthz")],
    [200, get("/robots.txt")],
    [200, get(`/build/${islands}`)],
    [200, get("/vitals.js")],
    [200, get("/metrics")],
    [200, get("/api/admin/performance/web-vitals")],
    [401, get("/api/admin/performance/web-vitals", {})],
    [404, get("/nowhere")],
    [404, get("/build/nothing.js")],
    [404, get("/%2e%2e/%2e%2e/etc/passwd")],
    [405, get("/api/analytics/web-vitals")],
    [400, postBeacon(server, "{")],
    [204, postBeacon(server, [{ id: "headers", name: "CLS", value: 0 }])],
  ];
  for (const [status, answer] of answers) {
    const response = await answer;
    await response.arrayBuffer();
    const { pathname } = new URL(response.url);
    expect([pathname, response.status]).toEqual([pathname, status]);
    const headers = Object.fromEntries(response.headers);
    expect(headers["content-security-policy"], pathname).toMatch(/^default-src 'none'/);
    expect(headers["content-security-policy"], pathname).not.toContain("unsafe");
    expect(headers, pathname).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
    });
    expect(headers, pathname).not.toHaveProperty("x-powered-by");
  }
  const broken = await RawConnection.open(server.port);
  broken.write("GET /healthz HTTP/1.1\r\nbad header\r\n\r\n");
  expect(await broken.closed()).toMatch(/^HTTP\/1\.1 400 /);
});

it("a path that is no text is an address that does not exist, and fills no log", async () => {
  for (const path of ["/%", "/vitals/%ff.js", "/admin/%E0%A4%A?range=24h"]) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
  expect(server.log()).not.toContain("URIError");
});

it("an unknown page shows nothing of what was asked for unescaped", async () => {
  const response = await get("/<script>alert(1)</script>?<script>alert(2)</script>");
  expect(response.status).toBe(404);
  expect(await response.text()).not.toMatch(/<script>alert/);
});
