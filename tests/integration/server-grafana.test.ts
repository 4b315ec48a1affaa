import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeGrafana } from "../support/fake-grafana";
import {
  ADMIN_API_TOKEN,
  eventually,
  PATIENT,
  postBeacon,
  type RunningServer,
  startServer,
} from "../support/server";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

const TOKEN = "glsa_of-the-tests";

let grafana: FakeGrafana;
let folder: TemporaryFolder;
const servers = new Set<RunningServer>();
beforeEach(async () => {
  folder = temporaryFolder();
  grafana = await FakeGrafana.start(TOKEN);
});
afterEach(async () => {
  for (const server of servers) await server.close();
  servers.clear();
  await grafana.close();
  folder.remove();
});

async function start(env: Record<string, string> = {}, imports: string[] = []): Promise<RunningServer> {
  const server = await startServer({
    databasePath: join(folder.path, "vitals.db"),
    env: { GRAFANA_BASE_URL: grafana.baseUrl, GRAFANA_SERVICE_ACCOUNT_TOKEN: TOKEN, ...env },
    imports,
  });
  servers.add(server);
  return server;
}

/** Announces a release, and sends the first measurement of it. */
async function deploy(server: RunningServer, buildVersion: string): Promise<void> {
  const headers = { Authorization: `Bearer ${ADMIN_API_TOKEN}` };
  const announcement = { method: "POST", headers, body: JSON.stringify({ buildVersion }) };
  expect((await fetch(`${server.origin}/api/admin/releases`, announcement)).status).toBe(201);
  const measurements = [{ id: `of ${buildVersion}`, name: "LCP", value: 1000 }];
  expect((await postBeacon(server, { buildVersion, measurements })).status).toBe(204);
}

async function counter(server: RunningServer, name: string): Promise<number> {
  const response = await fetch(`${server.origin}/metrics`, {
    headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
  });
  const value = new RegExp(`^${name}_total (\\d+)`, "m").exec(await response.text())?.[1];
  return Number(value ?? Number.NaN);
}

const lines = (server: RunningServer, text: string): number => server.log().split(text).length - 1;

describe("a new release with Grafana configured", () => {
  it("is annotated by one of two processes", async () => {
    const [first, second] = [await start(), await start()];
    await deploy(first, "2.4.1");
    await eventually(
      () => grafana.annotations.length,
      (count) => count > 0,
    );
    const marked = async () =>
      (await counter(first, "vitals_release_annotations")) +
      (await counter(second, "vitals_release_annotations"));
    await eventually(marked, (count) => count === 1);
    expect(await first.kill("SIGTERM")).toMatchObject({ code: 0 });
    const third = await start();
    await deploy(third, "2.4.2");
    await eventually(
      () => grafana.annotations.length,
      (count) => count > 1,
    );
    expect(grafana.annotations.map(({ text }) => text)).toEqual(["Release 2.4.1", "Release 2.4.2"]);
  });

  it("only increments a counter and logs a line when Grafana never answers", async () => {
    grafana.behaviour = "never answers";
    const server = await start();
    await deploy(server, "2.4.1");
    await eventually(
      () => grafana.requests.length,
      (count) => count > 0,
    );
    await deploy(server, "2.4.2");
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    // What is under way does not keep it from ending.
    expect(await server.kill("SIGTERM")).toMatchObject({ code: 0 });
    expect(server.log()).not.toMatch(/"level":"error"/);
  });

  it("is counted and logged once when Grafana fails", async () => {
    grafana.behaviour = "answers 500";
    const server = await start({}, [PATIENT]);
    await deploy(server, "2.4.1");
    await eventually(
      () => counter(server, "vitals_release_annotation_failures"),
      (count) => count >= 1,
    );
    await deploy(server, "2.4.2");
    await eventually(
      () => counter(server, "vitals_release_annotation_failures"),
      (count) => count >= 2,
    );
    await server.logged("it answered 500");
    expect(lines(server, "a release annotation could not be added to Grafana")).toBe(1);
    expect(server.log()).not.toContain(TOKEN);
  });
});

describe("the start of the server", () => {
  it("warns that a token without a URL annotates nothing", async () => {
    const server = await start({ GRAFANA_BASE_URL: "" });
    await server.logged("GRAFANA_SERVICE_ACCOUNT_TOKEN is set without GRAFANA_BASE_URL");
  });
});
