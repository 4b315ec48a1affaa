// @ts-check
// Node loads this before the program itself (node --import), in the server and on the command line. remix-serve has no
// middleware, no shutdown hook and no peer address; they are added through Node's diagnostics channels:
// https://nodejs.org/api/diagnostics_channel.html#built-in-channels
import { subscribe } from "node:diagnostics_channel";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { isMainThread } from "node:worker_threads";
import { redirectBelow } from "./base-path.mjs";
import { beforeListeners } from "./before-listeners.mjs";
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
  // Remix decodes a path, and its routes have no case.
  if (!PROFILING.test(decodeURIComponent(url.split("?", 1)[0] ?? ""))) return false;
  const { PROFILING_ENABLED, NODE_ENV } = process.env;
  return !(PROFILING_ENABLED?.trim() ? PROFILING_ENABLED.trim() === "1" : NODE_ENV === "development");
}

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("./prepare-request.mjs").Prepared & { startedAt: number }} Prepared */

/**
 * Prepares each request as soon as its head is read, before anything else sees it.
 * @returns {(request: IncomingMessage) => Prepared}
 */
function prepareRequests() {
  const prepare = createPreparation(process.env);
  /** @type {WeakMap<IncomingMessage, Prepared>} */
  const prepared = new WeakMap();
  /** @param {IncomingMessage} request */
  const preparedOf = (request) => {
    const known = prepared.get(request);
    if (known !== undefined) return known;
    const own = { ...prepare(request), startedAt: performance.now() };
    prepared.set(request, own);
    if (isHidden(request.url ?? "")) request.url = "/no-such-page";
    return own;
  };
  subscribe("http.server.request.start", (message) => {
    preparedOf(/** @type {{ request: IncomingMessage }} */ (message).request);
  });
  return preparedOf;
}

/**
 * Answers beacons before the request listeners of a server, and gives every response its headers. The limits come before
 * this, so that a request that they refuse costs little.
 * @param {ProcessHooks} hooks
 * @param {import("node:http").Server} server
 * @param {(request: IncomingMessage) => Prepared} preparedOf
 */
function answerRequests(hooks, server, preparedOf) {
  beforeListeners(server, (request, response, next) => {
    const { startedAt, method, basePath, headers } = preparedOf(request);
    watchEnd(hooks, request, response, { method, startedAt });
    const answer = hooks.beaconAnswer?.(request) ?? null;
    if (answer !== null) {
      answer(request, response, headers);
      return;
    }
    redirectBelow(response, basePath);
    setDefaultHeaders(response, headers);
    next();
  });
  // Node answers it itself, without a listener.
  server.on("checkExpectation", (request, response) => {
    response.writeHead(417, preparedOf(request).headers).end();
  });
}

// Worker threads load this file too; they inherit the environment and serve nothing.
if (isMainThread) {
  loadEnvironmentFile();
  const hooks = createHooks();
  silenceAccessLog();
  const preparedOf = prepareRequests();
  watchServer(hooks, (server) => {
    answerRequests(hooks, server, preparedOf);
    createGate(hooks).guard(server, (request) => preparedOf(request).headers);
  });
}
