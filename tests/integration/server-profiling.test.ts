import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mountProfiling } from "../../app/profiling/mount.server";
import type { ProfileRecord, ProfilingState } from "../../app/profiling/profile-record";
import { type LoopbackServer, startLoopbackServer } from "../support/loopback-server";
import {
  ADMIN_API_TOKEN,
  ADMIN_PASSWORD,
  eventually,
  type RunningServer,
  startServer,
} from "../support/server";
import { get, post, signIn } from "../support/sign-in";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

const PAGE = "/admin/profiling";
const TOKEN = { Authorization: `Bearer ${ADMIN_API_TOKEN}` };
const TARGETS_TOKEN = "token-of-the-targets";
const START = `${PAGE}/start`;

const withToken = (
  { origin }: RunningServer,
  path: string,
  fields?: Record<string, string>,
): Promise<Response> =>
  fetch(
    origin + path,
    fields === undefined
      ? { headers: TOKEN }
      : { method: "POST", headers: TOKEN, body: new URLSearchParams(fields) },
  );

const stateOf = async (server: RunningServer, target = ""): Promise<ProfilingState> =>
  (await withToken(server, `${PAGE}?target=${target}`)).json();

const finished = (server: RunningServer, target = ""): Promise<ProfilingState> =>
  eventually(
    () => stateOf(server, target),
    ({ running }) => running === null,
    200,
  );

describe("profiling in production without PROFILING_ENABLED", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it("answers like a path that does not exist, with a token and without", async () => {
    for (const headers of [{}, TOKEN]) {
      const missing = await fetch(`${server.origin}/admin/nothing`, { headers });
      const body = await missing.text();
      expect(missing.status).toBe(404);
      const spellings = ["/Admin/Profiling", "/admin/profilin%67", "/admin/%70rofiling/start"];
      for (const path of [PAGE, `${PAGE}?id=x`, `${PAGE}/download?id=x`, START, `${PAGE}/`, ...spellings]) {
        const response = await fetch(server.origin + path, { headers });
        expect([path, response.status, await response.text()]).toEqual([path, 404, body]);
      }
      const start = await fetch(server.origin + START, { method: "POST", headers });
      const nowhere = await fetch(`${server.origin}/admin/nothing`, { method: "POST", headers });
      expect([start.status, await start.text()]).toEqual([nowhere.status, await nowhere.text()]);
    }
  });

  it("has no link to it", async () => {
    const page = await get(server, "/admin/performance", TOKEN);
    expect(await page.text()).not.toContain(PAGE);
  });
});

