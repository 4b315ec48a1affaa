// @ts-check
// What the limits read of a request.

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */

/** A body of so many bytes costs as much as one more beacon. */
export const BYTES_PER_TOKEN = 16 * 1_024;

/** What browsers of sites and their collectors request; Remix matches paths without case. A second slash at the start is a
 * mistake in a site's address of the cockpit. */
const SITE_PATHS =
  /^\/+(?:api\/analytics\/(?:web-vitals|faro)|readings|collect|v1\/logs|vitals\.js|vitals\/[^/]+)\/*$/i;

/**
 * Whether browsers of sites and their collectors request a path.
 * @param {string} path as `pathOf` returns it
 */
export const isOfSites = (path) => SITE_PATHS.test(path);

/**
 * The path as routes match it: without segments of dots, and decoded.
 * @param {IncomingMessage} request
 */
export function pathOf({ url = "" }) {
  const [path = ""] = url.split("?", 1);
  if (!/%|\/\./.test(path) || !URL.canParse(`http://localhost${path}`)) return path;
  const { pathname } = new URL(`http://localhost${path}`);
  try {
    return decodeURIComponent(pathname);
  } catch {
    // No route has such a path.
    return pathname;
  }
}

/**
 * Whether a request has a body, arrived or not.
 * @param {IncomingMessage} request
 */
export const hasBody = ({ headers }) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/**
 * What a request costs of its client's budget before its body is read; one of unknown length costs more as it arrives.
 * @param {IncomingMessage} request
 */
export const costOf = ({ headers }) =>
  1 + Math.floor(Number(headers["content-length"] ?? 0) / BYTES_PER_TOKEN);
