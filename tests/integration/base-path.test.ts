import { type ClientRequest, createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ADMIN_PASSWORD,
  CHROME,
  eventually,
  type RunningServer,
  readVitals,
  startServer,
} from "../support/server";

/** A site's proxy that serves the cockpit below /vitals, and nothing else. */
async function startProxy(port: number, { strips, prefix }: { strips: boolean; prefix: boolean }) {
  const open = new Set<ClientRequest>();
  const server: Server = createServer((request, response) => {
    const url = request.url ?? "";
    if (!url.startsWith("/vitals/")) {
      response.writeHead(404).end();
      return;
    }
    const headers = { ...request.headers, ...(prefix ? { "x-forwarded-prefix": "/vitals" } : {}) };
    const path = strips ? url.slice("/vitals".length) : url;
    const forwarded = httpRequest(
      { host: "127.0.0.1", port, method: request.method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    open.add(forwarded);
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${own}`,
    close: () => {
      for (const one of open) one.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The addresses of this server in a document. */
const addressesIn = (html: string): string[] =>
  [...html.matchAll(/\s(?:href|src|action)="(\/[^"]*)"/g)].map(([, address]) => address ?? "");

describe.each([
  ["BASE_PATH behind a proxy that removes it", { BASE_PATH: "/vitals" }, { strips: true, prefix: false }],
  ["BASE_PATH behind a proxy that hands it on", { BASE_PATH: "/vitals/" }, { strips: false, prefix: false }],
  ["X-Forwarded-Prefix of a trusted proxy", { TRUST_PROXY: "loopback" }, { strips: true, prefix: true }],
])("%s", (_, env, kind) => {
  let server: RunningServer;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let cookie: string;

  beforeAll(async () => {
    server = await startServer({ env });
    proxy = await startProxy(server.port, kind);
    const body = new URLSearchParams({ password: ADMIN_PASSWORD });
    const signedIn = await fetch(`${proxy.origin}/vitals/login`, {
      method: "POST",
      body,
      redirect: "manual",
    });
    expect(signedIn.status).toBe(303);
    expect(signedIn.headers.get("location")).toBe("/vitals/admin/performance");
    const set = signedIn.headers.get("set-cookie") ?? "";
    expect(set).toMatch(/; Path=\/vitals\/;/);
    cookie = set.split(";")[0] ?? "";
    const measurements = [{ id: "a", name: "LCP", value: 1_000 }];
    const beacon = await fetch(`${proxy.origin}/vitals/api/analytics/web-vitals`, {
      method: "POST",
      headers: { "User-Agent": CHROME },
      body: JSON.stringify({ v: 1, buildVersion: "1", route: "/a", measurements }),
    });
    expect(beacon.status).toBe(204);
    await eventually(
      () => readVitals(server),
      ({ routes }) => routes.length > 0,
    );
  });

  afterAll(async () => {
    proxy?.close();
    await server?.close();
  });

  const get = (path: string): Promise<Response> =>
    fetch(proxy.origin + path, { headers: { cookie }, redirect: "manual" });

  it.each([
    "/vitals/login",
    "/vitals/admin/performance",
    "/vitals/admin/performance/releases",
    "/vitals/admin/access",
    "/vitals/no-such-page",
  ])("%s has every address below it, and each is there", async (path) => {
    const page = path === "/vitals/login" ? await fetch(proxy.origin + path) : await get(path);
    expect(page.headers.get("content-security-policy")).toMatch(/; report-uri \/vitals\/csp-reports$/);
    const addresses = addressesIn(await page.text());
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) {
      expect(address).toMatch(/^\/vitals\//);
      const { status } = await get(address.replaceAll("&amp;", "&"));
      // Forms that are sent, such as the one that signs out, have no page.
      expect([200, 302, 405]).toContain(status);
    }
  });

  it("leads to the sign-in form and back", async () => {
    const refused = await fetch(`${proxy.origin}/vitals/admin/performance?device=mobile`, {
      redirect: "manual",
    });
    const location = refused.headers.get("location") ?? "";
    expect(location).toMatch(/^\/vitals\/login\?next=/);
    const body = new URLSearchParams({ password: ADMIN_PASSWORD });
    const back = await fetch(proxy.origin + location, { method: "POST", body, redirect: "manual" });
    expect(back.headers.get("location")).toBe("/vitals/admin/performance?device=mobile");
    expect((await get("/vitals/")).headers.get("location")).toBe("/vitals/admin/performance");
  });

  it("shows the script's tag with its path, and serves the script", async () => {
    const [own] = addressesIn(await (await get("/vitals/admin/performance")).text()).filter((address) =>
      /^\/vitals\/vitals\/[0-9a-f]+\.js$/.test(address),
    );
    expect(own).toBeDefined();
    const pinned = await get(own ?? "");
    expect([pinned.status, pinned.headers.get("cache-control")]).toEqual([
      200,
      expect.stringMatching(/immutable/),
    ]);
    expect((await get("/vitals/vitals.js")).status).toBe(200);
  });

  it("ends the session under the same path", async () => {
    const ended = await fetch(`${proxy.origin}/vitals/logout`, {
      method: "POST",
      headers: { cookie },
      redirect: "manual",
    });
    expect(ended.headers.get("location")).toBe("/vitals/login");
    expect(ended.headers.get("set-cookie")).toMatch(/; Path=\/vitals\/; Max-Age=0/);
  });
});

describe("X-Forwarded-Prefix of anybody else", () => {
  it("counts for nothing", async () => {
    const server = await startServer();
    try {
      const headers = { "X-Forwarded-Prefix": "/evil", "X-Base-Path": "/evil" };
      expect(await (await fetch(`${server.origin}/login`, { headers })).text()).not.toContain("/evil");
    } finally {
      await server.close();
    }
  });
});
