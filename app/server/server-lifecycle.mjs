// @ts-check
// What remix-serve lacks: a message when it can't listen, and a clean end.
import { subscribe } from "node:diagnostics_channel";
import { Server } from "node:http";
import { constants } from "node:os";
import { closeServer } from "./close-server.mjs";

/** @typedef {import("./process-hooks").ProcessHooks} ProcessHooks */

const ENDING = /** @type {const} */ (["SIGTERM", "SIGINT", "SIGHUP"]);
/** A second signal within this time counts as the same Ctrl+C, which arrives from terminal, npm and launcher. */
const SAME_SIGNAL_MS = 1_000;
/** How long a request may take to arrive. Node's default is five minutes; the largest beacons have 64 KiB. */
const ARRIVAL_MS = 30_000;
/**
 * Connections that wait to be accepted; the system may allow fewer (`net.core.somaxconn`). Beyond, a client tries again a
 * second later, and Node's default of 511 is full when a flood begins.
 */
const BACKLOG = 4_096;
/** How long the head of a request may take to arrive, and how often that is checked. */
const HEAD_MS = 10_000;
const CHECK_MS = 2_000;

/**
 * Closes connections without a request. Browsers open them in advance; to Node they count as busy, and would delay the
 * end until the timeout.
 * @param {ReadonlySet<import("node:net").Socket>} sockets
 */
function closeUnused(sockets) {
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
}

/**
 * Ends the process cleanly at the first signal, at once at a second one.
 * @param {ProcessHooks} hooks
 * @param {ReadonlySet<import("node:net").Socket>} sockets
 */
function endOnSignals(hooks, sockets) {
  /** @type {number | null} */
  let since = null;
  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    if (since !== null) {
      if (performance.now() - since > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
      return;
    }
    since = performance.now();
    closeUnused(sockets);
    // close() closes the connections that are idle at that moment. One that becomes idle later would stay open until
    // its keep-alive ends.
    hooks.onRequestEnd.add(() => setImmediate(() => hooks.server?.closeIdleConnections()));
    try {
      await (hooks.shutdown === undefined ? closeServer(hooks.server) : hooks.shutdown());
      process.exit(0);
    } catch (error) {
      process.stderr.write(`The clean shutdown failed: ${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    }
  };
  for (const signal of ENDING) process.on(signal, () => void end(signal));
  // The launcher is at the other end of this channel, which closes when the launcher is killed by SIGKILL. The server
  // ends then, because nothing else would stop it and free the port.
  if (process.connected) {
    process.once("disconnect", () => void end("SIGTERM"));
    process.channel?.unref();
  }
}

/**
 * @param {Error} error of a server that could not listen
 * @param {string} variable the name of the one for the port
 * @returns {string}
 */
function listenProblem(error, variable) {
  const { code, port, address } = /** @type {NodeJS.ErrnoException & { port?: number, address?: string }} */ (
    error
  );
  if (code === "EADDRINUSE")
    return `Port ${port} is in use. Stop what listens there, or choose another with ${variable}.`;
  if (code === "EACCES")
    return `This user may not listen on port ${port}. Choose one above 1023 with ${variable}.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `This machine has no address ${address ?? process.env.HOST}. Choose another with HOST.`;
  return `The server can't listen: ${error.message}.`;
}

/**
 * Watches for the process's HTTP server; does nothing in a process that has none.
 * @param {ProcessHooks} hooks
 * @param {(server: Server) => void} onServer called before it listens
 * @param {string} variable the name of the one for the port
 */
export function watchServer(hooks, onServer, variable = "PORT") {
  let watching = false;
  subscribe("tracing:net.server.listen:asyncStart", (message) => {
    const { server, options } = /** @type {{ server: unknown, options: { backlog?: number } }} */ (message);
    if (watching || !(server instanceof Server)) return;
    watching = true;
    options.backlog ??= BACKLOG;
    server.requestTimeout = ARRIVAL_MS;
    server.headersTimeout = HEAD_MS;
    // Only an option of createServer(), which remix-serve does not set; Node reads it when the server listens.
    Reflect.set(server, "connectionsCheckingInterval", CHECK_MS);
    onServer(server);
    /** @type {Set<import("node:net").Socket>} */
    const sockets = new Set();
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    const before = new Map(ENDING.map((signal) => [signal, process.listeners(signal)]));
    server.once("listening", () => {
      hooks.server = server;
    });
    // Right after listen(), remix-serve adds signal handlers of its own, which close the server under the application
    // and print "undefined". No other code has added a handler by the next tick.
    process.nextTick(() => {
      for (const [signal, listeners] of before) {
        for (const added of process.listeners(signal)) {
          if (!listeners.includes(added)) process.removeListener(signal, added);
        }
      }
      endOnSignals(hooks, sockets);
    });
  });
  subscribe("tracing:net.server.listen:error", (message) => {
    const { server, error } = /** @type {{ server: import("node:net").Server, error: Error }} */ (message);
    if (!(server instanceof Server) || server.listenerCount("error") > 0) return;
    process.stderr.write(`${listenProblem(error, variable)}\n`);
    process.exit(1);
  });
}
