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
 * @param perSecond sends at most so many; latencies then begin when a request was due, not when a connection was free
 * @throws Error for a status other than 204
 */
export async function sendAll(
  port: number,
  requests: readonly Buffer[],
  { connections, times = 1, perSecond }: { connections: number; times?: number; perSecond?: number },
): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const total = requests.length * times;
  const latencies: number[] = [];
  let sent = 0;
  const start = performance.now();
  const next: NextRequest = () => {
    const request = sent === total ? undefined : requests[sent % requests.length];
    if (request === undefined) return null;
    const dueAt = perSecond === undefined ? performance.now() : start + (1000 * sent) / perSecond;
    sent += 1;
    return { request, dueAt };
  };
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

/** The next request and when it is due; `null` after the last. */
type NextRequest = () => { request: Buffer; dueAt: number } | null;

function keepSending(socket: Socket, next: NextRequest, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = "";
    let sentAt = 0;
    const send = (): void => {
      const one = next();
      if (one === null) {
        resolve();
        return;
      }
      sentAt = one.dueAt;
      const early = one.dueAt - performance.now();
      if (early <= 0) {
        socket.write(one.request);
        return;
      }
      setTimeout(() => {
        // A timer may be up to a millisecond early.
        sentAt = Math.min(sentAt, performance.now());
        socket.write(one.request);
      }, early);
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
