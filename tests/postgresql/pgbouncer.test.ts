import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../app/storage/database.server";
import { hasPgbouncer } from "../pgbouncer.mjs";
import { createDatabase } from "../support/postgresql/databases";
import { count, expectExact, LOADED_METRICS, Load } from "../support/postgresql/load";
import { type Pgbouncer, startPgbouncer } from "../support/postgresql/pgbouncer";
import { type PostgresqlServer, startPostgresql } from "../support/postgresql/server";
import { ADMIN_API_TOKEN, eventually, type RunningServer, readVitals, startServer } from "../support/server";

/** Connections to PostgreSQL, for clients that have up to ten each. */
const CONNECTIONS = 3;

let server: PostgresqlServer;
let url: string;
let bouncer: Pgbouncer;
const servers: RunningServer[] = [];

/** @param queryWait in s */
const startBouncer = async (queryWait: number): Promise<void> => {
  bouncer = await startPgbouncer(url, CONNECTIONS, queryWait);
};

async function start(program: "cockpit" | "collector"): Promise<RunningServer> {
  const env = { DATABASE_URL: bouncer.url, MEASURE_COCKPIT: "false", PROFILING_ENABLED: "0" };
  const started = await startServer({ program, env });
  servers.push(started);
  return started;
}

// Debian and Ubuntu: apt-get install pgbouncer
describe.skipIf(!hasPgbouncer())("a cockpit and a collector behind pgbouncer's transaction pooling", () => {
  beforeAll(async () => {
    server = await startPostgresql();
  });
  beforeEach(async () => {
    url = await createDatabase(server.url, null);
  });
  afterEach(async () => {
    for (const started of servers.splice(0)) await started.close();
    await bouncer.remove();
  });
  afterAll(() => server.remove());

  it("wait for a PostgreSQL that starts after it", async () => {
    await startBouncer(5);
    await server.stop("fast");
    const opened = openDatabase(bouncer.url, { startTimeout: 120_000 });
    await Promise.all([opened, server.start()]);
    await (await opened).close();
  });

  it("share its connections, outlive its restart, and count each acknowledged beacon once", async () => {
    // No beacon is refused while a busy machine is slow with three connections.
    await startBouncer(120);
    const [cockpit, collector] = await Promise.all([start("cockpit"), start("collector")]);
    const both = [cockpit, collector];
    const load = new Load("pooled", () => both, { senders: 8 });
    await load.more(500);
    await eventually(
      () => readVitals(cockpit),
      (vitals) => (vitals.current.metrics.LCP?.n ?? 0) > 0,
    );
    const pages = ["", "?range=90d", "/route?route=%2F0", "/releases"].map(
      (page) => `/admin/performance${page}`,
    );
    const answers = await Promise.all(
      pages.map(async (page) => {
        const headers = { Authorization: `Bearer ${ADMIN_API_TOKEN}` };
        const response = await fetch(cockpit.origin + page, { headers });
        await response.arrayBuffer();
        return [page, response.status];
      }),
    );
    expect(answers).toEqual(pages.map((page) => [page, 200]));
    expect(load.refusals).toEqual([]);
    const used = `SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`;
    expect(await count(url, used)).toBeLessThanOrEqual(CONNECTIONS);

    await bouncer.stop();
    await eventually(
      () => load.refusals.length,
      (refusals) => refusals > 20,
    );
    expect((await fetch(`${cockpit.origin}/healthz`)).status).toBe(503);
    await bouncer.start();
    await load.more(500);
    await load.stop();
    const others = load.refusals.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null);
    expect(others).toEqual([]);
    for (const one of both) await one.healthy();
    await expectExact(url, load);
    const { current } = await readVitals(cockpit);
    expect(current.metrics.LCP?.n).toBeGreaterThanOrEqual(load.acknowledged.size / LOADED_METRICS.length);
  });
});
