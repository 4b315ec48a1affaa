// @ts-check
// The headers of every response, those of static files too.
import onHeaders from "on-headers";

/** No inline script or style anywhere: what the server renders needs none. */
const CONTENT_SECURITY_POLICY = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
  "font-src": "'self'",
  "form-action": "'self'",
  "base-uri": "'none'",
  "frame-ancestors": "'none'",
  // No script writes HTML or the address of a script.
  "require-trusted-types-for": "'script'",
  "trusted-types": "'none'",
};

/** Where browsers report what the policy blocked, below the base path. */
export const CSP_REPORTS = "/csp-reports";

/**
 * @param {Record<string, string>} directives
 */
const policy = (directives) =>
  Object.entries(directives)
    .map(([directive, value]) => `${directive} ${value}`)
    .join("; ");

/**
 * @param {string | undefined} url
 * @returns {string[]} its origin, or nothing where it is no URL
 */
const originOf = (url) => (url !== undefined && URL.canParse(url) ? [new URL(url).origin] : []);

/**
 * In development Remix reloads the page through an inline script and a web socket of its own server.
 * @param {string | undefined} developmentOrigin that server's origin
 * @param {string | undefined} faroUrl where pages send their telemetry
 */
function contentSecurityPolicy(developmentOrigin, faroUrl) {
  const development = originOf(developmentOrigin);
  const sockets = development.map((origin) => origin.replace(/^http/, "ws"));
  const { "require-trusted-types-for": _, "trusted-types": __, ...untyped } = CONTENT_SECURITY_POLICY;
  return policy({
    ...(development.length > 0
      ? { ...untyped, "script-src": "'self' 'unsafe-inline'" }
      : CONTENT_SECURITY_POLICY),
    "connect-src": ["'self'", ...sockets, ...originOf(faroUrl)].join(" "),
  });
}

/**
 * The headers by name, for a response that does not set its own.
 * @param {{ developmentOrigin?: string | undefined, faroUrl?: string | undefined }} [options]
 * @returns {Readonly<Record<string, string>>}
 */
export function securityHeaders({ developmentOrigin, faroUrl } = {}) {
  return {
    "Content-Security-Policy": contentSecurityPolicy(developmentOrigin, faroUrl),
    // Pages and data are private; what a cache may keep sets its own.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    // The cockpit's URLs contain routes and releases, which other sites must not see.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
  };
}

/**
 * The headers of a response below a base path, where the address for reports is.
 * @param {Readonly<Record<string, string>>} headers as `securityHeaders` returns them
 * @param {string} basePath empty at the root
 * @returns {Readonly<Record<string, string>>}
 */
export const withReports = (headers, basePath) => ({
  ...headers,
  // Deprecated, and what every browser understands: some ignore `report-to`, or send to https addresses only.
  "Content-Security-Policy": `${headers["Content-Security-Policy"]}; report-uri ${basePath}${CSP_REPORTS}`,
});

/** Half a year; without includeSubDomains, because the cockpit does not know its neighbours. */
export const STRICT_TRANSPORT_SECURITY = "max-age=15552000";

/**
 * Adds headers to a response when its status line is written, and only those that it has not got by then. Set
 * earlier, they would be sent twice: Remix's adapter appends a route's headers to those that are there
 * (`createRemixResponse` in `@remix-run/express`), and a browser that gets two policies obeys both.
 * @param {import("node:http").ServerResponse} response
 * @param {Readonly<Record<string, string>>} defaults
 */
export function setDefaultHeaders(response, defaults) {
  onHeaders(response, () => {
    for (const [name, value] of Object.entries(defaults)) {
      if (!response.hasHeader(name)) response.setHeader(name, value);
    }
  });
}
