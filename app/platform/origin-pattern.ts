/** Prefix of the host in a pattern that matches every subdomain. */
const WILDCARD = "*.";

const toOrigin = (pattern: string): string => pattern.replace(`://${WILDCARD}`, "://subdomain.");

/**
 * Whether a text is an origin (`https://shop.example`), or an origin with `*.` for all subdomains
 * (`https://*.shop.example`). Origins must be serialised as in browsers: in lower case and Punycode, without a default
 * port, without a trailing slash.
 * @see https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
 */
export function isOriginPattern(text: string): boolean {
  const origin = toOrigin(text);
  if (origin.includes("*") || !URL.canParse(origin) || new URL(origin).origin !== origin) return false;
  // An empty label would make a suffix such as "." that matches almost every host.
  return new URL(origin).hostname.split(".").every((label) => label !== "");
}

/**
 * A function that matches origins against patterns. As in a Content-Security-Policy, `*.` stands for one or more
 * labels: `https://*.shop.example` matches `https://a.b.shop.example`, and not `https://shop.example`. Scheme and port
 * must be equal.
 * @param patterns as `isOriginPattern` accepts them
 * @see https://www.w3.org/TR/CSP3/#match-hosts
 */
export function originMatcher(patterns: readonly string[]): (origin: string) => boolean {
  const origins = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const wildcards = patterns
    .filter((pattern) => pattern.includes("*"))
    .map((pattern) => {
      const { protocol, hostname, port } = new URL(toOrigin(pattern));
      return { protocol, port, suffix: hostname.slice("subdomain".length) };
    });
  return (origin) => {
    if (origins.has(origin)) return true;
    if (wildcards.length === 0 || origin.includes("*") || !isOriginPattern(origin)) return false;
    const { protocol, hostname, port } = new URL(origin);
    return wildcards.some(
      (wildcard) =>
        wildcard.protocol === protocol &&
        wildcard.port === port &&
        hostname.length > wildcard.suffix.length &&
        hostname.endsWith(wildcard.suffix),
    );
  };
}
