// @ts-check
// Loaded by Node before the program itself (node --import), in the server and on the command line. remix-serve has
// no middleware, no shutdown hook and no peer address; Node's diagnostics channels are where all that can be added.
import { subscribe } from "node:diagnostics_channel";
import { existsSync } from "node:fs";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { identifySender, trustedProxies } from "./client-address.mjs";
import { STRICT_TRANSPORT_SECURITY, securityHeaders, setDefaultHeaders } from "./security-headers.mjs";
import { watchServer } from "./server-lifecycle.mjs";

/** @typedef {import("./process-hooks").ProcessHooks} ProcessHooks */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The methods that Remix hands to a route, which knows best which of them it takes. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** What is set already is kept. ENV_FILE names another file; `none` is for those who want no file at all, as tests do. */
function loadEnvironmentFile() {
  const named = process.env.ENV_FILE?.trim() || ".env";
  const file = path.resolve(root, named);
  if (named !== "none" && existsSync(file)) process.loadEnvFile(file);
  // An empty variable counts as unset, but to remix-serve an empty PORT is 0 and an empty NODE_ENV a mode.
  for (const name of ["PORT", "NODE_ENV"]) if (process.env[name]?.trim() === "") delete process.env[name];
}

/** @returns {ProcessHooks} */
function createHooks() {
  /** @type {ProcessHooks} */
  const hooks = { server: null, onRequestEnd: new Set() };
  Reflect.set(globalThis, Symbol.for("vitals-cockpit.process"), hooks);
  return hooks;
}

/**
 * remix-serve logs each request as a line of plain text through morgan, among this application's structured
 * logs and with full URLs. There is no switch, so what it finds under that name does nothing.
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
 * A path that is no UTF-8 when it is decoded names nothing here. Express would answer it by itself, and print a stack;
 * with its percent signs taken literally it is an address that does not exist, as any other.
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

/**
 * @param {ProcessHooks} hooks
 */
function watchRequests(hooks) {
  const isTrusted = trustedProxies(process.env.TRUST_PROXY);
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
    // A web Request can't have TRACE, which ended in a 500, and Remix answers others without asking the route, so
    // without `Allow`. No route takes PUT, and each says so.
    if (!METHODS.has(method)) request.method = "PUT";
    request.url = decodableUrl(request.url ?? "/");
    const { proto } = identifySender(request.headers, request.socket.remoteAddress, isTrusted);
    setDefaultHeaders(response, proto === "https" ? overTls : defaults);
    const pathname = (request.url ?? "").split("?", 1)[0] ?? "";
    response.once("close", () => {
      const finished = {
        method,
        pathname,
        status: response.statusCode,
        durationMs: performance.now() - start,
        aborted: !response.writableFinished,
      };
      for (const tell of hooks.onRequestEnd) {
        try {
          tell(finished);
        } catch (error) {
          // Whoever counts requests must not be able to end the server.
          process.emitWarning(error instanceof Error ? error : String(error));
        }
      }
    });
  });
}

// Worker threads load it too; they have the environment already and serve nothing.
if (isMainThread) {
  loadEnvironmentFile();
  const hooks = createHooks();
  silenceAccessLog();
  watchRequests(hooks);
  watchServer(hooks);
}