describe("profiling with PROFILING_ENABLED=1", () => {
  let folder: TemporaryFolder;
  let server: RunningServer;
  let cookie: string;
  let worker: { url: string; close: () => void };
  let nonsense: LoopbackServer;

  const settings = () => ({
    PROFILING_ENABLED: "1",
    PROFILING_TARGETS: [
      `worker=${worker.url}`,
      "down=http://127.0.0.1:1/admin/profiling",
      `html=${nonsense.origin}/html`,
      `redirect=${nonsense.origin}/redirect`,
      `other=${nonsense.origin}/other`,
      `endless=${nonsense.origin}/endless`,
      `unauthorised=${nonsense.origin}/unauthorised`,
    ].join(","),
    PROFILING_TARGETS_TOKEN: TARGETS_TOKEN,
    TRUST_PROXY: "loopback",
    GRAFANA_BASE_URL: "http://127.0.0.1:9/grafana",
    GRAFANA_PROFILES_DATASOURCE_UID: "pyroscope",
  });

  beforeAll(async () => {
    folder = temporaryFolder();
    const routes = createServer(
      mountProfiling({
        enabled: true,
        token: TARGETS_TOKEN,
        folder: join(folder.path, "worker"),
        service: "shop-worker",
        release: "7.1",
      }),
    ).listen(0, "127.0.0.1");
    await new Promise((resolve) => routes.once("listening", resolve));
    const { port } = routes.address() as AddressInfo;
    worker = { url: `http://127.0.0.1:${port}/admin/profiling`, close: () => routes.close() };
    nonsense = await startLoopbackServer((request, response) => {
      const url = request.url ?? "";
      if (url.startsWith("/html")) response.end("<!doctype html><p>Hello");
      else if (url.startsWith("/redirect")) response.writeHead(302, { Location: worker.url }).end();
      else if (url.startsWith("/unauthorised")) response.writeHead(401).end("{}");
      else if (url.startsWith("/endless")) response.end(Buffer.alloc(2_000_000, " "));
      else response.end('{"profiles": [{"id": "../../etc/passwd"}]}');
    });
    server = await startServer({ databasePath: join(folder.path, "vitals.db"), env: settings() });
    cookie = await signIn(server, ADMIN_PASSWORD);
  });
  afterAll(async () => {
    await server.close();
    await nonsense.close();
    worker.close();
    folder.remove();
  });

  it("redirects a browser without a session to the sign-in, and answers 401 to a program", async () => {
    const page = await get(server, PAGE, { Accept: "text/html" });
    expect([page.status, page.headers.get("location")]).toEqual([302, "/login?next=%2Fadmin%2Fprofiling"]);
    const program = await get(server, PAGE, { Accept: "application/json" });
    expect([program.status, await program.json()]).toEqual([
      401,
      { error: expect.stringContaining("token") },
    ]);
    const wrong = await get(server, PAGE, { Authorization: "Bearer wrong" });
    expect([wrong.status, wrong.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect((await get(server, `${PAGE}/download?id=x`, { Authorization: "Bearer wrong" })).status).toBe(401);
    expect((await get(server, `${PAGE}/download?id=x`)).status).toBe(302);
    expect((await post(server, START)).status).toBe(302);
  });

  it("rejects a session's start from another site's page with 403", async () => {
    const response = await post(server, START, {}, { Cookie: cookie, Origin: "https://evil.example" });
    expect(response.status).toBe(403);
    expect((await stateOf(server)).running).toBeNull();
  });

  it.each([
    ["duration", "4"],
    ["duration", "61"],
    ["interval", "0.1"],
    ["kind", "disk"],
    ["target", "nobody"],
    ["durations", "10"],
  ])("rejects %s=%s with 400 and its reason, for programs and in the page", async (name, value) => {
    const fields = { [name]: value };
    const program = await withToken(server, START, fields);
    expect(program.status).toBe(400);
    const { error } = await program.json();
    expect(error).toContain(name);
    const form = await post(server, START, fields, { Cookie: cookie, Accept: "text/html" });
    expect(form.status).toBe(400);
    const html = await form.text();
    expect(html).toContain('role="alert"');
    expect(html).toContain(name === "target" ? value : name);
  });

  it("rejects other methods with 405, and broken JSON with 400", async () => {
    const put = await fetch(server.origin + START, { method: "PUT", headers: TOKEN });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    const page = await fetch(server.origin + PAGE, { method: "POST", headers: TOKEN });
    expect([page.status, await page.json()]).toEqual([405, { error: "Use GET, HEAD." }]);
    const body = await fetch(server.origin + START, {
      method: "POST",
      headers: { ...TOKEN, "Content-Type": "application/json" },
      body: "{",
    });
    expect(body.status).toBe(400);
  });

  it("starts with the form, shows the countdown, and rejects a second start with 409", async () => {
    const started = await post(server, START, { duration: "15" }, { Cookie: cookie });
    expect(started.status).toBe(303);
    const location = started.headers.get("location") ?? "";
    expect(location).toMatch(/^\/admin\/profiling\?id=\d{8}t\d{6}-cpu-[0-9a-f]{8}$/);
    const html = await (await get(server, location, { Cookie: cookie })).text();
    expect(html).toContain("is running");
    expect(html).toMatch(/<noscript><meta http-equiv="refresh" content="\d"\/><\/noscript>/i);
    const second = await withToken(server, START, { duration: "5" });
    expect(second.status).toBe(409);
    expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await second.json()).error).toContain(location.split("=")[1]);
    const form = await post(server, START, {}, { Cookie: cookie });
    expect([form.status, (await form.text()).includes("is running; it ends in")]).toEqual([409, true]);
  });

  let remoteProfile: ProfileRecord | null = null;
  /** The one profile of the target, which runs beside that of this server. */
  async function startedRemote(): Promise<ProfileRecord> {
    if (remoteProfile === null) {
      const started = await withToken(server, START, { duration: "15", kind: "heap", target: "worker" });
      expect(started.status).toBe(202);
      remoteProfile = ((await started.json()) as { profile: ProfileRecord }).profile;
    }
    return remoteProfile;
  }

  it("starts a profile of a target, and rejects a second one with 409", async () => {
    const remote = await startedRemote();
    expect(remote).toMatchObject({ kind: "heap", service: "shop-worker", release: "7.1" });
    const again = await withToken(server, START, { target: "worker" });
    expect([again.status, (await again.json()).error]).toEqual([
      409,
      expect.stringContaining(`worker: The heap profile ${remote.id}`),
    ]);
  });

  /** The one profile of this server: it allows one start in five minutes. */
  async function recorded(): Promise<ProfileRecord> {
    await withToken(server, START, { duration: "5" });
    const [record] = (await finished(server)).profiles;
    if (record === undefined) throw new Error("no profile");
    return record;
  }

  it("serves the file, with this project's sources and without queries", async () => {
    const profile = await recorded();
    expect(profile).toMatchObject({ state: "complete", service: "vitals-cockpit", kind: "cpu" });
    const file = await withToken(server, `${PAGE}/download?id=${profile.id}`);
    expect(file.headers.get("content-disposition")).toBe(`attachment; filename="${profile.id}.cpuprofile"`);
    const text = await file.text();
    expect(Buffer.byteLength(text)).toBe(profile.bytes);
    expect(text).not.toContain("build/index.js");
    expect(text).not.toContain("?t=");
    expect(text).toMatch(/"url":"file:\/\/[^"]+\/app\/profiling\/[\w-]+\.server\.ts"/);
  });

  it("shows the file with its functions, its chart and a link to Grafana", async () => {
    const profile = await recorded();
    const html = await (await get(server, `${PAGE}?id=${profile.id}`, { Cookie: cookie })).text();
    for (const text of ["Table of functions", "Flame graph", "is absent: its time is on its caller"]) {
      expect(html).toContain(text);
    }
    expect(html).toContain("/grafana/a/grafana-pyroscope-app/explore?explorationType=flame-graph");
    expect(html).toContain("var-serviceName=vitals-cockpit");
    expect(html.split("<").length / 2).toBeLessThan(1_300);
  });

  it("rejects a start within five minutes with 429, also after a restart", async () => {
    const profile = await recorded();
    const soon = await withToken(server, START, {});
    expect(soon.status).toBe(429);
    const wait = Number(soon.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(300);
    await server.kill("SIGKILL");
    server = await startServer({ databasePath: join(folder.path, "vitals.db"), env: settings() });
    expect((await withToken(server, START, {})).status).toBe(429);
    expect((await stateOf(server)).profiles).toMatchObject([{ id: profile.id, state: "complete" }]);
  });

  it.each([
    "nothing",
    "..%2f..%2fvitals",
    "%2fetc%2fpasswd",
    "a%00",
    "",
  ])("answers 404 for the id %s", async (id) => {
    expect((await withToken(server, `${PAGE}/download?id=${id}`)).status).toBe(404);
    const page = await get(server, `${PAGE}?id=nothing`, { Cookie: cookie });
    expect(page.status).toBe(404);
  });

  it("lists and serves the profiles of a target, and rejects a soon start with 429", async () => {
    const remote = await startedRemote();
    await finished(server, "worker");
    const soon = await withToken(server, START, { target: "worker" });
    expect([soon.status, soon.headers.get("retry-after")]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    const file = await withToken(server, `${PAGE}/download?target=worker&id=${remote.id}`);
    expect(file.headers.get("content-disposition")).toContain(".heapprofile");
    expect(Object.keys(await file.json()).sort()).toEqual(["head", "samples"]);
    const html = await (
      await get(server, `${PAGE}?target=worker&id=${remote.id}`, { Cookie: cookie })
    ).text();
    expect(html).toContain("Heap profile of shop-worker 7.1");
    expect((await withToken(server, `${PAGE}/download?target=worker&id=nothing`)).status).toBe(404);
  });

  it.each([
    ["down", "down does not respond"],
    ["html", "its answer is not JSON"],
    ["redirect", "its answer has the status 302"],
    ["other", "its answer is no state of profiles"],
    ["endless", "more than 262144 bytes"],
    ["unauthorised", "check PROFILING_TARGETS_TOKEN"],
  ])("names what is wrong with the target %s, and still has the page", async (target, message) => {
    const page = await get(server, `${PAGE}?target=${target}`, { Cookie: cookie });
    expect([page.status, (await page.text()).includes(message)]).toEqual([200, true]);
    const start = await withToken(server, START, { target });
    expect(start.status).toBe(502);
  });

  it("calls a profile interrupted whose process was killed", async () => {
    await server.kill("SIGKILL");
    const path = join(folder.path, "other.db");
    server = await startServer({ databasePath: path, env: settings() });
    const { profile: running } = (await (await withToken(server, START, {})).json()) as {
      profile: ProfileRecord;
    };
    await server.kill("SIGKILL");
    server = await startServer({ databasePath: path, env: settings() });
    expect((await stateOf(server)).profiles).toMatchObject([{ id: running.id, state: "interrupted" }]);
    const page = await get(server, `${PAGE}?id=${running.id}`, {
      Cookie: await signIn(server, ADMIN_PASSWORD),
    });
    expect(await page.text()).toContain("The process ended before");
  });
});
