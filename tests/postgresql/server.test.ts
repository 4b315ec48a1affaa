import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDatabase } from "../support/postgresql/databases";
import { type PostgresqlServer, startPostgresql } from "../support/postgresql/server";
import {
  ADMIN_API_TOKEN,
  eventually,
  postBeacon,
  type RunningServer,
  readVitals,
  startServer,
} from "../support/server";

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

async function query<Row>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

const count = async (text: string): Promise<number> =>
  Number(Object.values((await query<Record<string, unknown>>(text))[0] ?? {})[0]);

const metrics = ["LCP", "INP", "CLS", "FCP", "TTFB"];

/** Senders of beacons of five measurements, each of which sends the next one as soon as it has an answer. */
class Load {
  /** Ids of acknowledged measurements. */
  readonly acknowledged = new Set<string>();
  readonly refusals: Array<{ status: number; retryAfter: string | null }> = [];
  #number = 0;
  #stopped = false;
  #senders: Promise<void>[] = [];

  constructor(
    readonly name: string,
    targets: () => readonly RunningServer[],
    senders = 6,
  ) {
    this.#senders = Array.from({ length: senders }, (_, i) => this.#send(targets, i));
  }

  async #send(targets: () => readonly RunningServer[], sender: number): Promise<void> {
    while (!this.#stopped) {
      this.#number += 1;
      const number = this.#number;
      const target = targets()[number % targets().length];
      if (target === undefined) return;
      const measurements = metrics.map((name) => ({
        id: `${this.name}-${name}-${number}`,
        name,
        value: name === "CLS" ? 0.05 : 100 + (number % 50),
        navigationType: "navigate",
      }));
      const body = { v: 1, buildVersion: "1.0.0", route: `/${sender}`, measurements };
      const response = await postBeacon(target, body).catch(() => null);
      if (response?.status === 204) for (const { id } of measurements) this.acknowledged.add(id);
      else if (response !== null)
        this.refusals.push({ status: response.status, retryAfter: response.headers.get("Retry-After") });
      await response?.arrayBuffer();
      // A refused sender would otherwise ask in a loop.
      if (response?.status !== 204) await pause(10);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#senders);
  }

  /** Resolves when `n` more measurements are acknowledged. */
  async more(n: number): Promise<void> {
    const target = this.acknowledged.size + n;
    await eventually(
      () => this.acknowledged.size,
      (size) => size >= target,
    );
  }
}

/** Whatever is acknowledged is stored once, and the summaries have each stored measurement once. */
async function expectExact(load: Load): Promise<void> {
  await eventually(
    () => count("SELECT count(*) FROM web_vitals_raw WHERE folded_value IS DISTINCT FROM value"),
    (pending) => pending === 0,
  );
  const ids = new Set((await query<{ id: string }>("SELECT id FROM web_vitals_raw")).map(({ id }) => id));
  expect([...load.acknowledged].filter((id) => !ids.has(id))).toEqual([]);
  // Hours and days that are not over have no summaries of their own yet.
  for (const table of ["five_minutes", "five_minutes_totals"]) {
    expect(await count(`SELECT sum(samples) FROM web_vitals_${table}`), table).toBe(ids.size);
  }
  expect(await count("SELECT sum(samples) FROM routes")).toBe(ids.size);
  expect(await count("SELECT sum(samples) FROM release_traffic")).toBe(ids.size);
}

describe("startPostgresql", () => {
  it("leaves the exit code of the process as it is", () => {
    expect(process.listenerCount("beforeExit")).toBe(listeners);
  });
});

describe("a cockpit on PostgreSQL", () => {
  it("has a beacon on its pages within seconds, and logs no password", async () => {
    const cockpit = await startCockpit();
    const load = new Load("first", () => [cockpit], 1);
    await load.more(200);
    await load.stop();
    const { current } = await eventually(
      () => readVitals(cockpit),
      (vitals) => (vitals.current.metrics.LCP?.n ?? 0) * metrics.length >= load.acknowledged.size,
    );
    expect(current.metrics.LCP).toMatchObject({ n: load.acknowledged.size / metrics.length, rating: "good" });
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
    await expectExact(load);
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
    await expectExact(load);
  });
});

describe("a collector on PostgreSQL", () => {
  it("stores what a cockpit folds", async () => {
    const collector = await startCockpit("collector");
    const load = new Load("collected", () => [collector], 2);
    await load.more(200);
    await load.stop();
    await startCockpit();
    await expectExact(load);
    expect(collector.log()).not.toContain("vitals:vitals");
  });
});

describe("two cockpits on one PostgreSQL", () => {
  it("fold at once, and count each measurement once, whichever of them is killed", async () => {
    const alive = await Promise.all([startCockpit(), startCockpit()]);
    const load = new Load("two", () => alive);
    await load.more(1_000);
    for (const victim of [0, 1]) {
      await alive[victim]?.kill("SIGKILL");
      alive.splice(victim, 1, await startCockpit());
      await load.more(500);
    }
    await load.stop();
    await expectExact(load);
    expect(await count("SELECT count(*) FROM routes")).toBe(6);
  });
});
