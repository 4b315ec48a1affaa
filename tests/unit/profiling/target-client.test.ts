import { afterEach, describe, expect, it } from "vitest";
import { TargetClient } from "../../../app/profiling/target-client.server";
import { type LoopbackServer, startLoopbackServer } from "../../support/loopback-server";

const START = { kind: "cpu", duration: 30, interval: 1 } as const;

const servers: LoopbackServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

type Answer = Parameters<typeof startLoopbackServer>[0];

async function serve(answer: Answer): Promise<string> {
  const server = await startLoopbackServer(answer);
  servers.push(server);
  return server.origin;
}

const clientOf = (url: string, timeout = 60_000): TargetClient => {
  const limits = { timeout, limit: 1_000 };
  return new TargetClient({ name: "worker", url }, "the token", {
    state: limits,
    start: limits,
    download: limits,
  });
};

const rejection = (
  promise: Promise<unknown>,
): Promise<{ status: number; message: string; retryAfter: number }> =>
  promise.then(
    () => Promise.reject(new Error("it was not rejected")),
    (error) => error,
  );

describe("TargetClient", () => {
  it("ends a request that gets no answer, or half of one, with 504", async () => {
    const silent = await serve(() => {});
    const half = await serve((_, response) => response.write("{"));
    for (const url of [silent, half]) {
      expect(await rejection(clientOf(url, 100).state())).toMatchObject({
        status: 504,
        message: "worker did not answer within 0.1 s.",
      });
    }
  });

  it("stops to read an answer that is too large", async () => {
    const endless = await serve((_, response) => {
      response.on("error", () => {});
      const write = (): void => {
        if (!response.destroyed) response.write("x".repeat(500), () => setImmediate(write));
      };
      write();
    });
    expect(await rejection(clientOf(endless).state())).toMatchObject({
      status: 502,
      message: expect.stringContaining("more than 1000 bytes"),
    });
  });

  it("follows no redirect, so that the token stays with its address", async () => {
    const requests: string[] = [];
    const other = await serve((request, response) => {
      requests.push(request.headers.authorization ?? "");
      response.end();
    });
    const url = await serve((request, response) => {
      requests.push(request.headers.authorization ?? "");
      response.writeHead(307, { Location: other }).end();
    });
    expect(await rejection(clientOf(url).start(START))).toMatchObject({ status: 502 });
    expect(requests).toEqual(["Bearer the token"]);
  });

  it.each([
    [
      409,
      '{"error": "The CPU profile x is running."}',
      { status: 409, message: "worker: The CPU profile x is running." },
    ],
    [429, '{"error": "Too soon."}', { status: 429, retryAfter: 120 }],
    [429, "", { status: 502 }],
    [404, "<html>", { status: 502, message: expect.stringContaining("no profiling routes") }],
    [403, "{}", { status: 502, message: expect.stringContaining("PROFILING_TARGETS_TOKEN") }],
    [500, '{"error": ["no text"]}', { status: 502 }],
    [503, "busy", { status: 502, message: expect.stringContaining("status 503") }],
    [202, '{"profile": {"id": "../x"}}', { status: 502, message: expect.stringContaining("no profile") }],
    [202, "[]", { status: 502 }],
    [202, "null", { status: 502 }],
  ])("passes on the guards' own answers, and calls the rest by its name: %i %s", async (status, body, expected) => {
    const url = await serve((_, response) => response.writeHead(status, { "Retry-After": "120" }).end(body));
    expect(await rejection(clientOf(url).start(START))).toMatchObject(expected);
  });

  it("names a target that does not respond", async () => {
    const url = await serve(() => {});
    await servers.pop()?.close();
    const error = await rejection(clientOf(url).state());
    expect(error).toMatchObject({
      status: 502,
      message: expect.stringMatching(/^worker does not respond \(ECONN/),
    });
  });
});
