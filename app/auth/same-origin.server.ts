import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { singleton } from "../platform/singleton.server";

const FORM_ORIGIN = "x-form-origin";
const FORM_PATHS = /^\/login(?:\.data)?(?:\?|$)/;

/**
 * Renames the `Origin` header of the sign-in form's requests, to bypass Remix's own check, which compares it with the `Host`
 * header only: Remix answers 500 where `isSameOrigin` answers 403, and behind a proxy that does not forward the host.
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

/**
 * Whether one of this server's own pages sent the request, or no page did. Browsers set `Sec-Fetch-Site` and `Origin`, and
 * a page can't change them.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = request.headers.get(FORM_ORIGIN) ?? request.headers.get("origin");
  if (origin === null) return true;
  const host = request.headers.get("host") ?? "";
  // A proxy that is not trusted may terminate TLS, so https is accepted, too.
  const proto = request.headers.get("x-client-proto") === "https" ? "https" : "http";
  return [originAt(proto, host), originAt("https", host)].includes(origin);
}
