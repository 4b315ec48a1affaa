import type { IncomingMessage, ServerResponse } from "node:http";
import compression from "compression";
import { log } from "../../platform/log.server";
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

/** Answers after an error of the program: an empty 500, and the reason in the log. */
export function sendFailure(response: ServerResponse, err: unknown, defaults: DefaultHeaders): void {
  log().error({ err }, "a request failed");
  if (response.headersSent) response.destroy();
  else response.writeHead(500, defaults).end();
}

/**
 * Prepared headers of empty answers, as the flat list that Node writes without looking at it: by the headers of the
 * answer, and by the defaults.
 */
const prepared = new WeakMap<Answer["headers"], WeakMap<DefaultHeaders, string[]>>();

/** Sends an answer without a body, faster where its headers are an object that was sent before. */
export function sendEmpty(
  response: ServerResponse,
  { status, headers }: Answer,
  defaults: DefaultHeaders,
): void {
  const byDefaults = prepared.get(headers) ?? new WeakMap();
  prepared.set(headers, byDefaults);
  const list = byDefaults.get(defaults) ?? flatHeaders(headers, defaults);
  byDefaults.set(defaults, list);
  response.writeHead(status, list);
  response.end();
}

/** In the order in which `sendResponse` writes them. */
function flatHeaders(headers: Readonly<Record<string, string>>, defaults: DefaultHeaders): string[] {
  const own = [...new Headers(headers)];
  const names = new Set(own.map(([name]) => name));
  const others = Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase()));
  return [...own, ...others].flat();
}
