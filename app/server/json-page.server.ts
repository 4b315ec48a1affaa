import type { EntryContext } from "@remix-run/node";
import { isRouteErrorResponse } from "@remix-run/react";
import { jsonNoStore } from "./responses.server";

/** The `handle` of a page that programs may have as JSON, too. */
export const JSON_PAGE = { json: true } as const;

/** The data of such a page: what programs get. */
export type JsonData = { json: unknown };

/**
 * Whether a request for a page comes from a program that wants JSON: it asks for it, sends it, or has a token. Browsers ask
 * for HTML, always.
 */
export function wantsJson({ headers }: Request): boolean {
  const accept = headers.get("accept") ?? "";
  if (/\btext\/html\b/i.test(accept)) return false;
  const sendsJson = /^application\/json\b/i.test(headers.get("content-type") ?? "");
  return /\bapplication\/json\b/i.test(accept) || sendsJson || headers.has("authorization");
}

const isMarked = (handle: unknown): boolean =>
  typeof handle === "object" && handle !== null && "json" in handle && handle.json === true;

const jsonOf = (data: unknown): unknown =>
  typeof data === "object" && data !== null && "json" in data ? data.json : undefined;

/**
 * The page's data as JSON: of its action, else of its loader, else its error.
 * @returns `null` for a request that wants HTML, and for a page without `JSON_PAGE`
 */
export function jsonPage(
  request: Request,
  status: number,
  headers: Headers,
  { staticHandlerContext, routeModules }: EntryContext,
): Response | null {
  const { matches, actionData, loaderData, errors } = staticHandlerContext;
  const id = matches.at(-1)?.route.id ?? "";
  if (!wantsJson(request) || !isMarked(routeModules[id]?.handle)) return null;
  headers.delete("Content-Type");
  const init = { status, headers: Object.fromEntries(headers) };
  const [error] = Object.values(errors ?? {});
  if (error !== undefined) {
    const hasMessage = isRouteErrorResponse(error) && typeof error.data === "object" && error.data !== null;
    return jsonNoStore(
      hasMessage ? error.data : { error: "The request failed; the log has the reason." },
      init,
    );
  }
  const done: unknown = actionData?.[id];
  return jsonNoStore(done == null ? (jsonOf(loaderData[id]) ?? null) : (jsonOf(done) ?? done), init);
}
