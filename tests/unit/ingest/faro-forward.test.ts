import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CLOSE_TIMEOUT,
  type FaroForward,
  FaroForwarder,
  MAX_QUEUED_BYTES,
  TIMEOUT,
} from "../../../app/ingest/faro-forward.server";
import { type HeldTimers, holdTimers } from "../../support/held-timers";

let timers: HeldTimers;
beforeEach(() => {
  timers = holdTimers(TIMEOUT, CLOSE_TIMEOUT);
});

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Received = { body: Buffer; request: IncomingMessage };

/** A collector on a free port with a configurable response. */
async function collector(answer: (response: ServerResponse) => void) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ body: Buffer.concat(chunks), request });
      answer(response);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/collect/key?a=1`, received };
}

/** A forwarder, and the outcomes of its bodies. */
function forwarderTo(url: string) {
  const outcomes: Array<[string, string | undefined]> = [];
  const waiting = new Set<() => void>();
  const forwarder = new FaroForwarder({
    url,
    onOutcome: (outcome, reason) => {
      outcomes.push([outcome, reason instanceof Error ? reason.message : undefined]);
      for (const look of waiting) look();
    },
  });
  closing.push(() => forwarder.close());
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (outcomes.length >= count) resolve();
      };
      waiting.add(look);
      look();
    });
  return { forwarder, outcomes, until };
}

const one = (text: string, headers: Record<string, string> = {}): FaroForward => ({
  body: Buffer.from(text),
  headers: { "content-type": "application/json", ...headers },
});

describe("FaroForwarder", () => {
  it("sends each body unchanged, with its headers, once", async () => {
    const { url, received } = await collector((response) => response.writeHead(202).end("ok"));
    const { forwarder, outcomes, until } = forwarderTo(url);
    for (let i = 0; i < 20; i += 1) forwarder.push(one(`{"n": ${i}}`, { "x-api-key": "k" }));
    await until(20);
    expect(outcomes).toEqual(Array(20).fill(["sent", undefined]));
    expect(received.map(({ body }) => body.toString()).sort()).toEqual(
      Array.from({ length: 20 }, (_, i) => `{"n": ${i}}`).sort(),
    );
    const [first] = received;
    expect([first?.request.method, first?.request.url]).toEqual(["POST", "/collect/key?a=1"]);
    expect(first?.request.headers).toMatchObject({ "content-type": "application/json", "x-api-key": "k" });
    expect(forwarder.size).toBe(0);
  });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    ["answers 500", (response) => response.writeHead(500).end(), /answered 500/],
    [
      "answers HTML",
      (response) => response.writeHead(404, { "content-type": "text/html" }).end("<html>"),
      /404/,
    ],
    [
      "leads elsewhere",
      (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      /302/,
    ],
    ["hangs up", (response) => void response.destroy(), /fetch failed/],
    ["never answers", () => timers.expire(TIMEOUT), /timeout/],
    ["never ends its answer", (response) => void response.writeHead(500).write("x"), /answered 500/],
  ])("counts a failure when the collector %s, and continues", async (_, answer, reason) => {
    const responses: ServerResponse[] = [];
    // When both are there: the first answer may be the end of all timers.
    const { url, received } = await collector((response) => {
      if (responses.push(response) === 2) for (const each of responses) answer(each);
    });
    const { forwarder, outcomes, until } = forwarderTo(url);
    forwarder.push(one("a"));
    forwarder.push(one("b"));
    await until(2);
    expect(outcomes).toEqual([
      ["failed", expect.stringMatching(reason)],
      ["failed", expect.stringMatching(reason)],
    ]);
    expect(received).toHaveLength(2);
    expect(forwarder.size).toBe(0);
  });

  it("counts a failure when the connection is refused", async () => {
    const { forwarder, outcomes, until } = forwarderTo("http://127.0.0.1:1/");
    forwarder.push(one("a"));
    await until(1);
    expect(outcomes).toEqual([["failed", "fetch failed"]]);
  });

  it("drops bodies over the limit, and accepts bodies again when there is capacity", async () => {
    const answers: ServerResponse[] = [];
    const { url } = await collector((response) => answers.push(response));
    const { forwarder, outcomes, until } = forwarderTo(url);
    const half = "x".repeat(MAX_QUEUED_BYTES / 2 - 1024);
    for (let i = 0; i < 3; i += 1) forwarder.push(one(half));
    expect(outcomes).toEqual([["dropped", "Too many bodies wait to be passed on."]]);
    expect(forwarder.size).toBe(MAX_QUEUED_BYTES);
    while (outcomes.length < 3) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const response of answers.splice(0)) response.writeHead(202).end();
    }
    forwarder.push(one("a"));
    while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    answers[0]?.writeHead(202).end();
    await until(4);
    expect(outcomes.slice(1)).toEqual(Array(3).fill(["sent", undefined]));
  });

  it("sends the rest on close, drops new bodies, and aborts a request that hangs", async () => {
    const { url, received } = await collector((response) => response.writeHead(202).end());
    const { forwarder, outcomes } = forwarderTo(url);
    for (let i = 0; i < 10; i += 1) forwarder.push(one("a"));
    await forwarder.close();
    forwarder.push(one("b"));
    expect(received).toHaveLength(10);
    expect(outcomes.map(([outcome]) => outcome)).toEqual([...Array(10).fill("sent"), "dropped"]);

    const hanging = await collector(() => timers.expire(CLOSE_TIMEOUT));
    const { forwarder: stuck, outcomes: given } = forwarderTo(hanging.url);
    stuck.push(one("a"));
    await stuck.close();
    expect(given).toEqual([["failed", "The cockpit is shutting down."]]);
  });
});
