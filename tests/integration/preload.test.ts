import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get, request as requestOver } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const preload = ["--import", join(root, "app/server/preload.mjs")];
const serve = join(root, "node_modules/@remix-run/serve/dist/cli.js");

/** A server build as Remix's compiler writes one, with routes that show what reaches a loader. */
const BUILD = `
export const mode = "production", isSpaMode = false, publicPath = "/build/", assetsBuildDirectory = "public/build";
export const future = { v3_singleFetch: true };
export const assets = { entry: { module: "", imports: [] }, routes: {}, url: "", version: "1" };
export const entry = { module: { default: (_, status) => new Response("a page", { status }), handleError() {} } };
let answer;
const route = (path, loader) => [path, { id: path, path, module: { loader } }];
export const routes = Object.fromEntries([
  route("headers", ({ request }) => Response.json({ ...Object.fromEntries(request.headers), url: request.url })),
  route("timeouts", () => Response.json([hub.server.headersTimeout, hub.server.requestTimeout])),
  route("own-policy", () => new Response("", { headers: { "content-security-policy": "default-src 'self'" } })),
  route("slow", () => { say({ begun: "slow" }); return new Promise((resolve) => { answer = () => resolve(new Response("late")); }); }),
]);
const say = (what) => process.stdout.write(JSON.stringify(what) + "\\n");
const hub = globalThis[Symbol.for("vitals-cockpit.process")];
hub.onRequestEnd.add((request) => say({ request }));
hub.onRequestEnd.add(() => { throw new Error("a subscriber that fails"); });
const closing = () => new Promise((resolve) => { hub.server.keepAliveTimeout = 3_600_000; hub.server.close(resolve); setImmediate(answer); });
const shutdown = { closing, clean: async () => say({ shutdown: "clean" }), stuck: () => new Promise(() => {}), failing: async () => { throw new Error("no"); } };
hub.shutdown = shutdown[process.env.SHUTDOWN];
const tellPort = () => (hub.server === null ? setImmediate(tellPort) : say({ port: hub.server.address().port }));
tellPort();
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vitals-preload-"));
  mkdirSync(join(folder, "public"));
  writeFileSync(join(folder, "public", "file.txt"), "static");
  writeFileSync(join(folder, "build.mjs"), BUILD);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Said = { port?: number; begun?: string; shutdown?: string; request?: Record<string, unknown> };
type Running = {
  child: ChildProcess;
  origin: string;
  port: number;
  /** The next line of standard output that is JSON with this key. */
  said: (key: keyof Said) => Promise<Said>;
  stdout: string[];
  stderr: () => string;
  exit: Promise<[number | null, NodeJS.Signals | null]>;
};

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

function run(args: string[], env: Record<string, string>): Omit<Running, "origin" | "port"> {
  const stdio = ["ignore", "pipe", "pipe", "ipc"] as const;
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: [...stdio],
  });
  children.add(child);
  const stdout: string[] = [];
  const waiting: Array<() => void> = [];
  if (child.stdout === null || child.stderr === null) throw new Error("no output");
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  // "exit" may precede the last output; and there is no "close" where the channel to the child was closed before.
  const exit = Promise.all([
    once(child, "exit"),
    once(child.stdout, "close"),
    once(child.stderr, "close"),
  ]).then(([ended]) => ended) as Running["exit"];
  createInterface({ input: child.stdout }).on("line", (line) => {
    stdout.push(line);
    for (const look of waiting.splice(0)) look();
  });
  let read = 0;
  const said = async (key: keyof Said): Promise<Said> => {
    for (;;) {
      for (; read < stdout.length; read += 1) {
        const line = stdout[read] ?? "";
        if (!line.startsWith(`{"${key}"`)) continue;
        read += 1;
        return JSON.parse(line);
      }
      const line = new Promise<void>((resolve) => waiting.push(resolve));
      await Promise.race([
        line,
        exit.then(([code]) => Promise.reject(new Error(`ended, ${code}: ${stderr}`))),
      ]);
    }
  };
  return { child, said, stdout, stderr: () => stderr, exit };
}

async function startServer(env: Record<string, string> = {}): Promise<Running> {
  const process = run([...preload, serve, "build.mjs"], { PORT: "0", HOST: "127.0.0.1", ...env });
  const { port = 0 } = await process.said("port");
  return { ...process, port, origin: `http://127.0.0.1:${port}` };
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /csp-reports";

describe("the preload: response headers", () => {
  it("protect every response: pages, static files, 404s", async () => {
    const { origin } = await startServer();
    for (const path of ["/headers", "/file.txt", "/nowhere"]) {
      const { headers } = await fetch(origin + path);
      // Express's own page for errors is stricter still.
      const policy = path === "/nowhere" ? "default-src 'none'" : POLICY;
      expect(headers.get("content-security-policy"), path).toBe(policy);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("x-frame-options"), path).toBe("DENY");
      expect(headers.get("referrer-policy"), path).toBe("same-origin");
      expect(headers.get("permissions-policy"), path).toContain("camera=()");
      expect(headers.get("cross-origin-opener-policy"), path).toBe("same-origin");
      expect(headers.get("cross-origin-resource-policy"), path).toBe("same-origin");
      expect(headers.get("strict-transport-security"), path).toBeNull();
    }
  });

  it("give way to a route's own header", async () => {
    const { origin } = await startServer();
    const { headers } = await fetch(`${origin}/own-policy`);
    expect(headers.get("content-security-policy")).toBe("default-src 'self'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("send Strict-Transport-Security only behind a trusted proxy that speaks HTTPS", async () => {
    const forwarded = { headers: { "X-Forwarded-Proto": "https" } };
    const trusting = await startServer({ TRUST_PROXY: "loopback" });
    const { headers } = await fetch(`${trusting.origin}/headers`, forwarded);
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d+$/);
    const other = await startServer();
    expect((await fetch(`${other.origin}/headers`, forwarded)).headers.has("strict-transport-security")).toBe(
      false,
    );
  });
});

