import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROME, eventually, type RunningServer, readVitals, startServer } from "../support/server";

const SCRIPT = "/static/m.js";
const BEACON = "/in";

/** The argument of the script: the URL of its endpoint, relative to its own. */
const referenceIn = (script: string): string => /\("([^"]*)"\);\s*$/.exec(script)?.[1] ?? "no argument";

describe.each([
  ["at the root", ""],
  ["below a base path", "/vitals"],
])("SCRIPT_PATH and BEACON_PATH %s", (_, base) => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer({
      env: {
        SCRIPT_PATH: SCRIPT,
        BEACON_PATH: BEACON,
        BASE_PATH: base,
        ALLOWED_ORIGINS: "https://shop.example",
      },
    });
  });

  afterAll(() => server?.close());

  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.origin}${base}${path}`, init);

  it.each([
    SCRIPT,
    "/vitals.js",
    "/vitals/0123456789abcdef.js",
  ])("serves a script at %s that posts to the endpoint", async (path) => {
    const response = await send(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "access-control-allow-origin": "*",
      "cache-control": "public, max-age=3600, stale-while-revalidate=86400",
    });
    const endpoint = new URL(referenceIn(await response.text()), response.url);
    expect(endpoint.href).toBe(`${server.origin}${base}${BEACON}`);
    const head = await send(path, { method: "HEAD" });
    expect([head.status, head.headers.get("etag")]).toEqual([200, response.headers.get("etag")]);
  });

  it("ignores a sender's own header for the script's path", async () => {
    const script = await (await send("/vitals.js", { headers: { "X-Script-Path": SCRIPT } })).text();
    expect(referenceIn(script)).toBe("in");
  });

  it.each([BEACON, "/readings", "/api/analytics/web-vitals"])("accepts beacons at %s", async (path) => {
    const route = `/sent-to${path}`;
    const beacon = { v: 1, route, measurements: [{ id: `v6${path}`, name: "LCP", value: 1_000 }] };
    const response = await send(`${path}?build_version=7`, {
      method: "POST",
      headers: { "User-Agent": CHROME, Origin: "https://shop.example" },
      body: JSON.stringify(beacon),
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    await eventually(
      () => readVitals(server, "?release=7"),
      ({ routes }) => routes.some((one) => one.route === route),
    );
  });

  it("answers preflights and other methods like the documented endpoint", async () => {
    const preflight = {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
      },
    };
    const essence = async (path: string, init: RequestInit) => {
      const { status, headers } = await send(path, init);
      const named = [...headers].filter(([name]) => name === "allow" || name.startsWith("access-control-"));
      return { status, headers: Object.fromEntries(named) };
    };
    const allowed = await essence(BEACON, preflight);
    expect(allowed).toEqual(await essence("/readings", preflight));
    expect([allowed.status, allowed.headers["access-control-allow-origin"]]).toEqual([
      204,
      "https://shop.example",
    ]);
    for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
      const refused = await essence(BEACON, { method });
      expect(refused).toEqual(await essence("/readings", { method }));
      expect([refused.status, refused.headers.allow]).toEqual([405, expect.stringContaining("POST")]);
    }
    const denied = await send(BEACON, {
      method: "POST",
      headers: { Origin: "https://evil.example" },
      body: "{}",
    });
    expect(denied.status).toBe(403);
  });

  it.each([`${SCRIPT}/`, `${SCRIPT}x`, `${BEACON}/a`, "/static"])("answers 404 at %s", async (path) => {
    expect((await send(path)).status).toBe(404);
  });

  it("is what the cockpit's own pages load, with the integrity of that content", async () => {
    const html = await (await send("/login")).text();
    const tag = /<script[^>]*data-build-version[^>]*>/.exec(html)?.[0] ?? "";
    const src = /src="([^"]*)"/.exec(tag)?.[1] ?? "";
    expect(src).toMatch(new RegExp(`^${base}${SCRIPT}\\?v=[0-9a-f]{16}$`));
    const script = await (await fetch(server.origin + src)).text();
    const digest = createHash("sha384").update(script).digest("base64");
    expect(tag).toContain(`integrity="sha384-${digest}"`);
  });
});
