import { routes } from "@remix-run/dev/server-build";
import type { EntryContext } from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { renderToStaticMarkup } from "react-dom/server";
import { documentReader } from "./auth/document-reader.server";
import { type DocumentAssets, DocumentAssetsContext } from "./components/document";
import { provideRoutes } from "./observability/build-routes.server";
import { faroScript } from "./observability/faro-script.server";
import { routePattern } from "./observability/route-pattern";
import { tracing } from "./observability/tracing.server";
import { env } from "./platform/env.server";
import { log } from "./platform/log.server";
import { cockpitVersion } from "./platform/version.server";
import { ownBeaconToken } from "./runtime/ingest.server";
import { databaseNotices } from "./runtime/notices.server";
import { isProfilingEnabled } from "./runtime/profiling.server";
import { startOnce } from "./runtime/start.server";
import { basePathOf, belowBasePath } from "./server/base-path.server";
import { jsonPage } from "./server/json-page.server";
import { jsonNoStore } from "./server/responses.server";
import { ownTracker } from "./server/tracker-asset.server";
import { OWN_BUILD_PREFIX } from "./vitals/measurement";

// A function: the build is complete only once every module of it has run, this one included.
provideRoutes(() => routes);

await startOnce();

function assetsOf(isPerson: boolean, context: EntryContext): DocumentAssets {
  const tracker = env().MEASURE_COCKPIT ? ownTracker() : null;
  const script = faroScript();
  const buildVersion = OWN_BUILD_PREFIX + cockpitVersion();
  const route = routePattern(context.staticHandlerContext.matches);
  return {
    islands: context.manifest.entry.module,
    demo: env().DEMO,
    notices: isPerson ? databaseNotices() : [],
    profiling: isProfilingEnabled(),
    // A stranger on the sign-in page gets no token.
    vitals: tracker && { ...tracker, buildVersion, route, token: isPerson ? ownBeaconToken() : null },
    // The cockpit's own measurements never count for a site, even where FARO_URL is a cockpit's.
    faro: script && { ...script, version: buildVersion, route },
  };
}

/**
 * The context without the stream of loader data for the browser: nothing is hydrated, so there is no `<Scripts>` to read it.
 * `RemixServer` would wait for it in a `Suspense`, which static markup does not allow.
 */
async function withoutHandoff({ serverHandoffStream, ...context }: EntryContext): Promise<EntryContext> {
  await serverHandoffStream?.cancel();
  return context;
}

/**
 * Renders a document in one piece, because pages are small, and without React's marks, because nothing is hydrated; or returns the page's
 * data to a program that asks for JSON.
 */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  context: EntryContext,
): Promise<Response> {
  const json = jsonPage(request, status, headers, context);
  if (json !== null) return json;
  const { isPerson, cookie } = await documentReader(request);
  const html = renderToStaticMarkup(
    <DocumentAssetsContext.Provider value={assetsOf(isPerson, context)}>
      <RemixServer context={await withoutHandoff(context)} url={request.url} />
    </DocumentAssetsContext.Provider>,
  );
  headers.set("Content-Type", "text/html; charset=utf-8");
  if (cookie !== null) headers.append("Set-Cookie", cookie);
  const traceparent = tracing()?.traceparent() ?? null;
  // The page's telemetry continues this trace: https://www.w3.org/TR/trace-context/
  if (traceparent !== null) headers.append("Server-Timing", `traceparent;desc="${traceparent}"`);
  const document = belowBasePath(html, basePathOf(request));
  return new Response(`<!DOCTYPE html>${document}`, { status, headers });
}

/**
 * Remix's data requests (`.data`) are of a router in the browser, and there is none: a page's data is its HTML. Refusals and
 * redirects of the page stay.
 */
export function handleDataRequest(response: Response, { request }: { request: Request }): Response {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (response.status !== 200 || !isRead) return response;
  return jsonNoStore({ error: "Pages have no data of their own. Leave .data out." }, { status: 404 });
}

/** Logs errors of loaders and actions, but no aborted request and no client error. */
export function handleError(error: unknown, { request }: { request: Request }): void {
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return;
  log().error({ err: error, path: new URL(request.url).pathname }, "request failed");
}
