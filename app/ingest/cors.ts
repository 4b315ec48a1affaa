import { originMatcher } from "../platform/origin-pattern";

/** Which pages may send: any (`null`), or those of the listed origins and patterns. */
export type AllowedOrigins = readonly string[] | null;

/** By the list itself, which a process reads once. */
const matchers = new WeakMap<readonly string[], (origin: string) => boolean>();

function matcherOf(allowed: readonly string[]): (origin: string) => boolean {
  const known = matchers.get(allowed);
  if (known !== undefined) return known;
  const matcher = originMatcher(allowed);
  matchers.set(allowed, matcher);
  return matcher;
}

/** Whether a request comes from a page that may send; one without `Origin` is no page and may. */
export function isAllowedOrigin(origin: string | null, allowed: AllowedOrigins): boolean {
  return origin === null || allowed === null || matcherOf(allowed)(origin);
}

/**
 * The headers that let a page of an allowed origin send and read the answer. `navigator.sendBeacon` always sends with
 * credentials, and browsers refuse `*` for those: the answer names the origin itself. No cookie is read by what these
 * headers are sent with, so a page gains nothing by them.
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

/** What a preflight is answered with besides `corsHeaders`. @param headers that the page may send */
export const preflightHeaders = (headers: readonly string[]): Record<string, string> => ({
  "Access-Control-Allow-Methods": "POST",
  "Access-Control-Allow-Headers": headers.join(", "),
  "Access-Control-Max-Age": "86400",
});
