import { originHeader } from "../server/origin-header.server";

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
  const origin = originHeader(request) ?? refererOrigin(request);
  if (origin === null) return true;
  const host = request.headers.get("host") ?? "";
  // Also https for a request over http: a proxy outside TRUST_PROXY may end TLS.
  const proto = request.headers.get("x-client-proto") === "https" ? "https" : "http";
  return [originAt(proto, host), originAt("https", host)].includes(origin);
}

/** Why a write with a session is refused. */
export const OTHER_SITE = "A session can't be used from another site's page.";

/** Whether a request changes something and comes from another site's page. */
export const isForeignWrite = (request: Request): boolean =>
  !["GET", "HEAD"].includes(request.method) && !isSameOrigin(request);
