import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { singleton } from "../platform/singleton.server";
import type { IncomingRequest } from "./incoming-request";

const MOVED = "x-request-origin";

/**
 * Renames the `Origin` of each request before Remix sees it. Remix has its own check for writes to pages, which knows
 * only the `Host` header: it answers 500 to a foreign or garbled origin, logs a stack each time, and fails behind a proxy that
 * does not pass the host on. Routes check origins themselves: read them with `originHeader`.
 */
export function moveOriginHeader(): void {
  singleton("origin-header", () => {
    subscribe("http.server.request.start", (message) => {
      const { headers } = (message as { request: IncomingMessage }).request;
      delete headers[MOVED];
      if (headers.origin === undefined) return;
      headers[MOVED] = headers.origin;
      delete headers.origin;
    });
    return true;
  });
}

/** The `Origin` that a request was sent with; `null` without one. */
export const originHeader = ({ headers }: Pick<IncomingRequest, "headers">): string | null =>
  headers.get(MOVED) ?? headers.get("origin");
