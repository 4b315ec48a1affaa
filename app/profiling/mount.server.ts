// The entry of build/profiling.js, a single file without dependencies that any Node server can import.
import type { IncomingMessage, ServerResponse } from "node:http";
import { monotonic, now } from "../platform/clock.server";
import type { FrameMapper } from "./profile-format";
import { FILE_ENDINGS } from "./profile-record";
import { Profiler } from "./profiler.server";
import { jsonFields, ProfilingError, parseStart, startFields } from "./start-request";
import { bearerCheck } from "./token.server";

export type MountOptions = {
  /** `false`: the routes do not exist. A profile slows the service down, so that production turns it on on purpose. */
  enabled: boolean;
  /** Bearer token of every request; at least 16 characters. */
  token: string | undefined;
  /** Folder of the profiles; it is created. */
  folder: string;
  /** Name of the service, such as `worker`. */
  service: string;
  /** What runs, such as `2.4.1`. */
  release?: string | null | undefined;
  /** Path of the routes; `/admin/profiling` by default. */
  path?: string;
  /** Finds the sources of compiled frames. */
  mapFrame?: FrameMapper;
};

/** A listener of `node:http`, and a middleware of Express. It calls `next` for every other path. */
export type ProfilingRoutes = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

const MAX_BODY = 16 * 1024;

/** Only completes the path of a request to a URL. */
const BASE = "http://localhost";

type Answer = { status: number; body: string | Buffer; headers: Record<string, string | number> };

const json = (status: number, value: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  body: JSON.stringify(value),
  headers: { "Content-Type": "application/json", ...headers },
});

/**
 * The routes of profiling for any Node server: `GET /admin/profiling` (the state as JSON), `POST /admin/profiling/start`
 * and `GET /admin/profiling/download?id=`.
 * @throws Error where it is enabled without a token, or with one that is too short
 */
export function mountProfiling(options: MountOptions): ProfilingRoutes {
  const { enabled, token, folder, service, release = null, path = "/admin/profiling", mapFrame } = options;
  const notFound = (response: ServerResponse, next?: () => void): void => {
    if (next === undefined) send(response, json(404, { error: "There is no such path." }));
    else next();
  };
  if (!enabled) return (_, response, next) => notFound(response, next);
  const isAuthorised = bearerCheck(token ?? "");
  const profiler = new Profiler({
    folder,
    service,
    release: release || null,
    clock: now,
    monotonic,
    ...(mapFrame === undefined ? {} : { mapFrame }),
  });
  return (request, response, next) => {
    const text = originalUrl(request);
    // Node passes on targets that are no URL; thrown in a listener, that would end the service.
    const url = URL.canParse(text, BASE) ? new URL(text, BASE) : null;
    const route = url === null ? null : routeOf(url.pathname, path);
    if (url === null || route === null) return notFound(response, next);
    const answer = isAuthorised(request.headers.authorization)
      ? answerTo(route, request, url, profiler)
      : json(401, { error: "Send the token as a bearer token." }, { "WWW-Authenticate": "Bearer" });
    Promise.resolve(answer)
      .catch(failure)
      .then((result) => send(response, result, request.method === "HEAD"))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

/** Express removes the path of a mounted router from `url`. */
function originalUrl(request: IncomingMessage): string {
  const { originalUrl: url } = request as { originalUrl?: unknown };
  const text = typeof url === "string" ? url : (request.url ?? "/");
  return text.startsWith("/") ? text.replace(/^\/+/, "/") : "/";
}

/** The part of a path after the routes' own; `null` for a path of the service. */
function routeOf(pathname: string, base: string): string | null {
  if (pathname !== base && !pathname.startsWith(`${base}/`)) return null;
  const rest = pathname.slice(base.length);
  return rest === "/" ? "" : rest;
}

type Handler = (request: IncomingMessage, url: URL, profiler: Profiler) => Promise<Answer>;

const ROUTES: Readonly<Record<string, { allow: readonly string[]; handle: Handler }>> = {
  "": {
    allow: ["GET", "HEAD"],
    handle: async (_request, _url, profiler) => json(200, await profiler.state()),
  },
  "/start": {
    allow: ["POST"],
    handle: async (request, _url, profiler) => {
      const { target, ...start } = parseStart(await fieldsOf(request));
      if (target !== "") throw new ProfilingError(400, "This service has no targets; leave target out.");
      return json(202, { profile: await profiler.start(start) });
    },
  },
  "/download": {
    allow: ["GET", "HEAD"],
    handle: async (_request, url, profiler) => {
      const { record, content } = await profiler.read(url.searchParams.get("id") ?? "");
      return {
        status: 200,
        body: content,
        headers: {
          "Content-Type": "application/json",
          "Content-Disposition": `attachment; filename="${record.id}${FILE_ENDINGS[record.kind]}"`,
        },
      };
    },
  },
};

async function answerTo(
  route: string,
  request: IncomingMessage,
  url: URL,
  profiler: Profiler,
): Promise<Answer> {
  const known = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
  if (known === undefined) return json(404, { error: "There is no such path." });
  if (!known.allow.includes(request.method ?? "")) {
    const allow = known.allow.join(", ");
    return json(405, { error: `Use ${allow}.` }, { Allow: allow });
  }
  return known.handle(request, url, profiler);
}

/** The fields of the body; a body parser of Express may have read it before. */
async function fieldsOf(request: IncomingMessage): Promise<Array<[string, string]>> {
  const { body } = request as { body?: unknown };
  const isParsed = typeof body === "object" && body !== null && !Buffer.isBuffer(body);
  // A parser of another type leaves {} and an unread body.
  if (isParsed && (request.readableEnded || Object.keys(body).length > 0)) return jsonFields(body);
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  return startFields(isText ? String(body) : await textOf(request), request.headers["content-type"] ?? null);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    // The rest is read and discarded, so that the sender gets the answer.
    if (size <= MAX_BODY) chunks.push(bytes);
  }
  if (size > MAX_BODY) throw new ProfilingError(400, `The body is larger than ${MAX_BODY} bytes.`);
  return Buffer.concat(chunks).toString("utf8");
}

function failure(error: unknown): Answer {
  if (!(error instanceof ProfilingError)) {
    return json(500, { error: error instanceof Error ? error.message : String(error) });
  }
  const { status, message, retryAfter } = error;
  return json(status, { error: message }, retryAfter === null ? {} : { "Retry-After": String(retryAfter) });
}

function send(response: ServerResponse, { status, body, headers }: Answer, isHead = false): void {
  response.writeHead(status, {
    ...headers,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(isHead ? undefined : body);
}
