import { chownSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDatabase } from "../support/postgresql/databases";
import { expectExact, LOADED_METRICS, Load } from "../support/postgresql/load";
import { type PostgresqlServer, startPostgresql } from "../support/postgresql/server";
import { ADMIN_API_TOKEN, eventually, type RunningServer, readVitals, startServer } from "../support/server";
import { type SmallDisk, smallDisk } from "../support/small-disk";

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

async function query<Row extends pg.QueryResultRow>(...statements: string[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) ({ rows } = await client.query<Row>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

const refusedOtherwise = ({ refusals }: Load) =>
  refusals.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null);

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
  ] as const)("and a collector refuse beacons while the server is away (%s), and lose none that they acknowledged", async (mode) => {
    const cockpit = await startCockpit();
    const collector = await startCockpit("collector");
    const load = new Load(mode, () => [cockpit, collector]);
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
    expect(refusedOtherwise(load)).toEqual([]);
    await cockpit.healthy();
    await collector.healthy();
    await expectExact(url, load);
  });

  it("refuses beacons while the server only reads, and loses none that it acknowledged", async () => {
    const cockpit = await startCockpit();
    const load = new Load("reading", () => [cockpit]);
    await load.more(200);
    const { pathname } = new URL(url);
    const setting = `ALTER DATABASE ${pathname.slice(1)} SET default_transaction_read_only`;
    // A setting of a database is that of its new connections.
    const end =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    await query(`${setting} = on`, end);
    await eventually(
      () => load.refusals.length,
      (refusals) => refusals > 20,
    );
    await cockpit.logged("a batch of measurements could not be stored");
    await readVitals(cockpit);
    await query("SET default_transaction_read_only = off", `${setting} = off`, end);
    await load.more(200);
    await load.stop();
    expect(refusedOtherwise(load)).toEqual([]);
    await cockpit.healthy();
    await expectExact(url, load);
  });
});

/** A file system of 8 MB; CI may not mount one. */
const disk: SmallDisk | null = smallDisk(8);
afterAll(() => disk?.remove());

describe.runIf(disk !== null)("a PostgreSQL whose disk is full", () => {
  it("has beacons refused and logged; they are stored again once it has space", async () => {
    if (disk === null) return;
    const cockpit = await startCockpit();
    const [setting] = await query<{ data_directory: string }>("SHOW data_directory");
    const folder = join(disk.path, "tablespace");
    mkdirSync(folder);
    // The server's own user must own it.
    const { uid, gid } = statSync(setting?.data_directory ?? "");
    chownSync(folder, uid, gid);
    await query(
      `CREATE TABLESPACE small LOCATION '${folder}'`,
      "ALTER TABLE web_vitals_raw SET TABLESPACE small",
    );
    const load = new Load("full", () => [cockpit]);
    await load.more(200);
    disk.fill(100_000);
    await eventually(
      () => load.refusals.length,
      (refusals) => refusals > 20,
    );
    await cockpit.logged("a batch of measurements could not be stored");
    expect(cockpit.log()).toMatch(/No space left on device/);
    expect((await fetch(`${cockpit.origin}/healthz`)).status).toBe(503);
    await readVitals(cockpit);
    disk.free();
    await load.more(200);
    await load.stop();
    expect(refusedOtherwise(load)).toEqual([]);
    await cockpit.healthy();
    await expectExact(url, load);
    await query("ALTER TABLE web_vitals_raw SET TABLESPACE pg_default", "DROP TABLESPACE small");
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
