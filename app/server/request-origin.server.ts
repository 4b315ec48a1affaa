import { basePathOf } from "./base-path.server";

/** The origin under which a request's client knows this server, as the preload worked it out. */
export function originOf(request: Request): string {
  const { host } = new URL(request.url);
  const proto = request.headers.get("x-client-proto") === "https" ? "https" : "http";
  return `${proto}://${host}`;
}

/** The address of this server as a request's client knows it, without a slash at its end: origin and base path. */
export const addressOf = (request: Request): string => originOf(request) + basePathOf(request);
