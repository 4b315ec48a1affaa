import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ArrivingBodies } from "../../../../app/server/traffic/arriving-bodies.mjs";
import { RawConnection } from "../../../support/raw-http";

const BODY = "0123456789";

let server: Server;
let connection: RawConnection;
let bodies: ArrivingBodies;
let onRequest = (_request: IncomingMessage): void => {};

beforeEach(async () => {
  // The look for slow bodies never comes: what passes a body on is its arrival.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  bodies = new ArrivingBodies(() => performance.now());
  server = createServer((request, response) => {
    const read = async (): Promise<void> => {
      let text = "";
      for await (const part of request) text += part;
      response.end(`<${text}>`);
    };
    bodies.await({ request, client: "one", isExempt: false, complete: () => void read(), cut: () => {} });
    onRequest(request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  connection = await RawConnection.open(port);
});

afterEach(() => {
  vi.useRealTimers();
  connection.destroy();
  server.closeAllConnections();
  server.close();
  onRequest = () => {};
});

const head = (headers: string): string => `POST / HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n`;

describe("ArrivingBodies", () => {
  it("passes on a body that comes with its head", async () => {
    connection.write(`${head("Content-Length: 10")}${BODY}`);
    expect(await connection.received("<0123456789>")).toContain("<0123456789>");
    expect(bodies.size).toBe(0);
  });

  it.each([
    ["of a known length", "Content-Length: 10", BODY.slice(0, 4), BODY.slice(4)],
    ["in chunks", "Transfer-Encoding: chunked", "4\r\n0123\r\n", "6\r\n456789\r\n0\r\n\r\n"],
  ])("passes on a body %s as soon as its last part arrives", async (_, header, first, last) => {
    const arriving = new Promise<void>((resolve) => {
      onRequest = () => setImmediate(() => setImmediate(resolve));
    });
    connection.write(head(header) + first);
    await arriving;
    expect(bodies.size).toBe(1);
    connection.write(last);
    expect(await connection.received("<0123456789>")).toContain("<0123456789>");
    expect(bodies.size).toBe(0);
  });

  it("passes on a body of which Node reads no more before it has a reader", async () => {
    const long = "x".repeat(300_000);
    connection.write(`${head(`Content-Length: ${long.length}`)}x`);
    connection.write(long.slice(1));
    expect(await connection.received(`<${long}>`)).toContain(`<${long}>`);
  });

  it("forgets a body whose client is gone", async () => {
    const gone = new Promise<void>((resolve) => {
      onRequest = (request) => request.once("close", resolve);
    });
    connection.write(`${head("Content-Length: 10")}0123`);
    await expect.poll(() => bodies.size).toBe(1);
    connection.destroy();
    await gone;
    vi.advanceTimersByTime(1_000);
    expect(bodies.size).toBe(0);
  });
});
