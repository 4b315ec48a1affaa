// @ts-check
// Node loads this before the program itself (node --import), in the server and on the command line. remix-serve has no
// middleware, no shutdown hook and no peer address; they are added through Node's diagnostics channels:
// https://nodejs.org/api/diagnostics_channel.html#built-in-channels
import { subscribe } from "node:diagnostics_channel";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { isMainThread } from "node:worker_threads";
import { redirectBelow } from "./base-path.mjs";
import { createPreparation } from "./prepare-request.mjs";
import { setDefaultHeaders } from "./security-headers.mjs";
import { watchServer } from "./server-lifecycle.mjs";
import { createGate, createHooks, loadEnvironmentFile, root, watchEnd } from "./start-process.mjs";

/** @typedef {import("./process-hooks").ProcessHooks} ProcessHooks */

/**
 * remix-serve logs each request as plain text through morgan, between this application's structured logs and with
 * full URLs. It has no switch for that, so it gets a morgan that does nothing.
 */
function silenceAccessLog() {
  const serve = createRequire(path.join(root, "package.json")).resolve("@remix-run/serve/dist/cli.js");
  const file = createRequire(serve).resolve("morgan");
  const silent = new Module(file);
  silent.filename = file;
  silent.loaded = true;
  silent.exports =
    () =>
    (/** @type {unknown} */ _request, /** @type {unknown} */ _response, /** @type {() => void} */ next) =>
      next();
  createRequire(serve).cache[file] = silent;
}

const PROFILING = /^\/admin\/profiling(?:\.data)?(?:\/|$)/i;

/**
 * Whether a path is one of profiling where that is off. A route of Remix answers with a document or with a response of its
 * own; a path that does not exist has one answer for everything.
 * @param {string} url
 */
function isHidden(url) {
  const { PROFILING_ENABLED, NODE_ENV } = process.env;
  const isOn = PROFILING_ENABLED?.trim() ? PROFILING_ENABLED.trim() === "1" : NODE_ENV === "development";
  // Remix decodes a path, and its routes have no case.
  return !isOn && PROFILING.test(decodeURIComponent(url.split("?")[0] ?? ""));
}

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {{ answer: import("./process-hooks").BeaconAnswer, headers: Readonly<Record<string, string>> }} Beacon */

/**
 * @param {ProcessHooks} hooks
 * @param {WeakMap<IncomingMessage, Beacon>} beacons
 */
function watchRequests(hooks, beacons) {
  const prepare = createPreparation(process.env);
  subscribe("http.server.request.start", (message) => {
    const { request, response } = /** @type {{ request: IncomingMessage, response: ServerResponse }} */ (
      message
    );
    const method = request.method ?? "";
    const { basePath, headers } = prepare(request);
    const answer = hooks.beaconAnswer?.(request) ?? null;
    if (answer !== null) {
      beacons.set(request, { answer, headers });
    } else {
      if (isHidden(request.url ?? "")) request.url = "/no-such-page";
      redirectBelow(response, basePath);
      setDefaultHeaders(response, headers);
    }
    watchEnd(hooks, request, response, method);
  });
}

/**
 * Answers beacons before the request listeners of a server.
 * @param {import("node:http").Server} server
 * @param {WeakMap<IncomingMessage, Beacon>} beacons
 */
function answerBeacons(server, beacons) {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const beacon = beacons.get(request);
    if (beacon !== undefined) beacon.answer(request, response, beacon.headers);
    else for (const listener of listeners) listener.call(server, request, response);
  });
}

// Worker threads load this file too; they inherit the environment and serve nothing.
if (isMainThread) {
  loadEnvironmentFile();
  const hooks = createHooks();
  silenceAccessLog();
  /** @type {WeakMap<IncomingMessage, Beacon>} */
  const beacons = new WeakMap();
  watchRequests(hooks, beacons);
  watchServer(hooks, (server) => {
    answerBeacons(server, beacons);
    createGate(hooks).guard(server, (request, response) => {
      const beacon = beacons.get(request);
      if (beacon !== undefined) setDefaultHeaders(response, beacon.headers);
    });
  });
}
