import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identifySender, trustedProxies } from "../../../../app/server/client-address.mjs";
import { TrafficGate, type TrafficLimits } from "../../../../app/server/traffic/traffic-gate.mjs";
import { holdTimers } from "../../../support/held-timers";

/** How long a request waits for its turn, in ms. */
const PATIENCE = 5_000;

let server: Server | undefined;
const sockets = new Set<Socket>();
// A busy machine may come to a request later.
beforeEach(() => void holdTimers(PATIENCE));
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
  server = undefined;
});

const ANY: RequestListener = (request, response) => {
  request.resume();
  request.once("end", () => response.writeHead(204).end());
};

/** A server behind the gate, with the peer's address, or X-Forwarded-For, as the client's. */
async function guarded(
  limits: Partial<TrafficLimits> = {},
  listener: RequestListener = ANY,
  headers: Record<string, string> = {},
) {
  const refused: string[] = [];
  const isTrusted = trustedProxies("loopback");
  const gate = new TrafficGate({
    perSecond: 100,
    connections: 256,
    isTrustedProxy: () => false,
    isExempt: () => false,
    // A body that trickles in must not be cut before the others have begun.
    clock: () => 0,
    onRefused: ({ reason }) => refused.push(reason),
    ...limits,
  });
  const one = createServer(listener);
  server = one;
  gate.guard(one, () => headers);
  one.prependListener("request", ({ headers, socket }) => {
    identifySender(headers, socket.remoteAddress, isTrusted);
  });
  one.listen(0, "127.0.0.1");
  await once(one, "listening");
  const { port } = one.address() as { port: number };
  return { gate, refused, port };
}

function open(port: number): Socket {
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("error", () => {});
  sockets.add(socket);
  return socket;
}

/** Sends a request over a connection of its own; the status of the answer, 0 for a connection that closes without one. */
async function send(port: number, client: string, path = "/readings", body = "{}"): Promise<number> {
  const socket = open(port);
  socket.write(head(path, body.length, client) + body);
  return statusOf(socket);
}

