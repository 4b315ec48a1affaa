// @ts-check
// Makes of a request what routes expect: who sent it, its URL without the base path and under its documented name, and
// the headers of every response to it.
import { BASE_PATH_HEADER, normaliseBasePath, withoutBasePath } from "./base-path.mjs";
import { identifySender, trustedProxies } from "./client-address.mjs";
import { identifyProxyUser } from "./proxy-user.mjs";
import { STRICT_TRANSPORT_SECURITY, securityHeaders, withReports } from "./security-headers.mjs";
import {
  BEACON_PATH,
  configuredPath,
  documentedUrl,
  SCRIPT_PATH,
  SCRIPT_PATH_HEADER,
} from "./tracker-paths.mjs";

/** The methods that Remix passes to a route; each route answers 405 for those it does not have. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Base paths whose headers are remembered; there is one, or one for each prefix that a trusted proxy removes. */
const MAX_REMEMBERED = 100;

/**
 * Escapes the percent signs of a path that is not UTF-8 once it is decoded. Express would answer such a path itself and
 * print a stack trace; escaped, it is a path that does not exist, and gets a 404.
 * @param {string} url
 */
function decodableUrl(url) {
  if (!url.includes("%")) return url;
  const [path = "", ...query] = url.split("?");
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return [path.replaceAll("%", "%25"), ...query].join("?");
  }
}

/**
 * @typedef {object} Prepared
 * @property {string} method as the client sent it
 * @property {string} basePath empty at the root
 * @property {Readonly<Record<string, string>>} headers of a response that does not set its own; the same object for the
 *   same headers
 */

/**
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {(request: import("node:http").IncomingMessage) => Prepared} changes the request in place
 */
export function createPreparation(environment) {
  const isTrusted = trustedProxies(environment.TRUST_PROXY);
  const userHeader = environment.PROXY_USER_HEADER?.trim().toLowerCase() || null;
  const configured = normaliseBasePath(environment.BASE_PATH);
  const trackerPaths = {
    script: configuredPath(environment.SCRIPT_PATH, SCRIPT_PATH),
    beacon: configuredPath(environment.BEACON_PATH, BEACON_PATH),
  };
  const defaults = securityHeaders({
    developmentOrigin: environment.REMIX_DEV_ORIGIN,
    faroUrl: environment.FARO_URL,
  });
  const overTls = { ...defaults, "Strict-Transport-Security": STRICT_TRANSPORT_SECURITY };
  /** @type {Map<string, Readonly<Record<string, string>>>} */
  const remembered = new Map();
  const headersOf = (/** @type {"http" | "https"} */ proto, /** @type {string} */ basePath) => {
    const key = `${proto}:${basePath}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const headers = withReports(proto === "https" ? overTls : defaults, basePath);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, headers);
    return headers;
  };
  return (request) => {
    // A web Request can't have TRACE (https://fetch.spec.whatwg.org/#forbidden-method), which ended in a 500, and Remix
    // answers unknown methods without asking the route, so without `Allow`. Every route answers PUT with 405.
    const { method = "" } = request;
    if (!METHODS.has(method)) request.method = "PUT";
    // First: the header may be one of those that are removed after the sender is known.
    identifyProxyUser(request, userHeader, isTrusted);
    const { proto, prefix } = identifySender(request.headers, request.socket.remoteAddress, isTrusted);
    const basePath = configured || normaliseBasePath(prefix);
    const url = request.url ?? "/";
    const documented = documentedUrl(url, basePath, trackerPaths);
    request.url = documented?.url ?? decodableUrl(withoutBasePath(url, basePath));
    const { headers } = request;
    if (BASE_PATH_HEADER in headers) delete headers[BASE_PATH_HEADER];
    if (SCRIPT_PATH_HEADER in headers) delete headers[SCRIPT_PATH_HEADER];
    if (documented?.script) headers[SCRIPT_PATH_HEADER] = documented.script;
    if (basePath !== "") headers[BASE_PATH_HEADER] = basePath;
    return { method, basePath, headers: headersOf(proto, basePath) };
  };
}
