import { readFileSync } from "node:fs";
import SQLite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stopBuiltServers } from "../support/built-server";
import { fuzz } from "../support/fuzz/fuzz";
import { FUZZED_SERVER, sendRawRequests } from "../support/fuzz/raw-requests";
import { eventually, postBeacon, type RunningServer, startServer } from "../support/server";

/** `npm run fuzz` sends 200,000. */
const REQUESTS = Number(process.env.VITEST_FUZZ_REQUESTS ?? 1_500);
const SEED = Number(process.env.VITEST_FUZZ_SEED ?? 20_261_129);
const IS_LONG = REQUESTS > 10_000;

/** Requests to the collector, which has a few paths only. */
const TO_COLLECTOR = Math.ceil(REQUESTS / 5);

/** The heap of the server, in MB: one that grows without a bound ends here. */
const HEAP = 256;

/** Memory of the process beside the heap, in MB: code, buffers, SQLite's cache. */
const OTHER_MEMORY = 344;

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({
    env: {
      ...FUZZED_SERVER,
      PROFILING_ENABLED: "1",
      GRAFANA_BASE_URL: "https://g.example",
      NODE_OPTIONS: `--max-old-space-size=${HEAP}`,
      LOG_LEVEL: "info",
      MAX_ROUTES: "200",
      MAX_NEW_BUILDS_PER_DAY: "20",
    },
  });
  const measurements = Array.from({ length: 30 }, (_, i) => ({
    id: `a-${i}`,
    name: "LCP",
    value: 1_000 + i,
  }));
  for (const buildVersion of ["2.4.0", "2.4.1"]) {
    const body = { v: 1, buildVersion, route: "/workspace/[id]", measurements };
    expect((await postBeacon(server, body)).status).toBeLessThan(300);
  }
});
afterAll(async () => {
  await server?.close();
  stopBuiltServers();
});

const rows = (statement: string): Record<string, number> => {
  const sql = new SQLite(server.databasePath, { readonly: true, timeout: 60_000 });
  try {
    return sql.prepare(statement).get() as Record<string, number>;
  } finally {
    sql.close();
  }
};

/** Lines of the log that report an error. */
const errorsOf = (one: RunningServer): string[] =>
  one
    .log()
    .split("\n")
    .filter((line) => /"level":(?:50|60)/.test(line));

/** Resident memory in MB; 0 where the system does not publish it. */
function residentMemory(): number {
  try {
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

describe("any request", () => {
  it(
    "is answered, without an error of the server, markup of the sender, or growth",
    async () => {
      const { faults, slowest, requests, statuses } = await fuzz(server, REQUESTS, SEED);
      if (IS_LONG)
        process.stdout.write(
          `${requests} requests, ${JSON.stringify([...statuses])}, slowest ${slowest.ms} ms: ${slowest.request}, ${residentMemory()} MB\n`,
        );
      expect(faults).toEqual([]);
      expect(requests).toBe(REQUESTS);
      expect(await sendRawRequests(server)).toEqual([]);
      expect((statuses.get(202) ?? 0) + (statuses.get(204) ?? 0)).toBeGreaterThan(REQUESTS / 300);
      expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 50);
      await server.healthy();
      expect(errorsOf(server)).toEqual([]);
      expect(residentMemory()).toBeLessThan(HEAP + OTHER_MEMORY);
      await eventually(
        () => rows("SELECT count(*) AS n FROM web_vitals_raw WHERE folded_value IS NULL"),
        ({ n }) => n === 0,
      );
      expect(rows("SELECT count(*) AS n FROM routes").n).toBeLessThanOrEqual(201);
      expect(rows("SELECT count(*) AS n FROM sessions").n).toBeLessThanOrEqual(100);
      expect(rows("SELECT count(*) AS n FROM api_tokens").n).toBeLessThanOrEqual(100);
      if (IS_LONG) expect(slowest.ms, slowest.request).toBeLessThan(1_000);
    },
    IS_LONG ? 4 * 3_600_000 : undefined,
  );

  it(
    "is answered by the collector, too",
    async () => {
      const collector = await startServer({ program: "collector", env: FUZZED_SERVER });
      const { faults, statuses } = await fuzz(collector, TO_COLLECTOR, SEED, { hasSessions: false });
      expect([...faults, ...(await sendRawRequests(collector))]).toEqual([]);
      expect(statuses.get(204) ?? 0).toBeGreaterThan(TO_COLLECTOR / 300);
      expect(errorsOf(collector)).toEqual([]);
      await collector.close();
    },
    IS_LONG ? 3_600_000 : undefined,
  );
});
