// @ts-check
// A hostile sender in a process of its own: `node flood.mjs '{"port":3000,…}'`. Sends beacons at a rate, whatever is
// answered, and reports on its channel what was.
import { connect } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";

/**
 * @typedef {object} FloodOptions
 * @property {number} port
 * @property {number} seconds
 * @property {number} perSecond requests that are begun, as far as there are free connections
 * @property {number} connections at once
 * @property {readonly string[]} addresses of the sender, on the loopback interface
 * @property {boolean} keepAlive whether a connection is used again
 * @property {number} clients how many the requests name in turn, as a proxy would, each in a network of its own (up to
 *   256); 0 for none
 */

/**
 * @typedef {object} FloodReport
 * @property {number} sent
 * @property {Record<string, number>} statuses of answers; `0` counts connections that closed without one
 * @property {number} refusalP50 ms from the request to an answer other than 204
 * @property {number} delayP50 ms by which this process itself was late to see an answer
 */

const PER_BEACON = 5;
const TICK_MS = 5;
const METRICS = ["LCP", "INP", "CLS", "FCP", "TTFB"];

/** @type {FloodOptions} */
const options = JSON.parse(process.argv[2] ?? "{}");
const { port, seconds, perSecond, connections, addresses, keepAlive, clients } = options;

/** @type {Record<string, number>} */
const statuses = {};
/** @type {number[]} */
const refusals = [];
let sent = 0;
let next = 0;
let open = 0;
let serial = 0;
let ending = false;
/** @type {import("node:net").Socket[]} */
const idle = [];

function requestOf() {
  serial += 1;
  const number = String(serial).padStart(12, "0");
  const measurements = METRICS.slice(0, PER_BEACON).map((name, i) => ({
    id: `v6-${Date.now()}-${process.pid}${i}${number}`,
    name,
    value: name === "CLS" ? 0.1 : 1_000 + (serial % 500),
  }));
  const body = JSON.stringify({
    v: 1,
    buildVersion: "1.0.0",
    url: "https://shop.example/flood",
    measurements,
  });
  const client = clients > 0 ? serial % clients : 0;
  return [
    "POST /readings HTTP/1.1",
    "Host: cockpit.example",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    ...(clients > 0 ? [`X-Forwarded-For: 198.18.${client & 255}.${1 + (client >> 8)}`] : []),
    ...(keepAlive ? [] : ["Connection: close"]),
    "Content-Type: text/plain",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");
}

/** @param {string} status */
const count = (status) => {
  statuses[status] = (statuses[status] ?? 0) + 1;
};

function openSocket() {
  open += 1;
  next += 1;
  const socket = connect({
    host: "127.0.0.1",
    port,
    localAddress: addresses[next % addresses.length] ?? "127.0.0.1",
    noDelay: true,
  });
  socket.on("error", () => {});
  socket.once("close", () => {
    open -= 1;
    const index = idle.indexOf(socket);
    if (index !== -1) idle.splice(index, 1);
  });
  return socket;
}

/** @param {import("node:net").Socket} socket */
function send(socket) {
  sent += 1;
  const sentAt = performance.now();
  let answer = "";
  /** @param {Buffer} chunk */
  const onData = (chunk) => {
    answer += chunk.toString("latin1");
    const head = answer.indexOf("\r\n\r\n");
    const length = /^content-length: (\d+)/im.exec(answer)?.[1] ?? "0";
    if (head === -1 || answer.length < head + 4 + Number(length)) return;
    finish(answer.slice(9, 12));
    if (keepAlive && !/^connection: close/im.test(answer) && !ending) idle.push(socket);
    else socket.end();
  };
  const onClose = () => finish("0");
  /** @param {string} status */
  const finish = (status) => {
    socket.off("data", onData);
    socket.off("close", onClose);
    count(status);
    if (status !== "204" && status !== "0") refusals.push(performance.now() - sentAt);
  };
  socket.on("data", onData);
  socket.once("close", onClose);
  socket.write(requestOf());
}

const DELAY_RESOLUTION_MS = 1;
const delays = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
delays.enable();

const startedAt = performance.now();
const timer = setInterval(() => {
  const elapsed = (performance.now() - startedAt) / 1_000;
  if (elapsed > seconds) {
    end();
    return;
  }
  // Requests for which there was no connection are not made up for.
  const due = Math.min(Math.ceil((perSecond * TICK_MS) / 1_000) * 4, perSecond * elapsed - attempted);
  for (let i = 0; i < due; i += 1) {
    attempted += 1;
    const socket = idle.shift() ?? (open < connections ? openSocket() : null);
    if (socket !== null) send(socket);
  }
}, TICK_MS);
let attempted = 0;

function end() {
  clearInterval(timer);
  ending = true;
  for (const socket of idle) socket.end();
  const sorted = refusals.toSorted((a, b) => a - b);
  // What is under way may be stored: its answers are awaited.
  const wait = setInterval(() => {
    if (open > 0 && performance.now() - startedAt < (seconds + 5) * 1_000) return;
    clearInterval(wait);
    const refusalP50 = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const delayP50 = Math.max(0, delays.percentile(50) / 1e6 - DELAY_RESOLUTION_MS);
    process.send?.({ sent, statuses, refusalP50, delayP50 }, () => process.exit(0));
  }, 50);
}
