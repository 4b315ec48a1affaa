// @ts-check
// The user that a trusted proxy has authenticated, by the header that PROXY_USER_HEADER names.
import { normaliseAddress } from "./client-address.mjs";

/** The header that passes the user to loaders, as the proxy sent it. */
export const PROXY_USER = "x-proxy-user";

/** Printable ASCII and bytes of UTF-8, which Node passes on as characters. */
const USER = /^[ -~\x80-\xff]{1,200}$/;

/**
 * All values of a header. `headersDistinct` throws for a header named like a property of objects, in Node before 20.20.2
 * (https://nodejs.org/en/blog/vulnerability/march-2026-security-releases).
 * @param {readonly string[]} rawHeaders names and values in turn
 * @param {string} name in lower case
 */
const valuesOf = (rawHeaders, name) =>
  rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);

/**
 * Moves the proxy's header to `PROXY_USER`. What anybody else sends under either name is removed, and so is a header that
 * came twice: a proxy that adds its own to the client's has authenticated only one of them.
 * @param {Pick<import("node:http").IncomingMessage, "headers" | "rawHeaders"> & { socket: { remoteAddress?: string | undefined } }} request
 *   its headers are changed in place
 * @param {string | null} name of the header in lower case; `null` where proxies sign nobody in
 * @param {(address: string) => boolean} isTrusted
 */
export function identifyProxyUser(request, name, isTrusted) {
  const sent = name === null ? [] : valuesOf(request.rawHeaders, name);
  if (PROXY_USER in request.headers) delete request.headers[PROXY_USER];
  if (name === null) return;
  delete request.headers[name];
  const [user = ""] = sent.map((value) => value.trim());
  const { remoteAddress } = request.socket;
  const isFromProxy = remoteAddress !== undefined && isTrusted(normaliseAddress(remoteAddress));
  if (isFromProxy && sent.length === 1 && USER.test(user)) request.headers[PROXY_USER] = user;
}
