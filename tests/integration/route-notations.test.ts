import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toBulkLine } from "../../app/cli/bulk-line";
import { importLines } from "../../app/ingest/import.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { routeIdentity } from "../../app/vitals/route-text/route-spellings";
import { HOUR, MINUTE } from "../../app/vitals/time";
import { examples, measurement, NOW } from "../support/measurements";
import { eventually, postBeacon, type RunningServer, readVitals, startServer } from "../support/server";
import { LIMITS, Store } from "../support/store";
import { temporaryFolder } from "../support/temporary-folder";

let ids = 0;
const on = (...routes: string[]): Measurement[] =>
  routes.map((route) => {
    ids += 1;
    return measurement({ id: `notation ${ids}`, route });
  });

const samplesIn = (store: Store): Record<string, number> =>
  Object.fromEntries(
    store
      .rows<{ route: string; n: number }>(
        "SELECT route, sum(samples) AS n FROM web_vitals_five_minutes GROUP BY route",
      )
      .map(({ route, n }) => [route, n]),
  );

const knownIn = (store: Store): string[] =>
  store.rows<{ route: string }>("SELECT route FROM routes ORDER BY route").map(({ route }) => route);

describe("createCappedStore with notations of a route", () => {
  let store: Store;
  const others: Store[] = [];
  beforeEach(async () => {
    store = await Store.open();
  });
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
    await store.close();
  });
  const another = async (options: Parameters<Store["alsoOpen"]>[0] = {}): Promise<Store> => {
    const opened = await store.alsoOpen(options);
    others.push(opened);
    return opened;
  };

  it("stores all of them under the one that came first", async () => {
    await store.ingest(...on("/workspace/:id", "/workspace/[id]"));
    await store.ingest(...on("/workspace/$workspaceId", "workspace/<id>/", "/workspace", "/workspace/"));
    await store.fold();
    expect(samplesIn(store)).toEqual({ "/workspace/:id": 4, "/workspace": 1, "/workspace/": 1 });
    expect(knownIn(store)).toEqual(["/workspace", "/workspace/", "/workspace/:id"]);
  });

  it("keeps routes with a constraint, static and unreadable ones apart", async () => {
    const apart = ["/orders/:id(\\d+)", "/orders/:slug", "/orders/[id=integer]", "/about", "about", "/a[b"];
    await store.ingest(...on(...apart));
    await store.fold();
    expect(Object.keys(samplesIn(store)).sort()).toEqual([...apart].sort());
  });

  it("agrees across processes that do not know of each other's routes yet", async () => {
    const other = await another();
    await store.ingest(...on("/first"));
    await other.ingest(...on("/second"));
    await other.ingest(...on("/workspace/[id]", "/docs/*"));
    await store.ingest(...on("/workspace/:id", "/docs/[...path]"));
    await store.fold();
    expect(samplesIn(store)).toEqual({ "/first": 1, "/second": 1, "/workspace/[id]": 2, "/docs/*": 2 });
  });

  it("agrees with an earlier process after a restart", async () => {
    await store.ingest(...on("/workspace/[id]"));
    const restarted = await another();
    await restarted.ingest(...on("/workspace/:id"));
    await store.fold();
    expect(samplesIn(store)).toEqual({ "/workspace/[id]": 2 });
  });

  it("has one row for each route, whichever processes and notations measure it, in any order", async () => {
    const aText = fc
      .tuple(
        fc.constantFrom("/a", "/b", "/c"),
        fc.constantFrom("/:id", "/[id]", "/$x", "/*", "/[...p]", "/{n}/x", "/:n/x"),
      )
      .map(([folder, end]) => folder + end);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            process: fc.nat(1),
            isAwaited: fc.boolean(),
            texts: fc.array(aText, { minLength: 1, maxLength: 4 }),
          }),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        async (steps) => {
          const first = await Store.open();
          const second = await first.alsoOpen();
          const pending: Array<Promise<void> | undefined> = [];
          try {
            // Both have cached the known routes by now.
            for (const store of [first, second]) await store.ingest(...on("/start"));
            for (const { process, texts, isAwaited } of steps) {
              const stored = [first, second][process]?.ingest(...on(...texts));
              if (isAwaited) await stored;
              else pending.push(stored);
            }
            await Promise.all(pending);
            await first.fold();
            const { "/start": start, ...samples } = samplesIn(first);
            const identities = Object.keys(samples).map(routeIdentity);
            expect(new Set(identities).size).toBe(identities.length);
            const texts = steps.flatMap((step) => step.texts);
            expect(new Set(identities)).toEqual(new Set(texts.map(routeIdentity)));
            expect(Object.values(samples).reduce((sum, n) => sum + n, 0)).toBe(texts.length);
            expect(knownIn(first)).toEqual(["/start", ...Object.keys(samples)].sort());
            expect(start).toBe(2);
          } finally {
            await second.close();
            await first.close();
          }
        },
      ),
      examples(15),
    );
  });

  it("counts them once towards the limit", async () => {
    const limited = await another({ limits: { ...LIMITS, maxRoutes: 2 } });
    await limited.ingest(...on("/a/:id", "/a/[id]", "/b/:id", "/c/:id", "/a/$id", "/b/{id}", "/c/[id]"));
    await limited.fold();
    expect(samplesIn(store)).toEqual({ "/a/:id": 3, "/b/:id": 2, "(other)": 2 });
  });

  it("leaves two rows of earlier data as they are, and counts new measurements as the older one", async () => {
    await storeMeasurements(store.database.write, on("/workspace/:id"), NOW);
    await store.fold();
    store.at += MINUTE;
    await storeMeasurements(
      store.database.write,
      on("/workspace/[id]").map((one) => ({ ...one, receivedAt: store.at })),
      store.at,
    );
    await store.fold();
    expect(samplesIn(store)).toEqual({ "/workspace/:id": 1, "/workspace/[id]": 1 });
    await store.ingest(...on("/workspace/[id]", "/workspace/$id"));
    await store.fold();
    expect(samplesIn(store)).toEqual({ "/workspace/:id": 3, "/workspace/[id]": 1 });
  });

  it("merges nothing where it is turned off", async () => {
    const plain = await another({ limits: { ...LIMITS, mergeRouteNotations: false } });
    await plain.ingest(...on("/workspace/:id", "/workspace/[id]"));
    await plain.fold();
    expect(samplesIn(store)).toEqual({ "/workspace/:id": 1, "/workspace/[id]": 1 });
  });

  async function importAll(mergeRouteNotations: boolean, ...routes: string[]): Promise<void> {
    const text = on(...routes)
      .map((one) => toBulkLine({ ...one, receivedAt: NOW - 3 * HOUR }))
      .join("");
    await importLines([Buffer.from(text)] as never, {
      database: store.database,
      clock: () => store.at,
      mergeRouteNotations,
      onBadLine: () => {},
      onBatch: async () => {
        await store.fold();
      },
    });
  }

  it("agrees with imports, before and after them", async () => {
    await store.ingest(...on("/workspace/[id]"));
    await importAll(true, "/workspace/:id", "/docs/*", "/docs/[...path]", "(other)");
    const running = await another();
    await running.ingest(...on("/docs/**", "/workspace/$id"));
    await store.ingest(...on("/docs/:path(.*)*"));
    await store.fold();
    expect(samplesIn(store)).toEqual({ "/workspace/[id]": 3, "/docs/*": 4, "(other)": 1 });
    const { first, last } = store.rows<{ first: number; last: number }>(
      "SELECT first_seen_at AS first, last_seen_at AS last FROM routes WHERE route = '/docs/*'",
    )[0] as { first: number; last: number };
    expect([first, last]).toEqual([NOW - 3 * HOUR, NOW]);
  });

  it("imports verbatim where it is turned off", async () => {
    await importAll(false, "/workspace/:id", "/workspace/[id]");
    expect(samplesIn(store)).toEqual({ "/workspace/:id": 1, "/workspace/[id]": 1 });
  });
});

