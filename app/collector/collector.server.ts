import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { BeaconEndpoint } from "../ingest/endpoint.server";
import { answerBeacon } from "../ingest/node-http/answer-beacon.server";
import { webRequestOf } from "../ingest/node-http/node-request";
import { sendFailure, sendResponse } from "../ingest/node-http/send-response";
import { monotonic } from "../platform/clock.server";
import { dropMovedOrigin } from "../server/origin-header.server";
import type { createPreparation } from "../server/prepare-request.mjs";
import { processHooks } from "../server/process-hooks";
import { jsonNoStore, methodNotAllowed } from "../server/responses.server";
import { watchEnd } from "../server/start-process.mjs";

/** What answers `GET` and `HEAD`; other methods get 405. */
export type Page = (request: Request, file: string | null) => Response | Promise<Response>;

export type CollectorRoutes = {
  /** By path, in lower case. */
  endpoints: ReadonlyMap<string, BeaconEndpoint>;
  pages: ReadonlyMap<string, Page>;
  /** The browser script under the name of its content: `/vitals/<file>`. */
  pinnedScript: Page;
};

export type CollectorOptions = {
  routes: CollectorRoutes;
  prepare: ReturnType<typeof createPreparation>;
  /** Sees each request first, as it came; calls `next` for what is not its own. */
  profiling: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
};

/** Methods that Remix answers with a route's loader. */
const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

const PINNED = /^\/vitals\/([^/]+)$/i;

/** As the cockpit's routes match: without case, encoding and slashes at the end. */
const nameOf = (pathname: string): string => {
  const path = pathname.includes("%") ? decodeURIComponent(pathname) : pathname;
  return path.toLowerCase().replace(/(?<=.)\/+$/, "");
};

/** The pattern of the route of a path, for spans; `null` where there is none. */
export function collectorRouteOf({ endpoints, pages }: CollectorRoutes, pathname: string): string | null {
  const name = nameOf(pathname);
  if (endpoints.has(name) || pages.has(name)) return name;
  return PINNED.test(pathname) ? "/vitals/:file" : null;
}

/** The listener of the collector's HTTP server. */
export function createCollector({ routes, prepare, profiling }: CollectorOptions): RequestListener {
  const hooks = processHooks();

  const handle = (
    request: IncomingMessage,
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> => {
    const [pathname = "/"] = (request.url ?? "/").split("?", 1);
    const endpoint = routes.endpoints.get(pathname);
    return endpoint === undefined
      ? handleOther(request, response, headers, pathname)
      : answerBeacon(endpoint, request, response, headers);
  };

  /** A page, or an endpoint under another spelling of its path. */
  const handleOther = async (
    request: IncomingMessage,
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    pathname: string,
  ): Promise<void> => {
    const endpoint = routes.endpoints.get(nameOf(pathname));
    if (endpoint !== undefined) return answerBeacon(endpoint, request, response, headers);
    return sendResponse(request, response, await pageOf(routes, request, pathname), headers);
  };

  return (request, response) =>
    profiling(request, response, () => {
      const startedAt = monotonic();
      const { method, headers } = prepare(request);
      dropMovedOrigin(request);
      const next = () => {
        watchEnd(hooks, request, response, { method, startedAt });
        handle(request, response, headers).catch((error: unknown) => sendFailure(response, error, headers));
      };
      if (hooks.traffic === null) next();
      else hooks.traffic.handle(request, response, next, headers);
    });
}

async function pageOf(
  { pages, pinnedScript }: CollectorRoutes,
  request: IncomingMessage,
  pathname: string,
): Promise<Response> {
  const [, file = null] = PINNED.exec(pathname) ?? [];
  const page = file === null ? pages.get(nameOf(pathname)) : pinnedScript;
  if (page === undefined) {
    return jsonNoStore(
      { error: "This is a collector: it has the endpoints for beacons and the browser script only." },
      { status: 404 },
    );
  }
  if (!READING.has(request.method ?? "")) return methodNotAllowed("GET, HEAD");
  return page(webRequestOf(request), file);
}
