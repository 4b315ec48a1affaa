// @ts-check
// The path of the site below which the cockpit is served, such as `/vitals`; empty where it has a host of its own.
import onHeaders from "on-headers";

/** Segments without anything that is encoded, and without `.` and `..`. */
const PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;

/** The header that passes the base path of a request to loaders. */
export const BASE_PATH_HEADER = "x-base-path";

/** A script under the name of its content has the only path that could be meant with and without `/vitals` before it. */
const PINNED_SCRIPT = /^\/vitals\/[\w-]+\.js(?:\?|$)/;

/**
 * A base path as it is configured or as a proxy sends it, without a slash at its end; empty for `/`, for nothing, and
 * for what is none.
 * @param {string | undefined} text
 */
export function normaliseBasePath(text) {
  const path = (text ?? "").trim().replace(/\/+$/, "");
  return PATH.test(path) ? path : "";
}

/**
 * The URL of a request as routes know it: a proxy may hand the base path on or remove it.
 * @param {string} url path and query
 * @param {string} basePath
 */
export function withoutBasePath(url, basePath) {
  if (basePath === "" || !url.startsWith(basePath) || PINNED_SCRIPT.test(url)) return url;
  const rest = url.slice(basePath.length);
  if (rest.startsWith("/")) return rest;
  return rest === "" || rest.startsWith("?") ? `/${rest}` : url;
}

/**
 * Lets redirects of a response stay below the base path, whichever part of the server makes them.
 * @param {import("node:http").ServerResponse} response
 * @param {string} basePath
 */
export function redirectBelow(response, basePath) {
  if (basePath === "") return;
  onHeaders(response, () => {
    const location = response.getHeader("location");
    if (typeof location === "string" && /^\/(?!\/)/.test(location)) {
      response.setHeader("location", basePath + location);
    }
  });
}
