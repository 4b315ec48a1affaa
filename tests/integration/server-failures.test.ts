import { once } from "node:events";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { connect as connectTo } from "node:net";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { sqliteUrl } from "../../app/platform/sqlite-url";
import { openDatabase } from "../../app/storage/database.server";
import { RawConnection } from "../support/raw-http";
import {
  ADMIN_API_TOKEN,
  ADMIN_PASSWORD,
  eventually,
  PATIENT,
  postBeacon,
  type RunningServer,
  readVitals,
  type ServerOptions,
  startServer,
} from "../support/server";
import { get, PAGE, signIn } from "../support/sign-in";
import { closedAfterTests } from "../support/started";
import { temporaryFolder } from "../support/temporary-folder";

const closing = closedAfterTests();

const start = async (options: ServerOptions = {}): Promise<RunningServer> =>
  closing(await startServer(options));

/** A connection to a server's database, as another program would have it. */
const connect = (server: RunningServer): SQLite.Database =>
  closing(new SQLite(server.databasePath, { timeout: 60_000 }));

let made = 0;
/** A beacon of some page views; gives the ids of their measurements too. */
function beacon(measurements: number, common: object = {}): { ids: string[]; body: object } {
  const ids = Array.from({ length: measurements }, () => {
    made += 1;
    return `m${made}`;
  });
  // Of one navigation, only one value of a metric would count.
  const pageOf = (id: string) =>
    measurements === 1 ? {} : { route: "/many", url: `https://shop.example/${id}` };
  const items = ids.map((id) => ({ id, name: "LCP", value: 1000, ...pageOf(id), ...common }));
  return { ids, body: { ...common, measurements: items } };
}

const stored = (store: SQLite.Database): Set<string> =>
  new Set(store.prepare("SELECT id FROM web_vitals_raw").pluck().all() as string[]);

const health = async (server: RunningServer) => {
  const response = await fetch(`${server.origin}/healthz`);
  return { code: response.status, ...(await response.json()) };
};

describe("a database that another program keeps locked", () => {
  it("fills the buffer, sheds load, and is caught up with afterwards; nothing else stands still", async () => {
    const server = await start({ env: { INGEST_BUFFER_SIZE: "32" }, imports: [PATIENT] });
    const store = connect(server);
    store.exec("BEGIN IMMEDIATE");
    const waiting = [beacon(20), beacon(12)].map(({ body }) => postBeacon(server, body));
    const full = await eventually(
      () => health(server),
      ({ bufferDepth }) => bufferDepth === 32,
    );
    expect(full).toMatchObject({ code: 503, reasons: ["The buffer of measurements is full."] });
    for (let i = 0; i < 3; i += 1) {
      const refused = await postBeacon(server, beacon(1).body);
      expect(refused.status).toBe(503);
      expect(refused.headers.get("retry-after")).toBe("5");
      expect(refused.headers.get("access-control-allow-origin")).toBe("*");
      await refused.json();
    }
    // What reads is not disturbed.
    expect((await readVitals(server)).current.metrics.LCP.n).toBe(0);
    store.exec("ROLLBACK");
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([204, 204]);
    expect(stored(store).size).toBe(32);
    // For ten seconds the balancer sees that beacons were refused; the server accepts them again at once.
    expect(await health(server)).toMatchObject({
      code: 503,
      reasons: ["Beacons were refused: the buffer of measurements was full."],
    });
    expect((await postBeacon(server, beacon(32).body)).status).toBe(204);
    await server.logged("Too many measurements are waiting");
  });
});

/** Loaded into a server: ends its writer thread at SIGUSR2, by a request that it can't read. */
const FRAGILE = `data:text/javascript,${encodeURIComponent(`
  let writer = null;
  process.on("worker", (worker) => { writer = worker; });
  process.on("SIGUSR2", () => writer.postMessage(null));
`)}`;

describe("a writer thread that ends", () => {
  it("is logged and started again; nothing acknowledged is lost, and no sender sees it", async () => {
    const server = await start({ imports: [FRAGILE] });
    const store = connect(server);
    expect((await postBeacon(server, beacon(1).body)).status).toBe(204);
    store.exec("BEGIN IMMEDIATE");
    const sent = [beacon(5), beacon(3)];
    const waiting = sent.map(({ body }) => postBeacon(server, body));
    await eventually(
      () => health(server),
      ({ bufferDepth }) => bufferDepth === 8,
    );
    process.kill(server.pid, "SIGUSR2");
    await server.logged("the writer thread ended; it is started again");
    store.exec("COMMIT");
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([204, 204]);
    expect(stored(store).size).toBe(9);
    expect((await postBeacon(server, beacon(2).body)).status).toBe(204);
  });
});

