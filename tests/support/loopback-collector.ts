import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type ReceivedRequest = { url: string; headers: IncomingHttpHeaders; body: Buffer };

/** An HTTP server on a free port of the loopback interface that keeps what is posted to it. */
export type LoopbackCollector = {
  origin: string;
  received: ReceivedRequest[];
  close: () => Promise<void>;
};

/** @param answer what it answers; by default 200 and an empty JSON object */
export async function startLoopbackCollector(
  answer: (response: ServerResponse) => void = (response) =>
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}"),
): Promise<LoopbackCollector> {
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ url: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
      answer(response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
