import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Answers } from "../../../../app/server/traffic/answers.mjs";

let server: Server | undefined;
afterEach(() => server?.close());

/** More than the buffers of both ends hold. */
const LARGE = Buffer.alloc(64 * 1_024 * 1_024);

describe("Answers", () => {
  it("closes the connection of a client that reads nothing of its answer for a while", async () => {
    const answers = new Answers(100);
    const ends: string[] = [];
    server = createServer((_request, response) => {
      answers.watch(response, () => ends.push("done"));
      response.once("close", () => ends.push("closed"));
      response.end(LARGE);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const reader = connect({ host: "127.0.0.1", port });
    reader.pause().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const [socket] = (await once(server, "connection")) as [import("node:net").Socket];
    await once(socket, "close");
    expect(ends).toEqual(["done", "closed"]);
    reader.destroy();
  });
});