describe("the preload: request headers", () => {
  it("name the sender, and drop what it forged", async () => {
    const { origin } = await startServer();
    const headers = {
      "X-Peer-Address": "6.6.6.6",
      "X-Forwarded-For": "7.7.7.7",
      "X-Forwarded-Host": "evil:81",
    };
    const seen = await (await fetch(`${origin}/headers`, { headers })).json();
    expect(seen).toMatchObject({
      "x-peer-address": "127.0.0.1",
      "x-client-address": "127.0.0.1",
      "x-client-proto": "http",
      "x-forwarded-seen": "1",
      url: `${origin}/headers`,
    });
    expect(seen["x-forwarded-for"]).toBeUndefined();
  });

  it("name the client of a trusted proxy, and the host as it wrote it", async () => {
    const { origin } = await startServer({ TRUST_PROXY: "loopback" });
    const headers = { "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "vitals.example:8443" };
    const seen = await (await fetch(`${origin}/headers`, { headers })).json();
    expect(seen).toMatchObject({
      "x-client-address": "203.0.113.9",
      host: "vitals.example:8443",
      url: "http://vitals.example:8443/headers",
    });
  });
});

describe("the preload: requests", () => {
  it.each(["TRACE", "PROPFIND"])("with the method %s get 405, and are reported under it", async (method) => {
    const { port, said, stderr } = await startServer();
    const [answer] = await once(requestOver({ port, method, path: "/headers" }).end(), "response");
    answer.resume();
    expect(answer.statusCode).toBe(405);
    expect((await said("request")).request).toMatchObject({ method, status: 405 });
    expect(stderr()).toBe("");
  });

  it("with an invalid host are answered", async () => {
    const { port, stderr } = await startServer();
    const [answer] = await once(get({ port, path: "/headers", headers: { host: "a b:99999" } }), "response");
    expect(JSON.parse(await text(answer)).url).toBe("http://localhost/headers");
    expect(stderr()).toBe("");
  });

  it("have half a minute to arrive, and their heads ten seconds", async () => {
    const { origin } = await startServer();
    expect(await (await fetch(`${origin}/timeouts`)).json()).toEqual([10_000, 30_000]);
  });

  it("are reported when they end, without their query, and not logged as text", async () => {
    const { origin, said, stdout, stderr } = await startServer();
    await (await fetch(`${origin}/headers?secret=1`)).text();
    const { request } = await said("request");
    expect(request).toEqual({
      method: "GET",
      pathname: "/headers",
      status: 200,
      aborted: false,
      durationMs: expect.any(Number),
    });
    expect(stdout.join("\n")).not.toContain("secret");
    expect(stderr()).not.toContain("secret");
  });

  it("are reported when the client aborts", async () => {
    const { origin, said } = await startServer();
    const request = get(`${origin}/slow`).on("error", () => {});
    await said("begun");
    request.destroy();
    expect((await said("request")).request).toMatchObject({ pathname: "/slow", aborted: true });
  });
});

describe("the preload: the end of the process", () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("runs the shutdown on %s and exits 0", async (signal) => {
    const server = await startServer({ SHUTDOWN: "clean" });
    server.child.kill(signal);
    expect(await server.exit).toEqual([0, null]);
    expect(server.stdout.filter((line) => line.includes("shutdown"))).toEqual(['{"shutdown":"clean"}']);
    // remix-serve's own handlers print the result of close().
    expect(server.stderr()).toBe("");
  });

  it("closes the server of an application without a shutdown", async () => {
    const server = await startServer();
    await (await fetch(`${server.origin}/headers`)).text();
    server.child.kill("SIGTERM");
    expect(await server.exit).toEqual([0, null]);
  });

  it("waits for a response under way, not for its connection to close", async () => {
    const server = await startServer({ SHUTDOWN: "closing" });
    const agent = new Agent({ keepAlive: true });
    const answered = once(get(`${server.origin}/slow`, { agent }), "response");
    await server.said("begun");
    server.child.kill("SIGTERM");
    const [response] = await answered;
    expect(await text(response)).toBe("late");
    // The server would keep the idle connection for an hour, and the agent doesn't close it.
    expect(await server.exit).toEqual([0, null]);
    agent.destroy();
  });

  it("logs a shutdown that fails and exits 1", async () => {
    const server = await startServer({ SHUTDOWN: "failing" });
    server.child.kill("SIGTERM");
    expect(await server.exit).toEqual([1, null]);
    expect(server.stderr()).toContain("The clean shutdown failed: Error: no");
  });

  it("exits at once on a later signal, and ignores one right after the first", async () => {
    const server = await startServer({ SHUTDOWN: "stuck" });
    const start = performance.now();
    const again = setInterval(() => server.child.kill("SIGTERM"), 50);
    server.child.kill("SIGTERM");
    expect(await server.exit).toEqual([143, null]);
    clearInterval(again);
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  it("ends the server when its launcher is killed", async () => {
    const server = await startServer({ SHUTDOWN: "clean" });
    server.child.disconnect();
    expect(await server.exit).toEqual([0, null]);
    expect(server.stdout.at(-1)).toBe('{"shutdown":"clean"}');
  });

  it("explains a port in use in a sentence", async () => {
    const { port } = await startServer();
    const second = run([...preload, serve, "build.mjs"], { PORT: String(port), HOST: "127.0.0.1" });
    expect(await second.exit).toEqual([1, null]);
    expect(second.stderr()).toBe(
      `Port ${port} is in use. Stop what listens there, or choose another with PORT.\n`,
    );
  });
});

describe("the preload: a program that serves nothing", () => {
  const script = (text: string) => [...preload, "--input-type=module", "--eval", text];

  it("leaves signals to Node", async () => {
    const idle = run(script("process.stdout.write('{\"port\":1}\\n'); setInterval(() => {}, 1000)"), {});
    await idle.said("port");
    idle.child.kill("SIGTERM");
    expect(await idle.exit).toEqual([null, "SIGTERM"]);
  });

  it("ends by itself", async () => {
    const done = run(script(""), {});
    expect(await done.exit).toEqual([0, null]);
    expect(done.stderr()).toBe("");
  });

  it("reads the ENV_FILE; variables that are set win, and an empty PORT counts as unset", async () => {
    writeFileSync(join(folder, "settings.env"), "FROM_FILE=file\nSET=file\nPORT=\n");
    const show = script(
      "process.stdout.write(JSON.stringify([process.env.FROM_FILE, process.env.SET, process.env.PORT ?? null]))",
    );
    const { exit, stdout } = run(show, { ENV_FILE: join(folder, "settings.env"), SET: "set" });
    await exit;
    expect(JSON.parse(stdout.join(""))).toEqual(["file", "set", null]);
  });
});
