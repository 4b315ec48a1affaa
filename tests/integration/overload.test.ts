import { fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ADMIN_API_TOKEN, CHROME, eventually, type RunningServer, startServer } from "../support/server";

let server: RunningServer | undefined;
afterEach(() => server?.close());

/** What one client sends from 127.0.0.1, in a process of its own: more than its budget, over 200 connections. */
const FLOOD = { seconds: 3, perSecond: 1_000, connections: 200, addresses: ["127.0.0.1"], keepAlive: true };

type Report = { sent: number; statuses: Record<string, number> };

/** Posts a beacon from 127.0.0.2. @returns the status */
async function honestBeacon(port: number, number: number): Promise<number> {
  const body = JSON.stringify({
    v: 1,
    buildVersion: "2.4.1",
    url: "https://shop.example/basket",
    measurements: [{ id: `honest-${number}`, name: "LCP", value: 1_000 }],
  });
  const headers = { "Content-Type": "text/plain", "Content-Length": body.length, "User-Agent": CHROME };
  const sent = request({
    host: "127.0.0.1",
    localAddress: "127.0.0.2",
    port,
    path: "/readings",
    method: "POST",
    headers,
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  response.resume();
  await once(response, "end");
  return response.statusCode ?? 0;
}

describe.each(["cockpit", "collector"] as const)("a %s that one client floods", (program) => {
  it("accepts every beacon of another client, and refuses what is beyond the client's budget", async () => {
    server = await startServer({ program, env: { RATE_LIMIT: "5" } });
    const { port } = server;
    const readings = `${server.origin}/readings`;
    const flood = fork(join(import.meta.dirname, "../support/flood.mjs"), [
      JSON.stringify({ ...FLOOD, port, clients: 0 }),
    ]);
    const reported = once(flood, "message") as Promise<[Report]>;
    const statuses: number[] = [];
    for (let i = 0; i < 20; i += 1) statuses.push(await honestBeacon(port, i));
    expect(statuses).toEqual(Array(20).fill(204));
    const [{ statuses: answers }] = await reported;
    expect(answers["429"] ?? 0).toBeGreaterThan(0);
    expect(answers["204"] ?? 0).toBeGreaterThan(0);

    const further = await eventually(
      () => Promise.all(Array.from({ length: 40 }, () => fetch(readings, { method: "POST", body: "{}" }))),
      (responses) => responses.some(({ status }) => status === 429),
    );
    const refused = further.find(({ status }) => status === 429);
    expect(refused?.headers.get("x-content-type-options")).toBe("nosniff");
    expect(refused?.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(refused?.headers.get("cache-control")).toBe("no-store");
    const page = await fetch(`${server.origin}/metrics`, {
      headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
    });
    expect(await page.text()).toMatch(/vitals_requests_refused_total\{reason="rate"\} [1-9]/);
  });
});
