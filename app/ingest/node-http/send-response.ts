import type { IncomingMessage, ServerResponse } from "node:http";
import compression from "compression";
import { LRUCache } from "lru-cache";
import { setDefaultHeaders } from "../../server/security-headers.mjs";
import type { Answer } from "../receive.server";

export type DefaultHeaders = Readonly<Record<string, string>>;

const compress = compression();

/** As Express writes it, which serves the cockpit. */
const contentTypeOf = (value: string): string =>
  value === "application/json" ? "application/json; charset=utf-8" : value;

/**
 * Sends a response as the cockpit does: with the same headers in the same order, and compressed where the client accepts
 * that.
 */
export async function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Response,
  defaults: DefaultHeaders,
): Promise<void> {
  setDefaultHeaders(response, defaults);
  await new Promise<void>((resolve) => compress(request as never, response as never, () => resolve()));
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    response.setHeader(name, name === "content-type" ? contentTypeOf(value) : value);
  }
  if (answer.body !== null && request.method !== "HEAD") {
    response.write(new Uint8Array(await answer.arrayBuffer()));
  }
  response.end();
}

/** Longer origins, which no browser sends, are not remembered. */
const MAX_ORIGIN = 256;

/**
 * Prepared headers of empty answers, as the flat list that Node writes without looking at it. They depend on the
 * endpoint, the method, the origin and the defaults.
 */
const prepared = new LRUCache<string, { defaults: DefaultHeaders; list: string[] }>({ max: 1_000 });

/** @param endpoint name of the endpoint and method */
export function sendEmpty(
  response: ServerResponse,
  { status, headers }: Answer,
  defaults: DefaultHeaders,
  endpoint: string,
  origin: string | null,
): void {
  // An origin may be the text "null".
  const key = `${status} ${endpoint} ${origin === null ? "" : `from ${origin}`}`;
  let known = prepared.get(key);
  if (known?.defaults !== defaults) {
    known = { defaults, list: flatHeaders(headers, defaults) };
    if ((origin ?? "").length <= MAX_ORIGIN) prepared.set(key, known);
  }
  response.writeHead(status, known.list);
  response.end();
}

/** In the order in which `sendResponse` writes them. */
function flatHeaders(headers: Readonly<Record<string, string>>, defaults: DefaultHeaders): string[] {
  const own = [...new Headers(headers)];
  const names = new Set(own.map(([name]) => name));
  const others = Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase()));
  return [...own, ...others].flat();
}
