import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { singleton } from "../platform/singleton.server";

const FORM_ORIGIN = "x-form-origin";
const FORM_PATHS = /^\/login(?:\.data)?(?:\?|$)/;

/**
 * Keeps the origin of the sign-in form away from Remix, under another name. Remix has a check of its own for
 * pages that take forms, which knows only the `Host` header: it answers 500 where `isSameOrigin` says 403, and
 * also behind a proxy that doesn't pass the host on.
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
 * Whether a request was made by one of this server's own pages, or by no page at all. Another site's page can't
 * hide itself: browsers say where a form or a script comes from, and no page can change what they say.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = request.headers.get(FORM_ORIGIN) ?? request.headers.get("origin");
  if (origin === null) return true;
  const host = request.headers.get("host") ?? "";
  // https is right too where it says http: a proxy that isn't trusted may speak https for us.
  const proto = request.headers.get("x-client-proto") === "https" ? "https" : "http";
  return [originAt(proto, host), originAt("https", host)].includes(origin);
}
