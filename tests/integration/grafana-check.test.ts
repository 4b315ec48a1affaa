import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../app/platform/project-root";
import { PRELOAD } from "../../app/setup/server-command.mjs";
import { HOUR, MINUTE } from "../../app/vitals/time";
import { testEnvironment } from "../environment.mjs";
import { emptyTempo, FakeTempo, TEMPO_ERRORS, traces } from "../support/fake-tempo";
import { measurements } from "../support/measurements";
import { ADMIN_API_TOKEN, type RunningServer, startServer } from "../support/server";
import { Store } from "../support/store";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

let folder: TemporaryFolder;
let databasePath: string;
let tempo: FakeTempo;
let settings: Record<string, string>;

/** A site with eleven routes; `/page-0` has most page views. */
async function fill(path: string): Promise<void> {
  const store = await Store.open({ path, at: Date.now() });
  const all = Array.from({ length: 11 }, (_, i) =>
    measurements(100 - i, {
      metric: "TTFB",
      value: 500,
      route: `/page-${i}`,
      receivedAt: store.at - 2 * HOUR - 5 * MINUTE,
    }).map((one, view) => ({ ...one, id: `${i} ${view}` })),
  ).flat();
  await store.ingest(...all);
  await store.fold();
  await store.close();
}

beforeAll(async () => {
  folder = temporaryFolder();
  databasePath = join(folder.path, "vitals.db");
  await fill(databasePath);
});
afterAll(() => folder.remove());

beforeEach(async () => {
  tempo = await FakeTempo.start();
  settings = {
    DATABASE_URL: `file:${databasePath}`,
    GRAFANA_BASE_URL: "https://grafana.example",
    GRAFANA_SERVICE_NAME: "shop-web",
    GRAFANA_TEMPO_URL: tempo.url,
  };
});
afterEach(() => tempo.close());

async function grafanaCheck(env: Record<string, string>) {
  const child = spawn(process.execPath, [...PRELOAD, "build/cli.js", "grafana:check"], {
    cwd: projectRoot(),
    env: { ...testEnvironment(process.env), NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { out: out.split("\n").slice(0, -1), error: error.trimEnd().split("\n"), code };
}

describe("grafana:check", () => {
  it("prints a line for each of the ten busiest routes, and exits with 0 when all links work", async () => {
    tempo.answer = (request) => (request.path === "/api/search" ? traces(3) : emptyTempo(request));
    const { out, code } = await grafanaCheck(settings);
    expect(out).toEqual([
      `Tempo 3.0.3 at ${tempo.url}, service shop-web, version 2.4.1`,
      ...Array.from({ length: 10 }, (_, i) => `ok    /page-${i}: 3 traces slower than 490 ms.`),
      "ok    Latency by Version: 0 versions.",
      "10 of 10 links work.",
    ]);
    expect(code).toBe(0);
  });

  it("exits with 1 and the number of links that work when one does not", async () => {
    tempo.answer = (request) => {
      if (request.path !== "/api/search") return emptyTempo(request);
      return request.q.includes("/page-3") ? TEMPO_ERRORS.searchRange : traces(1);
    };
    const { out, error, code } = await grafanaCheck(settings);
    expect(out.filter((line) => !line.startsWith("ok"))).toEqual([
      `Tempo 3.0.3 at ${tempo.url}, service shop-web, version 2.4.1`,
      `FAIL  /page-3: Tempo refused the range: ${TEMPO_ERRORS.searchRange.body}`,
    ]);
    expect(error).toEqual(["grafana:check: 9 of 10 links work."]);
    expect(code).toBe(1);
  });

  it("prints one line when Tempo answers a web page, and exits with 1", async () => {
    tempo.answer = () => ({ type: "text/html", body: "<title>Sign in</title>" });
    expect(await grafanaCheck(settings)).toEqual({
      out: [],
      error: [
        `grafana:check: Tempo at ${tempo.url} can't be asked: it answered 200 with a web page: is it Tempo?`,
      ],
      code: 1,
    });
  });

  it.each([
    ["GRAFANA_TEMPO_URL", "there is no Tempo to ask"],
    ["GRAFANA_BASE_URL", "pages have no links to check"],
  ])("exits with 2 without %s", async (name, reason) => {
    const { error, code } = await grafanaCheck({ ...settings, [name]: "" });
    expect(error[0]).toBe(`grafana:check: ${name} is not set: ${reason}.`);
    expect(code).toBe(2);
  });

  it("exits with 1 where no route was measured", async () => {
    const { error, code } = await grafanaCheck({
      ...settings,
      DATABASE_URL: `file:${join(folder.path, "empty.db")}`,
    });
    expect(error).toEqual(["grafana:check: no route was measured in the last 24 hours."]);
    expect(code).toBe(1);
  });
});

describe("/admin/performance/grafana", () => {
  let server: RunningServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });

  const page = async (search = "", headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server?.origin}/admin/performance/grafana${search}`, {
      redirect: "manual",
      headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}`, ...headers },
    });

  it("asks Tempo only when the URL asks for it, once for readers who come together, and only for admins", async () => {
    server = await startServer({ databasePath, env: settings });
    tempo.answer = (request) => (request.path === "/api/search" ? traces(3) : emptyTempo(request));
    expect((await page("?ask=tempo", { Authorization: "" })).status).toBe(302);
    const before = await (await page()).text();
    expect(before).toContain("Ask Tempo");
    expect(tempo.requests).toEqual([]);
    const answers = await Promise.all([page("?ask=tempo"), page("?ask=tempo")]);
    const [html = ""] = await Promise.all(answers.map((answer) => answer.text()));
    expect(html).toContain("10 of 10 links work.");
    expect(html.match(/data-status="ok"/g)?.length).toBe(11);
    expect(tempo.requests.length).toBe(12);
  });

  it("shows one sentence when Tempo can't be asked", async () => {
    server = await startServer({ databasePath, env: settings });
    tempo.answer = () => "hang up";
    const html = await (await page("?ask=tempo")).text();
    expect(html).toMatch(/Tempo at http:\/\/127\.0\.0\.1:\d+ can&#x27;t be asked: /);
    expect(html).not.toContain("data-status");
  });

  it("names the variable that is missing, and asks nobody", async () => {
    server = await startServer({ databasePath, env: { ...settings, GRAFANA_TEMPO_URL: undefined } });
    const html = await (await page("?ask=tempo")).text();
    expect(html).toContain("To check the links to traces, set GRAFANA_TEMPO_URL.");
    expect(html).not.toContain("Ask Tempo");
  });
});
