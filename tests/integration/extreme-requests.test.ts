import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY } from "../../app/vitals/time";
import { ADMIN_API_TOKEN, postBeacon, type RunningServer, readVitals, startServer } from "../support/server";

/** The longest retention that can be configured: a century. */
const DAILY_RETENTION_DAYS = "36500";

/** What the server may use of memory, in MB: it ends where a request wants more. */
const HEAP = 192;

/** A request that follows its numbers takes half a minute or more; a slow machine takes some hundred ms. */
const LONGEST = 10_000;

/** The first and last instants of ISO 8601 with four digits, and of a `Date`. */
const INSTANTS = [
  "0000-01-01T00:00:00.000Z",
  "0001-01-01",
  "1900-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  new Date(-8.64e15).toISOString(),
  new Date(8.64e15).toISOString(),
];

type Params = Record<string, string>;

const TIMES: Params[] = [
  ...INSTANTS.flatMap((time): Params[] => [{ from: time }, { to: time }]),
  ...INSTANTS.map((time) => ({ from: INSTANTS[0] as string, to: time })),
];

const NUMBERS: Params[] = [
  { page: "100000" },
  { page: "99999999999999999999" },
  { page: "all" },
  { q: "x".repeat(5_000) },
  { route: "/".repeat(5_000) },
  { release: "9".repeat(5_000) },
  { compare: "9".repeat(5_000) },
  { "min-samples": "9999999999" },
  { tz: "x".repeat(5_000) },
];

const PATHS = [
  "/admin/performance?",
  "/admin/performance/route?route=%2Fa&",
  "/admin/performance/releases?",
  "/api/admin/performance/web-vitals?",
  ...["routes", "trend", "releases", "metrics"].map(
    (table) => `/api/admin/performance/web-vitals?format=csv&table=${table}&`,
  ),
  "/api/admin/performance/gate?release=2.0&",
  "/api/admin/releases?",
];

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({
    env: {
      DAILY_RETENTION_DAYS,
      NODE_OPTIONS: `--max-old-space-size=${HEAP}`,
      GRAFANA_BASE_URL: "https://g.example",
    },
  });
  const measurements = Array.from({ length: 30 }, (_, i) => ({
    id: `a-${i}`,
    name: "LCP",
    value: 1_000 + i,
    url: `https://shop.example/a/${i}`,
  }));
  expect((await postBeacon(server, { v: 1, buildVersion: "2.0", route: "/a", measurements })).status).toBe(
    204,
  );
});

afterAll(() => server?.close());

async function ask(path: string): Promise<{ status: number; bytes: number }> {
  const response = await fetch(server.origin + path, {
    headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
    signal: AbortSignal.timeout(LONGEST),
  });
  return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
}

/** An answer over a few steps and routes; 400 steps of JSON are 100 kB. */
const LARGEST = 1_000_000;

describe.each(PATHS)("GET %s", (path) => {
  it.each(TIMES)("answers %j in bounded time and memory", async (times) => {
    const others: Params[] = [{}, { compare: "previous" }, { tz: "Asia/Kathmandu" }];
    for (const more of others) {
      const search = new URLSearchParams({ ...times, ...more });
      const { status, bytes } = await ask(path + search);
      expect(status).toBeLessThan(500);
      expect(bytes).toBeLessThan(LARGEST);
    }
  });

  it.each(NUMBERS)("answers %j in bounded time and memory", async (params) => {
    const { status, bytes } = await ask(path + new URLSearchParams(params));
    expect(status).toBeLessThan(500);
    expect(bytes).toBeLessThan(LARGEST);
  });
});

describe("a window longer than the retention", () => {
  it("is cut to the retention, has at most 400 steps, and is named as cut", async () => {
    const search = "?from=0000-01-01T00:00:00Z";
    const { current, trend, ignored } = await readVitals(server, search);
    const from = Date.parse(String(current.window.from));
    expect(Date.now() - from).toBeLessThan((36_500 + 2) * DAY);
    expect(trend.length).toBeLessThanOrEqual(400);
    expect(current.metrics.LCP.n).toBe(30);
    expect(ignored).toEqual([
      { param: "from", value: "0000-01-01T00:00:00.000Z", used: current.window.from },
    ]);
  });
});
