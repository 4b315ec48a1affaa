import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { HOUR } from "../../app/vitals/time";
import {
  ADMIN_API_TOKEN,
  eventually,
  postBeacon,
  type RunningServer,
  readVitals,
  type ServerOptions,
  startServer,
} from "../support/server";
import { type SmallDisk, smallDisk } from "../support/small-disk";
import { closedAfterTests } from "../support/started";

const closing = closedAfterTests();

const start = async (options: ServerOptions): Promise<RunningServer> =>
  closing(await startServer({ ...options, env: { MEASURE_COCKPIT: "false", ...options.env } }));

const connect = (path: string): SQLite.Database => closing(new SQLite(path, { timeout: 60_000 }));

let made = 0;
/** A beacon of 20 page views with attribution, and the ids of their measurements. */
function beacon(): { ids: string[]; body: object } {
  const ids = Array.from({ length: 20 }, () => {
    made += 1;
    return `weather-${made}`;
  });
  const attribution = {
    target: `main>img:nth-child(${made})`,
    url: `https://shop.example/${"a".repeat(200)}`,
  };
  const measurements = ids.map((id) => ({
    id,
    name: "LCP",
    value: 1000,
    url: `https://shop.example/${id}`,
    attribution,
  }));
  return { ids, body: { v: 1, route: "/a", buildVersion: "1", measurements } };
}

const healthOf = async ({ origin }: RunningServer): Promise<{ code: number; reasons?: string[] }> => {
  const response = await fetch(`${origin}/healthz`);
  return { code: response.status, ...(await response.json()) };
};

/** The stored ids; their summaries must have each of them once. */
async function exactIds(server: RunningServer, store: SQLite.Database): Promise<Set<string>> {
  await eventually(
    () =>
      store
        .prepare("SELECT count(*) FROM web_vitals_raw WHERE folded_value IS NOT value")
        .pluck()
        .get() as number,
    (pending) => pending === 0,
  );
  const ids = store.prepare("SELECT id FROM web_vitals_raw").pluck().all() as string[];
  for (const table of ["web_vitals_five_minutes", "web_vitals_five_minutes_totals", "routes"]) {
    expect(store.prepare(`SELECT sum(samples) FROM ${table}`).pluck().get(), table).toBe(ids.length);
  }
  await server.healthy();
  return new Set(ids);
}

/** A file system of 8 MB; CI may not mount one. */
const disk: SmallDisk | null = smallDisk(8);
afterAll(() => disk?.remove());

describe.runIf(disk !== null)("a disk that is full", () => {
  it("is answered 503 and logged; beacons are stored again once it has space, and the file is whole", async () => {
    if (disk === null) return;
    const databasePath = join(disk.path, "vitals.db");
    const server = await start({ databasePath });
    const acknowledged = new Set<string>();
    const send = async (): Promise<Response> => {
      const { ids, body } = beacon();
      const response = await postBeacon(server, body);
      if (response.status === 204) for (const id of ids) acknowledged.add(id);
      return response;
    };
    expect((await send()).status).toBe(204);
    const store = connect(databasePath);
    await exactIds(server, store);
    disk.fill(100_000);
    let refused = await send();
    while (refused.status === 204) refused = await send();
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toBe("5");
    await server.logged("a batch of measurements could not be stored");
    expect(server.log()).toMatch(/disk is full/);
    expect((await healthOf(server)).reasons).toContain("The last measurements could not be stored.");
    // What is there is still shown.
    expect((await readVitals(server)).current.metrics.LCP.n).toBeGreaterThanOrEqual(20);

    disk.free();
    expect((await send()).status).toBe(204);
    const stored = await exactIds(server, store);
    expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
    expect(stored.size).toBe(acknowledged.size);
    expect(store.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });
});

/** Loaded into a server: at SIGUSR2 its clock goes back by an hour. */
const CLOCK_BACK = `data:text/javascript,${encodeURIComponent(`
  const now = Date.now;
  process.on("SIGUSR2", () => { Date.now = () => now() - ${HOUR}; process.stderr.write("the clock is back\\n"); });
`)}`;

describe("a clock that goes back by an hour", () => {
  it("stores, folds and shows beacons as before, and measurements of its future later", async () => {
    const server = await start({ imports: [CLOCK_BACK] });
    const store = connect(server.databasePath);
    const before = beacon();
    expect((await postBeacon(server, before.body)).status).toBe(204);
    await exactIds(server, store);
    process.kill(server.pid, "SIGUSR2");
    await server.logged("the clock is back");
    const after = beacon();
    expect((await postBeacon(server, after.body)).status).toBe(204);
    // A later report of a measurement that was received after the time that it is now.
    const again = { ...before.body, measurements: [{ id: before.ids[0], name: "LCP", value: 3000 }] };
    expect((await postBeacon(server, again)).status).toBe(204);
    expect(await exactIds(server, store)).toEqual(new Set([...before.ids, ...after.ids]));
    expect(
      store.prepare("SELECT folded_value FROM web_vitals_raw WHERE id = ?").pluck().get(before.ids[0]),
    ).toBe(3000);
    const slots = "SELECT samples FROM web_vitals_five_minutes_totals ORDER BY slot";
    expect(store.prepare(slots).pluck().all()).toEqual([20, 20]);
    await eventually(
      () => readVitals(server),
      ({ current }) => current.metrics.LCP.n >= 20,
    );
    const page = await fetch(`${server.origin}/admin/performance`, {
      headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
    });
    expect(page.status).toBe(200);
    expect(await healthOf(server)).toMatchObject({ code: 200 });
    expect(server.log()).not.toMatch(/"level":(?:40|50|60)|"level":"(?:warn|error|fatal)"/);
  });
});
