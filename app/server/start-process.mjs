// @ts-check
// What every server process does before its program is loaded.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { TrafficGate } from "./traffic/traffic-gate.mjs";
import { limitsOf } from "./traffic/traffic-settings.mjs";

/** @typedef {import("./process-hooks").ProcessHooks} ProcessHooks */

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Reads the file that ENV_FILE names (`none`: no file). A variable that is already set wins. */
export function loadEnvironmentFile() {
  const named = process.env.ENV_FILE?.trim() || ".env";
  const file = path.resolve(root, named);
  if (named !== "none") {
    if (existsSync(file)) process.loadEnvFile(file);
    else if (named !== ".env") {
      process.stderr.write(`The cockpit can't start.\nENV_FILE names ${file}, which does not exist.\n`);
      process.exit(1);
    }
  }
  // An empty variable counts as unset, but to remix-serve an empty PORT is 0 and an empty NODE_ENV a mode.
  for (const name of ["PORT", "NODE_ENV"]) if (process.env[name]?.trim() === "") delete process.env[name];
}

/** @returns {ProcessHooks} */
export function createHooks() {
  /** @type {ProcessHooks} */
  const hooks = {
    server: null,
    onRequestEnd: new Set(),
    beaconAnswer: null,
    traffic: null,
    onRefused: new Set(),
  };
  Reflect.set(globalThis, Symbol.for("vitals-cockpit.process"), hooks);
  return hooks;
}

/**
 * Creates the process's limits per client.
 * @param {ProcessHooks} hooks
 * @returns {TrafficGate}
 */
export function createGate(hooks) {
  hooks.traffic = new TrafficGate({
    ...limitsOf(process.env),
    clock: () => performance.now(),
    onRefused: (refused) => notifyAll(hooks.onRefused, refused),
  });
  return hooks.traffic;
}

/**
 * Calls listeners; an error in one must not end the server.
 * @template T
 * @param {Iterable<(message: T) => void>} listeners
 * @param {T} message
 */
function notifyAll(listeners, message) {
  for (const notify of listeners) {
    try {
      notify(message);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}

/**
 * Notifies `onRequestEnd` when a response is sent or its client gone.
 * @param {ProcessHooks} hooks
 * @param {import("node:http").IncomingMessage} request as the routes see it
 * @param {import("node:http").ServerResponse} response
 * @param {object} begun
 * @param {string} begun.method as the client sent it
 * @param {number} begun.startedAt when the request's head was read, as `performance.now()`
 */
export function watchEnd(hooks, request, response, { method, startedAt }) {
  const pathname = (request.url ?? "").split("?", 1)[0] ?? "";
  response.once("close", () => {
    notifyAll(hooks.onRequestEnd, {
      method,
      pathname,
      status: response.statusCode,
      durationMs: performance.now() - startedAt,
      aborted: !response.writableFinished,
    });
  });
}
