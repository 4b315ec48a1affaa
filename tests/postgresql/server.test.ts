import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDatabase } from "../support/postgresql/databases";
import { expectExact, LOADED_METRICS, Load } from "../support/postgresql/load";
import { type PostgresqlServer, startPostgresql } from "../support/postgresql/server";
import { ADMIN_API_TOKEN, eventually, type RunningServer, readVitals, startServer } from "../support/server";

/** Those before a server was started. */
const listeners = process.listenerCount("beforeExit");

let server: PostgresqlServer;
let url: string;
const cockpits: RunningServer[] = [];
beforeAll(async () => {
  server = await startPostgresql();
});
beforeEach(async () => {
  url = await createDatabase(server.url, null);
});
afterEach(async () => {
  for (const cockpit of cockpits.splice(0)) await cockpit.close();
});
afterAll(() => server.remove());

async function startCockpit(program: "cockpit" | "collector" = "cockpit"): Promise<RunningServer> {
  const cockpit = await startServer({
    program,
    env: { DATABASE_URL: url, MAX_NEW_BUILDS_PER_DAY: "1000", PROFILING_ENABLED: "0" },
  });
  cockpits.push(cockpit);
  return cockpit;
}

describe("startPostgresql", () => {
  it("leaves the exit code of the process as it is", () => {
    expect(process.listenerCount("beforeExit")).toBe(listeners);
  });
});

describe("a cockpit on PostgreSQL", () => {
  it("has a beacon on its pages within seconds, and logs no password", async () => {
    const cockpit = await startCockpit();
    const load = new Load("first", () => [cockpit], { senders: 1 });
    await load.more(200);
    await load.stop();
    const { current } = await eventually(
      () => readVitals(cockpit),
      (vitals) => (vitals.current.metrics.LCP?.n ?? 0) * LOADED_METRICS.length >= load.acknowledged.size,
    );
    expect(current.metrics.LCP).toMatchObject({
      n: load.acknowledged.size / LOADED_METRICS.length,
      rating: "good",
    });
    for (const path of [
      "/admin/performance",
      "/admin/performance?range=90d",
      "/admin/performance/route?route=%2F0",
    ]) {
      const page = await fetch(cockpit.origin + path, {
        headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
      });
      expect([path, page.status]).toEqual([path, 200]);
      await page.arrayBuffer();
    }
    await expectExact(url, load);
    expect(cockpit.log()).toContain(`"database":"${url.replace("vitals:vitals@", "")}"`);
    expect(cockpit.log()).not.toContain("vitals:vitals");
  });

  it.each([
    "fast",
    "immediate",
  ] as const)("refuses beacons while the server is away (%s), and loses none that it acknowledged", async (mode) => {
    const cockpit = await startCockpit();
    const load = new Load(mode, () => [cockpit]);
    await load.more(500);
    await server.stop(mode);
    await eventually(
      () => load.refusals.length,
      (refusals) => refusals > 20,
    );
    expect((await fetch(`${cockpit.origin}/healthz`)).status).toBe(503);
    await server.start();
    await load.more(500);
    await load.stop();
    expect(load.refusals.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual(
      [],
    );
    await cockpit.healthy();
    await expectExact(url, load);
  });
});

describe("a collector on PostgreSQL", () => {
  it("stores what a cockpit folds", async () => {
    const collector = await startCockpit("collector");
    const load = new Load("collected", () => [collector], { senders: 2 });
    await load.more(200);
    await load.stop();
    await startCockpit();
    await expectExact(url, load);
    expect(collector.log()).not.toContain("vitals:vitals");
  });
});