const head = (path: string, length: number, client: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${client}\r\nContent-Length: ${length}\r\n\r\n`;

async function statusOf(socket: Socket): Promise<number> {
  let answer = "";
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes("\r\n\r\n")) break;
  }
  return Number(answer.slice(9, 12) || 0);
}

const HONEST = "192.0.2.1";
const HOSTILE = "198.51.100.1";

describe("TrafficGate", () => {
  it("refuses the requests of one client beyond its rate, and no other client", async () => {
    const { port, refused } = await guarded({ perSecond: 1 });
    const hostile = await Promise.all(Array.from({ length: 13 }, () => send(port, HOSTILE)));
    expect(hostile.filter((status) => status === 204)).toHaveLength(10);
    expect(hostile.filter((status) => status === 429)).toHaveLength(3);
    expect(refused).toEqual(["rate", "rate", "rate"]);
    expect(await send(port, HONEST)).toBe(204);
    expect(await send(port, HOSTILE, "/admin/performance")).toBe(204);
  });

  it.each([
    "/readings",
    "//readings",
    "/READINGS/",
    "/%72eadings",
    "/admin/../readings",
    "/%2e/readings",
    "/v1/logs",
    "/vitals.js",
    "/vitals/vitals.abc.js",
    "/api/analytics/web-vitals?route=/a",
  ])("counts %s as traffic of sites, whose budget pages don't share", async (path) => {
    const { gate, port } = await guarded({ perSecond: 1 });
    gate.charge(HOSTILE, 10);
    expect(await send(port, HOSTILE, path)).toBe(429);
    expect(await send(port, HOSTILE, "/login")).toBe(204);
  });

  it.each([
    "/%ff",
    "/%",
    "/%e0%a4%a",
    "//[",
    "*",
  ])("passes on %s, which is no path of a route", async (path) => {
    const { port } = await guarded();
    expect(await send(port, HOSTILE, path)).toBe(204);
  });

  it("counts the addresses of one IPv6 /64 as one client", async () => {
    const { port } = await guarded({ perSecond: 1 });
    for (let i = 0; i < 10; i += 1) expect(await send(port, `2001:db8::${i}`)).toBe(204);
    expect(await send(port, "2001:db8::ffff")).toBe(429);
    expect(await send(port, "2001:db8:0:1::1")).toBe(204);
  });

  it("limits nobody where it is off, and no exempt address", async () => {
    const off = await guarded({ perSecond: null });
    for (let i = 0; i < 20; i += 1) expect(await send(off.port, HOSTILE)).toBe(204);
    server?.close();
    const { port } = await guarded({
      perSecond: 1,
      isExempt: (address) => address === HOSTILE,
    });
    for (let i = 0; i < 20; i += 1) expect(await send(port, HOSTILE)).toBe(204);
  });

  it("charges a client for further page views of a body", async () => {
    const { gate, port } = await guarded({ perSecond: 1 });
    gate.charge(HOSTILE, 10);
    expect(await send(port, HOSTILE)).toBe(429);
    expect(await send(port, HONEST)).toBe(204);
  });

  it("refuses a request before any listener, with the headers of every answer", async () => {
    let seen = 0;
    const headers = { "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin" };
    const { port, gate } = await guarded(
      { perSecond: 1 },
      () => {
        seen += 1;
      },
      headers,
    );
    gate.charge("127.0.0.1", 40);
    const response = await fetch(`http://127.0.0.1:${port}/readings`, { method: "POST", body: "{}" });
    expect([response.status, seen]).toEqual([429, 0]);
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    // Every page may read a refusal.
    expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  });

  it("names when to come back, readable to any page", async () => {
    const { gate, port } = await guarded({ perSecond: 1 });
    gate.charge("127.0.0.1", 40);
    const response = await fetch(`http://127.0.0.1:${port}/readings`, {
      method: "POST",
      headers: { Origin: "https://shop.example" },
      body: "{}",
    });
    expect(response.status).toBe(429);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "retry-after": "31",
      "access-control-allow-origin": "https://shop.example",
      "cache-control": "no-store",
    });
    expect(await response.json()).toEqual({ error: expect.stringContaining("too much") });
  });

  it("keeps bodies that trickle in away from the application, so that others are answered", async () => {
    let running = 0;
    const { gate, port } = await guarded({}, (request, response) => {
      running += 1;
      ANY(request, response);
    });
    for (let i = 0; i < 64; i += 1) open(port).write(`${head("/readings", 1_000, `198.51.100.${i % 4}`)}{`);
    while (gate.figures.arrivingBodies < 64) await new Promise((resolve) => setImmediate(resolve));
    expect(running).toBe(0);
    const honest = await Promise.all(Array.from({ length: 20 }, (_, i) => send(port, `192.0.2.${i}`)));
    expect(honest).toEqual(Array(20).fill(204));
  });

  it("refuses one client's further bodies while 32 of them trickle in", async () => {
    let now = 0;
    const { gate, port, refused } = await guarded({ clock: () => now });
    for (let i = 0; i < 40; i += 1) open(port).write(`${head("/readings", 1_000, HOSTILE)}{`);
    while (gate.figures.arrivingBodies < 40) await new Promise((resolve) => setImmediate(resolve));
    now = 1_001;
    while (refused.length < 8) await new Promise((resolve) => setImmediate(resolve));
    expect(refused).toEqual(Array(8).fill("bodies"));
    expect(gate.figures.arrivingBodies).toBe(32);
    now = 10_001;
    while (refused.length < 40) await new Promise((resolve) => setImmediate(resolve));
    expect(refused.slice(8)).toEqual(Array(32).fill("slow-body"));
  });

  it("leaves capacity for the large bodies of others while those of one client trickle in", async () => {
    const { gate, port, refused } = await guarded();
    const beginning = "x".repeat(20_000);
    for (let i = 0; i < 12; i += 1) open(port).write(head("/collect", 60_000, HOSTILE) + beginning);
    while (refused.length < 4) await new Promise((resolve) => setImmediate(resolve));
    expect(refused).toEqual(Array(4).fill("large-bodies"));
    expect(gate.figures.largeBodies).toBe(8);
    expect(await send(port, HONEST, "/collect", "x".repeat(60_000))).toBe(204);
  });

  it("frees what pipelined requests use when their connection breaks", async () => {
    let requests = 0;
    const { port, gate } = await guarded({ isExempt: () => true }, () => {
      requests += 1;
    });
    const socket = open(port);
    socket.write(`${head("/readings", 2, HOSTILE)}{}`.repeat(12));
    await expect.poll(() => [requests, gate.figures.siteRequests]).toEqual([12, 12]);
    socket.destroy();
    await expect.poll(() => gate.figures.siteRequests).toBe(0);
  });

  it("has slots for others while a client does not read its answers", async () => {
    const { port, gate } = await guarded({ isExempt: () => true }, (_request, response) => {
      response.end(Buffer.alloc(4 * 1_024 * 1_024));
    });
    for (let i = 0; i < 40; i += 1) open(port).pause().write("GET /vitals.js HTTP/1.1\r\nHost: a\r\n\r\n");
    await expect.poll(() => gate.figures).toMatchObject({ connections: 40, siteRequests: 0 });
  });

  it("answers 429 over a connection beyond the limit of its peer, until an earlier one closes", async () => {
    const { gate, port, refused } = await guarded({ connections: 2 });
    const first = [open(port), open(port)];
    await Promise.all(first.map((socket) => once(socket, "connect")));
    while ((await connectionsOf()) < 2) await new Promise((resolve) => setImmediate(resolve));
    const third = open(port);
    const statuses: string[] = [];
    third.on("data", (chunk) => statuses.push(String(chunk).slice(9, 12)));
    third.write(`${head("/readings", 2, HOSTILE)}{}`);
    await expect.poll(() => statuses).toEqual(["429"]);
    expect(refused).toEqual(["connections"]);
    first[0]?.destroy();
    await expect.poll(() => gate.figures.connections).toBe(2);
    third.write(`${head("/readings", 2, HOSTILE)}{}`);
    await expect.poll(() => statuses).toEqual(["429", "204"]);
  });

  it("closes a connection that goes on sending before it has read its refusal", async () => {
    const { gate, port } = await guarded({ perSecond: 1 });
    gate.charge(HOSTILE, 10);
    const socket = open(port);
    socket.write(`${head("/readings", 2, HOSTILE)}{}`.repeat(12));
    await once(socket.resume(), "close");
    expect(await send(port, HONEST)).toBe(204);
  });

  it("charges a client for the bytes of a body of unknown length, as they arrive", async () => {
    const { gate, port, refused } = await guarded({ perSecond: 1 });
    const start = `POST /collect HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${HOSTILE}\r\n`;
    const chunk = `ea60\r\n${"x".repeat(60_000)}\r\n`;
    const once = open(port);
    once.write(`${start}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`);
    expect(await statusOf(once)).toBe(204);
    // Ten requests are the budget: this one has cost between four and five, and the next is charged beyond it.
    const endless = open(port);
    const closed = new Promise((resolve) => endless.once("close", resolve));
    endless.write(`${start}Transfer-Encoding: chunked\r\n\r\n`);
    const sending = setInterval(() => endless.write(chunk), 5);
    await closed;
    clearInterval(sending);
    expect(refused).toEqual(["rate"]);
    expect(gate.figures.largeBodies).toBe(0);
    expect(await send(port, HOSTILE)).toBe(429);
    expect(await send(port, HONEST)).toBe(204);
  });

  it("closes connections of one peer far beyond its limit", async () => {
    const { gate, port } = await guarded({ connections: 1 });
    for (let i = 0; i < 10; i += 1) open(port);
    let closed = 0;
    for (const socket of sockets) {
      socket.resume();
      socket.once("close", () => {
        closed += 1;
      });
    }
    while (closed < 6) await new Promise((resolve) => setImmediate(resolve));
    expect(gate.figures.connections).toBe(4);
  });
});

const connectionsOf = (): Promise<number> =>
  new Promise((resolve) => server?.getConnections((_, count) => resolve(count)));
