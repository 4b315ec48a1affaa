import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { HOST } from "./servers.server";
import { quantileOf } from "./statistics";

/** Requests per second, and latencies in ms. */
export type LoadResult = { perSecond: number; p50: number; p99: number };

const EXPECTED = "HTTP/1.1 204";
const END_OF_HEAD = "\r\n\r\n";

/**
 * Sends raw requests over `connections` keep-alive connections, each of which sends the next request after the response to
 * the last one. Has little overhead of its own, so that servers can be compared.
 * @param times how often the requests are sent
 * @throws Error for a status other than 204
 */
export async function sendAll(
  port: number,
  requests: readonly Buffer[],
  { connections, times = 1 }: { connections: number; times?: number },
): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const total = requests.length * times;
  const latencies: number[] = [];
  let sent = 0;
  const next = (): Buffer | undefined => {
    if (sent === total) return undefined;
    sent += 1;
    return requests[(sent - 1) % requests.length];
  };
  const start = performance.now();
  try {
    await Promise.all(sockets.map((socket) => keepSending(socket, next, latencies)));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    perSecond: total / seconds,
    p50: quantileOf(latencies, 0.5),
    p99: quantileOf(latencies, 0.99),
  };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: HOST, port, noDelay: true });
  await once(socket, "connect");
  return socket;
}

function keepSending(socket: Socket, next: () => Buffer | undefined, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = "";
    let sentAt = 0;
    const send = (): void => {
      const request = next();
      if (request === undefined) {
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      if (!answer.startsWith(EXPECTED.slice(0, answer.length))) {
        reject(new Error(`Unexpected response to a beacon: ${answer.slice(0, 300)}`));
        return;
      }
      // A 204 has no body.
      if (!answer.endsWith(END_OF_HEAD)) return;
      latencies.push(performance.now() - sentAt);
      answer = "";
      send();
    });
    socket.once("error", reject);
    socket.once("close", () =>
      reject(new Error(`The server closed a connection after ${answer.slice(0, 300)}`)),
    );
    send();
  });
}
