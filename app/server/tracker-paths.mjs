// @ts-check
// SCRIPT_PATH and BEACON_PATH: the operator's names for the browser script and for the endpoint that it posts to. Remix
// has no routes that depend on settings, so a request under such a name becomes one under the documented name.

/** The documented paths, which are always served, too. */
export const SCRIPT_PATH = "/vitals.js";
export const BEACON_PATH = "/readings";

/** The header that holds the path under which the script was requested. */
export const SCRIPT_PATH_HEADER = "x-script-path";

/** One or more segments of unreserved characters (RFC 3986, 2.3), none of them `.` or `..`. */
const PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;

/**
 * A configured path.
 * @param {string | undefined} text the variable's; the environment's schema rejects invalid ones with a message
 * @param {string} documented
 * @returns {string} `documented` for an absent or invalid one
 */
export function configuredPath(text, documented) {
  const path = text?.trim() ?? "";
  return PATH.test(path) ? path : documented;
}

/**
 * The documented URL for a request of the script or of the endpoint, whether a proxy removes the base path or not.
 * @param {string} url path and query
 * @param {string} basePath empty at the root
 * @param {{ script: string, beacon: string }} configured
 * @returns {{ url: string, script: string | null } | null} `script` is the path that names the script, without the base
 *   path; `null` for any other request
 */
export function documentedUrl(url, basePath, { script, beacon }) {
  const query = url.indexOf("?");
  const path = query === -1 ? url : url.slice(0, query);
  const search = query === -1 ? "" : url.slice(query);
  const inside = basePath !== "" && path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
  if (inside === beacon) return { url: BEACON_PATH + search, script: null };
  if (inside === script || inside === SCRIPT_PATH) return { url: SCRIPT_PATH + search, script: inside };
  return null;
}
