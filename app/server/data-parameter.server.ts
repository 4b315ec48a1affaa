import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { singleton } from "../platform/singleton.server";

/**
 * A URL without the parameter `_data`.
 * @param url as in the first line of a request
 */
export function withoutDataParameter(url: string): string {
  const start = url.indexOf("?");
  if (start < 0) return url;
  const pairs = url.slice(start + 1).split("&");
  const others = pairs.filter((pair) => !new URLSearchParams(pair).has("_data"));
  if (others.length === pairs.length) return url;
  return others.length === 0 ? url.slice(0, start) : `${url.slice(0, start)}?${others.join("&")}`;
}

/**
 * Removes `_data` from the URL of each request before Remix sees it. With it, Remix 2.17 runs loaders as before single
 * fetch: each such request logs a stack, and one to a loader that returns `null` fails with 500. No page sends it.
 */
export function dropDataParameter(): void {
  singleton("data-parameter", () => {
    subscribe("http.server.request.start", (message) => {
      const { request } = message as { request: IncomingMessage };
      if (request.url !== undefined) request.url = withoutDataParameter(request.url);
    });
    return true;
  });
}
