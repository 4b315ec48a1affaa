import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { singleton } from "../platform/singleton.server";
import type { IncomingRequest } from "./incoming-request";
import { MOVED_ORIGIN, sentOrigin } from "./moved-origin.mjs";

/**
 * Renames the `Origin` of each request before Remix sees it. Remix has its own check for writes to pages, which knows
 * only the `Host` header: it answers 500 to a foreign or garbled origin, logs a stack each time, and fails behind a proxy that
 * does not pass the host on. Routes check origins themselves: read them with `originHeader`.
 */
export function moveOriginHeader(): void {
  singleton("origin-header", () => {
    subscribe("http.server.request.start", (message) => {
      const { request } = message as { request: IncomingMessage };
      dropMovedOrigin(request);
      const { headers } = request;
      if (headers.origin === undefined) return;
      headers[MOVED_ORIGIN] = headers.origin;
      delete headers.origin;
    });
    return true;
  });
}

/** Removes the new name, which a client has no use for. */
export function dropMovedOrigin({ headers }: IncomingMessage): void {
  if (MOVED_ORIGIN in headers) delete headers[MOVED_ORIGIN];
}

/** The `Origin` that a request was sent with; `null` without one. */
export const originHeader = ({ headers }: Pick<IncomingRequest, "headers">): string | null =>
  sentOrigin((name) => headers.get(name));
