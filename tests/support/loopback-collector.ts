import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { type LoopbackServer, startLoopbackServer } from "./loopback-server";

export type ReceivedRequest = { url: string; headers: IncomingHttpHeaders; body: Buffer };

/** A loopback server that records requests. */
export type LoopbackCollector = LoopbackServer & { received: ReceivedRequest[] };

/** @param answer sends the response, by default 200 with an empty JSON object */
export async function startLoopbackCollector(
  answer: (response: ServerResponse) => void = (response) =>
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}"),
): Promise<LoopbackCollector> {
  const received: ReceivedRequest[] = [];
  const server = await startLoopbackServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ url: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
      answer(response);
    });
  });
  return { ...server, received };
}
