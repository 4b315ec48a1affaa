import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, Span, TextMapPropagator, Tracer } from "@opentelemetry/api";
import {
  type OperationMessage,
  operations,
  type StatementMessage,
  statements,
} from "../platform/trace-channels";

/** The parts of OpenTelemetry that spans need; its packages are loaded only when telemetry is on. */
export type Instruments = {
  api: typeof import("@opentelemetry/api");
  tracer: Tracer;
  /** Reads a caller's `traceparent`. */
  propagator: TextMapPropagator<unknown>;
};

/** Longest `url.path`, in characters. */
const MAX_PATH = 2048;

export type SpanOptions = Instruments & {
  /** The pattern of the route that matches a path; `null` when none does. */
  routeOf: (pathname: string) => string | null;
  /** Called before each request is answered. */
  onRequest: () => void;
};

/** Starts to record spans of requests, operations and SQL statements. */
export function startSpans(options: SpanOptions): { current: () => Span | undefined } {
  const { api } = options;
  /** The current span; of a request also the server span, for the `traceparent` of its document. */
  const contexts = new AsyncLocalStorage<Context>();
  const server = api.createContextKey("vitals-cockpit.server-span");
  traceRequests(options, contexts, server);
  traceOperations(options, contexts);
  traceStatements(options, contexts);
  return { current: () => contexts.getStore()?.getValue(server) as Span | undefined };
}

/** Spans that have ended, recorded or not. */
const ended = new WeakSet<Span>();

function end(span: Span): void {
  span.end();
  ended.add(span);
}

/** The context of the parent span; `undefined` when that has ended, because the work outlived it. */
function parentIn(contexts: AsyncLocalStorage<Context>, { trace }: Instruments["api"]): Context | undefined {
  const context = contexts.getStore();
  const span = context && trace.getSpan(context);
  return span === undefined || ended.has(span) ? undefined : context;
}

type Exchange = { request: IncomingMessage; response: ServerResponse };

/** The host and port of `Host`, as the client knows this server. */
function serverAddress(host: string): Record<string, string | number> {
  if (!URL.canParse(`http://${host}`)) return {};
  const { hostname, port } = new URL(`http://${host}`);
  return { "server.address": hostname, ...(port !== "" && { "server.port": Number(port) }) };
}

/**
 * Records one SERVER span per request, named by its route, without client address and query.
 */
function traceRequests(
  { api, tracer, propagator, routeOf, onRequest }: SpanOptions,
  contexts: AsyncLocalStorage<Context>,
  server: symbol,
): void {
  const begin = ({ request, response }: Exchange): void => {
    onRequest();
    const method = request.method ?? "";
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    const caller = propagator.extract(api.ROOT_CONTEXT, request.headers, api.defaultTextMapGetter);
    const route = routeOf(path);
    const name = route === null ? method : `${method} ${route}`;
    const attributes = {
      "http.request.method": method,
      "url.scheme": String(request.headers["x-client-proto"] ?? "http"),
      "url.path": path.slice(0, MAX_PATH),
      "network.protocol.version": request.httpVersion,
      ...serverAddress(request.headers.host ?? ""),
      ...(route !== null && { "http.route": route }),
    };
    const span = tracer.startSpan(name, { kind: api.SpanKind.SERVER, attributes }, caller);
    contexts.enterWith(api.trace.setSpan(caller, span).setValue(server, span));
    response.once("close", () => {
      const { statusCode } = response;
      if (response.headersSent) span.setAttribute("http.response.status_code", statusCode);
      if (statusCode >= 500) {
        span.setAttribute("error.type", String(statusCode));
        span.setStatus({ code: api.SpanStatusCode.ERROR });
      }
      end(span);
    });
  };
  subscribe("http.server.request.start", (message) => {
    try {
      begin(message as Exchange);
    } catch (error) {
      // An error of telemetry must not end the server.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  });
}

/** Records the name of an error, not its message, which may contain values. A thrown Response is no error. */
function recordError(span: Span, error: unknown, { SpanStatusCode }: Instruments["api"]): void {
  if (error === undefined || error instanceof Response) return;
  span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function traceOperations({ api, tracer }: SpanOptions, contexts: AsyncLocalStorage<Context>): void {
  const openSpans = new WeakMap<OperationMessage, Span>();
  operations.start.bindStore(contexts, (message) => {
    const { name, attributes, newTrace } = message as OperationMessage;
    const parent = (newTrace ? undefined : parentIn(contexts, api)) ?? api.ROOT_CONTEXT;
    const span = tracer.startSpan(name, { attributes }, parent);
    openSpans.set(message as OperationMessage, span);
    return api.trace.setSpan(parent, span);
  });
  operations.asyncEnd.subscribe((message) => {
    const { error, attributes } = message as OperationMessage;
    const span = openSpans.get(message as OperationMessage);
    if (span === undefined) return;
    span.setAttributes(attributes);
    recordError(span, error, api);
    end(span);
  });
}

/** Records statements with a parent span only: the fold checks for measurements once a second. */
function traceStatements({ api, tracer }: SpanOptions, contexts: AsyncLocalStorage<Context>): void {
  const openSpans = new WeakMap<StatementMessage, Span>();
  statements.subscribe((published) => {
    const message = published as StatementMessage;
    if (message.phase === "end") {
      const span = openSpans.get(message);
      if (span === undefined) return;
      recordError(span, message.error, api);
      end(span);
      return;
    }
    const parent = parentIn(contexts, api);
    if (parent === undefined) return;
    const attributes = { "db.system.name": "sqlite", "db.query.summary": message.name };
    openSpans.set(message, tracer.startSpan(message.name, { kind: api.SpanKind.CLIENT, attributes }, parent));
  });
}
