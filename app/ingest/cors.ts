import { originMatcher } from "../platform/origin-pattern";

/** Origins whose pages may send: all (`null`), or the listed origins and patterns. */
export type AllowedOrigins = readonly string[] | null;

/** Cached by the identity of the list, which a process parses once. */
const matchers = new WeakMap<readonly string[], (origin: string) => boolean>();

function matcherOf(allowed: readonly string[]): (origin: string) => boolean {
  const cached = matchers.get(allowed);
  if (cached !== undefined) return cached;
  const matcher = originMatcher(allowed);
  matchers.set(allowed, matcher);
  return matcher;
}

/** Whether a request may be sent; a request without `Origin` comes from no page and may. */
export function isAllowedOrigin(origin: string | null, allowed: AllowedOrigins): boolean {
  return origin === null || allowed === null || matcherOf(allowed)(origin);
}

/**
 * CORS headers that let a page of an allowed origin send a beacon and read the response. `navigator.sendBeacon` always
 * sends credentials, and browsers reject `*` for those, so the response names the origin. Endpoints with these headers
 * read no cookie, so credentials give a page nothing.
 * @see https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
 */
export function corsHeaders(origin: string | null, allowed: AllowedOrigins): Record<string, string> {
  const common = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Expose-Headers": "Retry-After",
    Vary: "Origin",
  };
  if (!isAllowedOrigin(origin, allowed)) return common;
  if (origin === null) return allowed === null ? { ...common, "Access-Control-Allow-Origin": "*" } : common;
  return { ...common, "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true" };
}

/** Headers of a preflight's response besides `corsHeaders`. @param headers that the page may send */
export const preflightHeaders = (headers: readonly string[]): Record<string, string> => ({
  "Access-Control-Allow-Methods": "POST",
  "Access-Control-Allow-Headers": headers.join(", "),
  "Access-Control-Max-Age": "86400",
});
