import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimLook, recordLook } from "../../app/observability/notifications/looks.server";
import type { Notification } from "../../app/observability/notifications/notification";
import { MINUTE } from "../../app/vitals/time";
import { FakeWebhook } from "../support/fake-webhook";
import { ADMIN_API_TOKEN, eventually, postBeacon, type RunningServer, startServer } from "../support/server";
import { Store } from "../support/store";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

let webhook: FakeWebhook;
let folder: TemporaryFolder;
const servers = new Set<RunningServer>();
beforeEach(async () => {
  folder = temporaryFolder();
  webhook = await FakeWebhook.start();
});
afterEach(async () => {
  for (const server of servers) await server.close();
  servers.clear();
  await webhook.close();
  folder.remove();
});

const path = (): string => join(folder.path, "vitals.db");

async function start(env: Record<string, string> = {}): Promise<RunningServer> {
  const server = await startServer({
    databasePath: path(),
    env: { NOTIFY_WEBHOOK_URL: webhook.url, PUBLIC_URL: "https://vitals.example", ...env },
  });
  servers.add(server);
  return server;
}

/** Queues a notification, as another process would. */
async function queue(): Promise<void> {
  const at = Date.now();
  const other = await Store.open({ path: path(), at });
  const look = { release: "2.4.1", at: at - MINUTE, since: at - MINUTE, isReplacement: false };
  const claim = await claimLook(other.database, look, at);
  if (claim === null) throw new Error("The look is claimed already.");
  const notification: Notification = {
    ...{ version: 1, event: "regression", release: "2.4.1", baseline: "2.4.0", sentence: "2.4.1 is slower." },
    ...{ look: { kind: "first-day", at: "" }, link: "https://vitals.example/", callCount: 0, calls: [] },
  };
  await recordLook(other.database, claim, { open: [], notifications: [notification] }, at);
  await other.close();
}

async function count(server: RunningServer, outcome: string): Promise<number> {
  const response = await fetch(`${server.origin}/metrics`, {
    headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
  });
  const pattern = new RegExp(`^vitals_notifications_total\\{outcome="${outcome}"\\} (\\d+)`, "m");
  return Number(pattern.exec(await response.text())?.[1] ?? Number.NaN);
}

describe("NOTIFY_WEBHOOK_URL", () => {
  it("receives a queued notification once from two processes, in the chosen format", async () => {
    const both = [await start({ NOTIFY_FORMAT: "slack" }), await start({ NOTIFY_FORMAT: "slack" })];
    await queue();
    const sent = async (): Promise<number> => {
      const counts = await Promise.all(both.map((server) => count(server, "sent")));
      return counts.reduce((sum, n) => sum + n, 0);
    };
    await eventually(sent, (n) => n === 1);
    expect(webhook.messages).toEqual([{ text: expect.stringContaining("Performance regression") }]);
  });

  it("delays neither beacons nor the end of the process when it never answers", async () => {
    webhook.behaviour = "never answers";
    await queue();
    const server = await start();
    await eventually(
      () => webhook.requests.length,
      (n) => n > 0,
    );
    const measurements = [{ id: "one", name: "LCP", value: 1000 }];
    expect((await postBeacon(server, { measurements })).status).toBe(204);
    expect(await server.kill("SIGTERM")).toMatchObject({ code: 0 });
    expect(server.log()).not.toMatch(/"level":"error"/);
  });

  it("counts and logs a failure without its secret, and says that links need PUBLIC_URL", async () => {
    webhook.behaviour = "answers 404";
    await queue();
    const server = await start({ PUBLIC_URL: "" });
    await eventually(
      () => count(server, "failed"),
      (n) => n > 0,
    );
    await server.logged("it answered 404");
    await server.logged("NOTIFY_WEBHOOK_URL is set without PUBLIC_URL");
    expect(server.log()).not.toContain("secret-of-the-tests");
  });

  it("receives nothing from a demo", async () => {
    await queue();
    const server = await start({ DEMO: "true" });
    expect(await count(server, "sent")).toBeNaN();
    await server.kill("SIGTERM");
    expect(webhook.requests).toEqual([]);
  });
});