describe("two servers on one database", () => {
  const servers: RunningServer[] = [];
  const folder = temporaryFolder();
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    folder.remove();
  });
  const start = async (): Promise<RunningServer> => {
    const server = await startServer({ databasePath: join(folder.path, "vitals.db") });
    servers.push(server);
    return server;
  };
  const send = async (server: RunningServer, routes: readonly string[]): Promise<void> => {
    const measurements = routes.map((route) => {
      ids += 1;
      return { id: `sent ${ids}`, name: "LCP", value: 1_000 + ids, route };
    });
    expect((await postBeacon(server, { buildVersion: "1", measurements })).status).toBe(204);
  };

  it("have one row for a route that senders spell in two ways, found by any spelling", async () => {
    const [first, second] = [await start(), await start()];
    const names = Array.from({ length: 10 }, (_, i) => `/page-${i}`);
    await Promise.all(
      names.flatMap((name) => [send(first, [`${name}/:id`]), send(second, [`${name}/[id]`])]),
    );
    await second.kill("SIGKILL");
    const restarted = await start();
    await send(
      restarted,
      names.map((name) => `${name}/$value`),
    );
    const { routes } = await eventually(
      () => readVitals(first, "?range=1h"),
      ({ current }) => current.metrics.LCP.n === 30,
    );
    expect(routes.map(({ n }) => n)).toEqual(names.map(() => 3));
    for (const server of [first, restarted]) {
      const { query, current } = await readVitals(server, "?range=1h&route=/page-3/{anything}");
      expect(routes.map(({ route }) => route)).toContain(query.route);
      expect(current.metrics.LCP.n).toBe(3);
      const unknown = await readVitals(server, "?range=1h&route=/page-3/:a/:b");
      expect([unknown.query.route, unknown.current.metrics.LCP.n]).toEqual(["/page-3/:a/:b", 0]);
    }
    const page = await fetch(
      `${first.origin}/admin/performance/route?${new URLSearchParams({ route: "/page-3/{anything}" })}`,
      { headers: { Authorization: "Bearer token-of-the-tests-0123456789" } },
    );
    expect(await page.text()).toMatch(/\/page-3\/(?::id|\[id\])/);
  });
});
