// @ts-check
// Node loads this before the program itself (node --import), in the server and on the command line. remix-serve has no
// middleware, no shutdown hook and no peer address; they are added through Node's diagnostics channels:
// https://nodejs.org/api/diagnostics_channel.html#built-in-channels
import { subscribe } from "node:diagnostics_channel";
import { existsSync } from "node:fs";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { BASE_PATH_HEADER, normaliseBasePath, redirectBelow, withoutBasePath } from "./base-path.mjs";
import { identifySender, trustedProxies } from "./client-address.mjs";
import { identifyProxyUser } from "./proxy-user.mjs";
import {
  STRICT_TRANSPORT_SECURITY,
  securityHeaders,
  setDefaultHeaders,
  withReports,
} from "./security-headers.mjs";
import { watchServer } from "./server-lifecycle.mjs";
import {
  BEACON_PATH,
  configuredPath,
  documentedUrl,
  SCRIPT_PATH,
  SCRIPT_PATH_HEADER,
} from "./tracker-paths.mjs";
import { TrafficGate } from "./traffic/traffic-gate.mjs";
import { limitsOf } from "./traffic/traffic-settings.mjs";

/** @typedef {import("./process-hooks").ProcessHooks} ProcessHooks */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The methods that Remix passes to a route; each route answers 405 for those it does not have. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Reads the file that ENV_FILE names (`none`: no file). A variable that is already set wins. */
function loadEnvironmentFile() {
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
function createHooks() {
  /** @type {ProcessHooks} */
  const hooks = { server: null, onRequestEnd: new Set(), traffic: null, onRefused: new Set() };
  Reflect.set(globalThis, Symbol.for("vitals-cockpit.process"), hooks);
  return hooks;
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

/**
 * Escapes the percent signs of a path that is not UTF-8 once it is decoded. Express would answer such a path itself and
 * print a stack trace; escaped, it is a path that does not exist, and gets a 404.
 * @param {string} url
 */
function decodableUrl(url) {
  const [path = "", ...query] = url.split("?");
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return [path.replaceAll("%", "%25"), ...query].join("?");
  }
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

/**
 * @param {ProcessHooks} hooks
 */
function watchRequests(hooks) {
  const isTrusted = trustedProxies(process.env.TRUST_PROXY);
  const userHeader = process.env.PROXY_USER_HEADER?.trim().toLowerCase() || null;
  const configured = normaliseBasePath(process.env.BASE_PATH);
  const trackerPaths = {
    script: configuredPath(process.env.SCRIPT_PATH, SCRIPT_PATH),
    beacon: configuredPath(process.env.BEACON_PATH, BEACON_PATH),
  };
  const defaults = securityHeaders({
    developmentOrigin: process.env.REMIX_DEV_ORIGIN,
    faroUrl: process.env.FARO_URL,
  });
  const overTls = { ...defaults, "Strict-Transport-Security": STRICT_TRANSPORT_SECURITY };
  subscribe("http.server.request.start", (message) => {
    const { request, response } =
      /** @type {{ request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse }} */ (
        message
      );
    const start = performance.now();
    const method = request.method ?? "";
    // A web Request can't have TRACE (https://fetch.spec.whatwg.org/#forbidden-method), which ended in a 500, and Remix
    // answers unknown methods without asking the route, so without `Allow`. Every route answers PUT with 405.
    if (!METHODS.has(method)) request.method = "PUT";
    // First: the header may be one of those that are removed after the sender is known.
    identifyProxyUser(request, userHeader, isTrusted);
    const { proto, prefix } = identifySender(request.headers, request.socket.remoteAddress, isTrusted);
    const basePath = configured || normaliseBasePath(prefix);
    const url = request.url ?? "/";
    const documented = documentedUrl(url, basePath, trackerPaths);
    request.url = documented?.url ?? decodableUrl(withoutBasePath(url, basePath));
    if (isHidden(request.url)) request.url = "/no-such-page";
    delete request.headers[BASE_PATH_HEADER];
    delete request.headers[SCRIPT_PATH_HEADER];
    if (documented?.script) request.headers[SCRIPT_PATH_HEADER] = documented.script;
    if (basePath !== "") request.headers[BASE_PATH_HEADER] = basePath;
    redirectBelow(response, basePath);
    setDefaultHeaders(response, withReports(proto === "https" ? overTls : defaults, basePath));
    const pathname = (request.url ?? "").split("?", 1)[0] ?? "";
    response.once("close", () => {
      notifyAll(hooks.onRequestEnd, {
        method,
        pathname,
        status: response.statusCode,
        durationMs: performance.now() - start,
        aborted: !response.writableFinished,
      });
    });
  });
}

// Worker threads load this file too; they inherit the environment and serve nothing.
if (isMainThread) {
  loadEnvironmentFile();
  const hooks = createHooks();
  silenceAccessLog();
  watchRequests(hooks);
  watchServer(hooks, (server) => {
    hooks.traffic = new TrafficGate({
      ...limitsOf(process.env),
      clock: () => performance.now(),
      onRefused: (refused) => notifyAll(hooks.onRefused, refused),
    });
    hooks.traffic.guard(server);
  });
}