describe("a store that fails", () => {
  it("is not fit, is answered 503, and what comes again afterwards is stored; nothing acknowledged is lost", async () => {
    const server = await start();
    const store = connect(server);
    store.exec("ALTER TABLE writer_lock RENAME TO hidden");
    expect(await health(server)).toMatchObject({
      code: 503,
      database: "unreachable",
      reasons: ["The database can't be read."],
    });
    store.exec("ALTER TABLE hidden RENAME TO writer_lock");
    expect(await health(server)).toMatchObject({ code: 200, database: "reachable" });

    const before = beacon(3, { route: "/a", buildVersion: "1" });
    expect((await postBeacon(server, before.body)).status).toBe(204);

    store.exec("ALTER TABLE measurements RENAME TO hidden");
    const refused = [
      beacon(2, { route: "/a", buildVersion: "1" }),
      beacon(2, { route: "/new", buildVersion: "2" }),
    ];
    for (const { body } of refused) {
      const response = await postBeacon(server, body);
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("5");
      expect(JSON.stringify(await response.json())).not.toMatch(/sql|table|prisma/i);
    }
    await server.logged("a batch of measurements could not be stored");
    await server.logged("a fold failed and will be retried");

    store.exec("ALTER TABLE hidden RENAME TO measurements");
    for (const { body } of refused) expect((await postBeacon(server, body)).status).toBe(204);
    const ids = [before, ...refused].flatMap((one) => one.ids);
    expect(stored(store)).toEqual(new Set(ids));
    await eventually(
      () => readVitals(server),
      ({ current }) => current.metrics.LCP.n === ids.length,
    );
  });
});

