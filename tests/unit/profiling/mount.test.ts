import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type MountOptions, mountProfiling, type ProfilingRoutes } from "../../../app/profiling/mount.server";
import { holdTimers } from "../../support/held-timers";
import { PROJECT_ROOT } from "../../support/node-bundle";
import { RawConnection } from "../../support/raw-http";
import { type TemporaryFolder, temporaryFolder } from "../../support/temporary-folder";

const TOKEN = "token-of-the-tests";
const AUTHORIZED = { Authorization: `Bearer ${TOKEN}` };

let temporary: TemporaryFolder;
const closes: Array<() => void> = [];
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => {
  for (const close of closes.splice(0)) close();
  temporary.remove();
});

const mount = (options: Partial<MountOptions> = {}): ProfilingRoutes =>
  mountProfiling({ enabled: true, token: TOKEN, folder: temporary.path, service: "shop", ...options });

/** A server with the routes in front of a page; `prepare` is what a framework does to a request before. */
async function serve(
  routes: ProfilingRoutes,
  prepare: (request: IncomingMessage) => void = () => {},
): Promise<string> {
  const server = createServer((request, response) => {
    prepare(request);
    routes(request, response, () => response.end("the page"));
  }).listen(0, "127.0.0.1");
  closes.push(() => server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const start = (origin: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${origin}/admin/profiling/start`, { method: "POST", headers: { ...AUTHORIZED, ...headers }, body });

describe("mountProfiling", () => {
  it("passes every other path on", async () => {
    const origin = await serve(mount());
    for (const path of ["/", "/admin", "/admin/profilings", "//admin/x", "/admin/profiling%2fstart"]) {
      expect(await (await fetch(origin + path)).text(), path).toBe("the page");
    }
  });

  it("passes on a target that is no URL", async () => {
    const origin = await serve(mount());
    const connection = await RawConnection.open(Number(new URL(origin).port));
    connection.write("GET /\\ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(await connection.closed()).toContain("the page");
  });

  it("does not exist where it is not enabled, even with the token", async () => {
    const origin = await serve(mount({ enabled: false, token: undefined }));
    const response = await fetch(`${origin}/admin/profiling`, { headers: AUTHORIZED });
    expect(await response.text()).toBe("the page");
    const server = createServer(mount({ enabled: false })).listen(0, "127.0.0.1");
    closes.push(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect((await fetch(`http://127.0.0.1:${port}/admin/profiling`, { headers: AUTHORIZED })).status).toBe(
      404,
    );
  });

  it.each([undefined, "", "short"])("needs a token of 16 characters; %j is none", (token) => {
    expect(() => mount({ token })).toThrow("16 characters");
  });

  it("answers 401 without the token, whatever the path below", async () => {
    const origin = await serve(mount());
    for (const path of ["", "/", "/start", "/download?id=x", "/nothing"]) {
      for (const authorization of ["", "Bearer wrong", TOKEN]) {
        const headers = { Authorization: authorization };
        const response = await fetch(`${origin}/admin/profiling${path}`, { headers });
        expect([path, response.status, response.headers.get("www-authenticate")]).toEqual([
          path,
          401,
          "Bearer",
        ]);
      }
    }
  });

  it("answers 405, 404 and 400 with a reason", async () => {
    const origin = await serve(mount());
    const put = await fetch(`${origin}/admin/profiling`, { method: "PUT", headers: AUTHORIZED });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    const got = await fetch(`${origin}/admin/profiling/start`, { headers: AUTHORIZED });
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
    for (const path of ["/nothing", "/constructor", "/download", "/download?id=..%2F..%2Fsecret"]) {
      const response = await fetch(`${origin}/admin/profiling${path}`, { headers: AUTHORIZED });
      expect([path, response.status]).toEqual([path, 404]);
    }
    for (const body of ["duration=4", "target=other", "kind=disk", "x".repeat(20_000)]) {
      const response = await start(origin, body);
      expect([body.slice(0, 20), response.status]).toEqual([body.slice(0, 20), 400]);
      expect((await response.json()).error).toMatch(/\.$/);
    }
  });

  it("starts with a form, with JSON, and with a body that a framework has parsed", async () => {
    const form = await start(await serve(mount()), new URLSearchParams({ duration: "5" }));
    expect([form.status, (await form.json()).profile.duration]).toEqual([202, 5]);
    const json = await start(
      await serve(mount({ folder: join(temporary.path, "json") })),
      JSON.stringify({ duration: 6 }),
      { "Content-Type": "application/json" },
    );
    expect((await json.json()).profile.duration).toBe(6);
    const parsed = await serve(mount({ folder: join(temporary.path, "parsed") }), (request) =>
      Object.assign(request, { body: { duration: "7" } }),
    );
    expect((await (await start(parsed, "ignored=1")).json()).profile.duration).toBe(7);
    const unparsed = await serve(mount({ folder: join(temporary.path, "unparsed") }), (request) =>
      Object.assign(request, { body: {} }),
    );
    const response = await start(unparsed, "duration=8");
    expect((await response.json()).profile.duration).toBe(8);
  });

  it("finds its path below a router of Express, and at another path", async () => {
    const below = await serve(mount(), (request) => {
      Object.assign(request, { originalUrl: request.url, url: "/" });
    });
    const other = await serve(mount({ path: "/internal/profiles" }));
    for (const url of [`${below}/admin/profiling`, `${other}/internal/profiles/`]) {
      const response = await fetch(url, { headers: AUTHORIZED });
      expect(await response.json()).toMatchObject({ service: "shop", running: null, profiles: [] });
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  it("serves the file of a profile, and its head", async () => {
    const timers = holdTimers(5_000);
    const origin = await serve(mount());
    const { profile } = await (await start(origin, "duration=5")).json();
    const url = `${origin}/admin/profiling/download?id=${profile.id}`;
    expect((await fetch(url, { headers: AUTHORIZED })).status).toBe(404);
    timers.expire(5_000);
    let response = await fetch(url, { method: "HEAD", headers: AUTHORIZED });
    for (; response.status === 404; await pause(50)) {
      response = await fetch(url, { method: "HEAD", headers: AUTHORIZED });
    }
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="${profile.id}.cpuprofile"`,
    );
    expect(await response.text()).toBe("");
    const { nodes } = await (await fetch(url, { headers: AUTHORIZED })).json();
    expect(nodes.length).toBeGreaterThan(1);
  });
});

describe("the bundle for other services", () => {
  it("holds app/profiling and the clock, and needs no package", async () => {
    const { metafile } = await build({
      absWorkingDir: PROJECT_ROOT,
      entryPoints: ["app/profiling/mount.server.ts"],
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      write: false,
      metafile: true,
    });
    const others = Object.keys(metafile.inputs).filter((file) => !file.startsWith("app/profiling/"));
    expect(others).toEqual(["app/platform/clock.server.ts"]);
    const imports = Object.values(metafile.outputs).flatMap((output) =>
      output.imports.map(({ path }) => path),
    );
    expect(imports.filter((path) => !path.startsWith("node:"))).toEqual([]);
  });
});
