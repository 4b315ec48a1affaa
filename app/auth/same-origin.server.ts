import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { singleton } from "../platform/singleton.server";

const FORM_ORIGIN = "x-form-origin";
const FORM_PATHS = /^\/(?:login|admin\/profiling\/start)(?:\.data)?(?:\?|$)/;

/**
 * Renames the `Origin` of the forms of pages with an action before Remix sees it. Remix has its own check for pages with an action, which
 * knows only the `Host` header: it answers 500 where `isSameOrigin` answers 403, and also behind a proxy that does not pass
 * the host on.
 */
export function moveFormOriginHeader(): void {
  singleton("form-origins", () => {
    subscribe("http.server.request.start", (message) => {
      const { headers, url } = (message as { request: IncomingMessage }).request;
      delete headers[FORM_ORIGIN];
      if (headers.origin === undefined || !FORM_PATHS.test(url ?? "")) return;
      headers[FORM_ORIGIN] = headers.origin;
      delete headers.origin;
    });
    return true;
  });
}

const originAt = (proto: string, host: string): string | null =>
  URL.canParse(`${proto}://${host}`) ? new URL(`${proto}://${host}`).origin : null;

/** The origin of the page that a text browser came from; `null` where its `Referer` is absent or no URL. */
function refererOrigin({ headers }: Request): string | null {
  const referer = headers.get("referer") ?? "";
  return URL.canParse(referer) ? new URL(referer).origin : null;
}

/**
 * Whether a request comes from one of this server's own pages, or from no page. The first header that is there decides:
 *
 * 1. `Sec-Fetch-Site`, which current browsers always send, and which no page can change;
 * 2. `Origin`, which every browser with scripts sends with a POST;
 * 3. `Referer`, which is all that w3m, lynx and links send;
 * 4. none of them: a program such as curl, which carries no cookies of a person.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = request.headers.get(FORM_ORIGIN) ?? request.headers.get("origin") ?? refererOrigin(request);
  if (origin === null) return true;
  const host = request.headers.get("host") ?? "";
  // Also https for a request over http: a proxy outside TRUST_PROXY may end TLS.
  const proto = request.headers.get("x-client-proto") === "https" ? "https" : "http";
  return [originAt(proto, host), originAt("https", host)].includes(origin);
}