describe("the clean end", () => {
  it("lets answers under way finish, and tells the balancer meanwhile", async () => {
    const server = await start();
    const [slow, asking] = await Promise.all([
      RawConnection.open(server.port),
      RawConnection.open(server.port),
    ]);
    const { ids, body } = beacon(1);
    const text = JSON.stringify(body);
    slow.write(
      `POST /api/analytics/web-vitals HTTP/1.1\r\nHost: x\r\nContent-Length: ${text.length}\r\n\r\n${text.slice(0, 5)}`,
    );
    asking.write("GET /healthz HTTP/1.1\r\nHost: x\r\n");
    // Both have arrived when a request that was sent after them is answered.
    await health(server);
    const ended = server.kill("SIGTERM");
    await server.logged("shutting down");
    asking.write("\r\n");
    expect(await asking.closed()).toMatch(/^HTTP\/1\.1 503 [\s\S]*The process is shutting down\./);
    await expect(fetch(`${server.origin}/healthz`)).rejects.toThrow();
    slow.write(text.slice(5));
    expect(await slow.closed()).toMatch(/^HTTP\/1\.1 204 /);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(stored(connect(server))).toEqual(new Set(ids));
    expect(server.log()).toContain("shut down cleanly");
  });

  it("does not wait for connections that nothing was asked on, as browsers open in advance", async () => {
    const server = await start();
    const socket = connectTo(server.port, "127.0.0.1");
    await once(socket, "connect");
    const closed = once(socket, "close");
    // It was accepted: what was asked on a later one is answered.
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    expect(await server.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    await closed;
    expect(server.log()).not.toContain("cut off");
  });

  it("under load has stored and folded everything that was acknowledged", async () => {
    const server = await start();
    const acknowledged: string[] = [];
    let sending = 0;
    const clients = Array.from({ length: 8 }, async () => {
      for (;;) {
        const { ids, body } = beacon(5, { route: `/${made % 7}` });
        sending += 1;
        const response = await postBeacon(server, body).catch(() => null);
        if (response === null) return;
        await response.arrayBuffer().catch(() => {});
        if (response.status === 204) acknowledged.push(...ids);
      }
    });
    await eventually(
      () => acknowledged.length,
      (n) => n >= 200,
    );
    expect(await server.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    expect(server.log()).not.toContain("cut off");
    await Promise.all(clients);
    expect(sending).toBeGreaterThan(40);
    expect(server.log()).toContain("shut down cleanly");
    const store = connect(server);
    const there = stored(store);
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
    expect(store.prepare("SELECT sum(samples) FROM web_vitals_five_minutes").pluck().get()).toBe(there.size);
    expect(
      store.prepare("SELECT count(*) FROM web_vitals_raw WHERE folded_value IS NOT value").pluck().get(),
    ).toBe(0);
  });
});

describe("kill -9 of the server", () => {
  const killed = (at: object) => ({
    imports: ["./tests/support/kill-at-statement.mjs"],
    env: { KILL_AT: JSON.stringify(at) },
  });

  it.each([
    { name: "upsertMeasurements", phase: "end", nth: 2 },
    { name: "COMMIT", phase: "start", after: "markFolded" },
  ])("at %o loses nothing that was acknowledged, and what is sent again counts once", async (at) => {
    const first = await start(killed(at));
    const beacons = [
      ...Array.from({ length: 3 }, () => beacon(4, { route: "/a", buildVersion: "1" })),
      beacon(4, { route: "/b", buildVersion: "2" }),
    ];
    const acknowledged: string[] = [];
    const left: typeof beacons = [];
    for (const one of beacons) {
      const response = await postBeacon(first, one.body).catch(() => null);
      if (response?.status === 204) acknowledged.push(...one.ids);
      else left.push(one);
    }
    expect(await first.exit).toEqual({ code: null, signal: "SIGKILL" });
    const store = connect(first);
    const there = stored(store);
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);

    const second = await start({ databasePath: first.databasePath });
    for (const { body } of left) expect((await postBeacon(second, body)).status).toBe(204);
    await eventually(
      () => readVitals(second),
      ({ current }) => current.metrics.LCP.n >= 16,
    );
    expect(stored(store).size).toBe(16);
    for (const table of ["web_vitals_five_minutes", "web_vitals_five_minutes_totals", "release_traffic"]) {
      expect(store.prepare(`SELECT sum(samples) FROM ${table}`).pluck().get(), table).toBe(16);
    }
  });
});

describe("two servers on one database", () => {
  it("take beacons side by side, and tell the same", async () => {
    const first = await start();
    const second = await start({ databasePath: first.databasePath });
    const sent = Array.from({ length: 40 }, (_, i) =>
      postBeacon(
        i % 2 === 0 ? first : second,
        beacon(5, { route: `/${i % 3}`, buildVersion: `${i % 4}` }).body,
      ),
    );
    expect(new Set((await Promise.all(sent)).map(({ status }) => status))).toEqual(new Set([204]));
    for (const server of [first, second]) {
      const { current, routes } = await eventually(
        () => readVitals(server),
        (said) => said.current.metrics.LCP.n >= 200,
      );
      expect(current.metrics.LCP.n).toBe(200);
      expect(routes.map(({ n }) => n).sort()).toEqual([65, 65, 70]);
    }
    // One goes on where the other is killed.
    await first.kill("SIGKILL");
    expect((await postBeacon(second, beacon(5).body)).status).toBe(204);
    await eventually(
      () => readVitals(second),
      ({ current }) => current.metrics.LCP.n === 205,
    );
  });
});

describe("settings", () => {
  it("decide who may send, what is kept and what a route is", async () => {
    const server = await start({
      env: {
        ALLOWED_ORIGINS: "https://shop.example,https://other.example",
        ACCEPT_ENVIRONMENTS: "production",
        ROUTE_RULES: "/products/:slug",
        TRUST_PROXY: "loopback",
      },
    });
    const from = (origin: string, body: object = beacon(1).body) =>
      postBeacon(server, body, { headers: { Origin: origin } });

    const allowed = await from("https://shop.example");
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(allowed.headers.get("vary")).toContain("Origin");
    const refused = await from("https://evil.example");
    expect(refused.status).toBe(403);
    expect(refused.headers.has("access-control-allow-origin")).toBe(false);
    const preflight = async (origin: string): Promise<number> =>
      (
        await fetch(`${server.origin}/api/analytics/web-vitals`, {
          method: "OPTIONS",
          headers: { Origin: origin },
        })
      ).status;
    expect([await preflight("https://other.example"), await preflight("https://evil.example")]).toEqual([
      204, 403,
    ]);
    expect((await postBeacon(server, beacon(1).body)).status).toBe(204);

    const staging = await from("https://shop.example", { environment: "staging", ...beacon(1).body });
    expect(staging.status).toBe(400);
    expect(await staging.json()).toMatchObject({
      dropped: [{ index: 0, reason: "environment-not-accepted" }],
    });

    const { ids, body } = beacon(1, { url: "https://shop.example/products/red-shoe?size=42" });
    await postBeacon(server, body);
    const route = connect(server)
      .prepare("SELECT route FROM web_vitals_raw WHERE id = ?")
      .pluck()
      .get(ids[0]);
    expect(route).toBe("/products/:slug");

    const metrics = async (headers: Record<string, string>): Promise<number> => {
      const response = await fetch(`${server.origin}/metrics`, { headers });
      await response.arrayBuffer();
      return response.status;
    };
    // What the trusted proxy says counts: here a client elsewhere, there one that only claims to be this machine.
    expect(await metrics({ "X-Forwarded-For": "203.0.113.9" })).toBe(401);
    expect(await metrics({ "X-Forwarded-For": "127.0.0.1, 203.0.113.9" })).toBe(401);
    expect(
      await metrics({ "X-Forwarded-For": "203.0.113.9", Authorization: `Bearer ${ADMIN_API_TOKEN}` }),
    ).toBe(200);
  });

  it("that can't be used keep it from starting, and are named", async () => {
    const bad = {
      MAX_ROUTES: "many",
      FARO_URL: "/collect",
      FARO_FORWARD_URL: "collector.example",
      GRAFANA_BASE_URL: "grafana.example",
      OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318",
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_RESOURCE_ATTRIBUTES: "production",
      LOG_LEVEL: "loud",
    };
    const { message } = await startServer({ env: bad }).then(
      () => expect.fail("It started."),
      (error: Error) => error,
    );
    const [, ...lines] = message.slice(message.indexOf("The cockpit can't start.")).trimEnd().split("\n");
    expect(Object.fromEntries(lines.map((line) => [line.split(" ")[0], line]))).toMatchObject({
      MAX_ROUTES: expect.stringContaining(" must be "),
      FARO_URL: expect.stringContaining(" must be a URL such as "),
      FARO_FORWARD_URL: expect.stringContaining(" must be a URL such as "),
      GRAFANA_BASE_URL: expect.stringMatching(/ must be an http or https URL .*"grafana\.example"/),
      OTEL_EXPORTER_OTLP_ENDPOINT: expect.stringContaining(" must be a URL such as "),
      OTEL_EXPORTER_OTLP_PROTOCOL: expect.stringContaining(" must be http/json or http/protobuf"),
      OTEL_RESOURCE_ATTRIBUTES: expect.stringContaining(" must be a list such as "),
      LOG_LEVEL: expect.stringContaining(" must be "),
    });
  });
});

describe("a database file", () => {
  /** Overwrites the first page of a table. */
  function damage(path: string, table: string): void {
    const file = new SQLite(path);
    file.pragma("wal_checkpoint(TRUNCATE)");
    const page = Number(file.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").pluck().get(table));
    const size = Number(file.pragma("page_size", { simple: true }));
    const descriptor = openSync(path, "r+");
    writeSync(descriptor, Buffer.alloc(size, 0x5a), 0, size, (page - 1) * size);
    closeSync(descriptor);
    // After a commit of another connection SQLite reads its cached pages anew.
    file.exec("UPDATE writer_lock SET taken_at = taken_at + 1");
    file.close();
  }

  it("that turns out to be damaged is served no beacon any more, and every page names it", async () => {
    const server = await start();
    const cookie = await signIn(server, ADMIN_PASSWORD);
    damage(server.databasePath, "web_vitals_five_minutes");
    expect((await postBeacon(server, beacon(1).body)).status).toBe(204);
    await server.logged("the database is damaged");
    const refused = await postBeacon(server, beacon(1).body);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await health(server)).toMatchObject({
      code: 503,
      database: "damaged",
      reasons: ["The database is damaged: restore a backup."],
    });
    const page = await (await get(server, PAGE, { Cookie: cookie })).text();
    expect(page).toContain("The database is damaged. No beacon is accepted");
    expect(await (await get(server, "/login")).text()).not.toContain("damaged");
  });

  it("that can't be read is 503 for the APIs, and not a failure of theirs", async () => {
    const server = await start();
    for (const table of ["release_traffic", "releases", "web_vitals_daily"])
      damage(server.databasePath, table);
    for (const path of ["performance/web-vitals?range=90d", "releases", "performance/gate?release=1"]) {
      const read = await get(server, `/api/admin/${path}`, { Authorization: `Bearer ${ADMIN_API_TOKEN}` });
      expect([path, read.status, (await read.json()).error]).toEqual([
        path,
        503,
        "The database can't be read now; try again later.",
      ]);
    }
  });

  it.each<[string, (path: string) => Promise<void> | void, RegExp, Record<string, string>?]>([
    [
      "is damaged where only the start reads it",
      async (path) => {
        await (await openDatabase(sqliteUrl(path))).close();
        damage(path, "settings");
      },
      /vitals\.db can't be used: .+ \(SQLITE_CORRUPT/,
      { DATABASE_QUICK_CHECK: "false" },
    ],
    [
      "is damaged",
      async (path) => {
        await (await openDatabase(sqliteUrl(path))).close();
        damage(path, "settings");
      },
      /is damaged .*npm run restore/,
    ],
    ["is a folder", (path) => mkdirSync(path), /names a folder/],
    ["is one byte", (path) => writeFileSync(path, "x"), /is not a SQLite database/],
  ])("that %s ends the start with a sentence", async (_kind, prepare, message, env) => {
    const folder = temporaryFolder();
    closing({ close: folder.remove });
    const databasePath = join(folder.path, "vitals.db");
    await prepare(databasePath);
    const starting = start({ databasePath, env });
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.not.toThrow(/\n\s+at /);
  });
});
