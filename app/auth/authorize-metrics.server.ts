import { env } from "../platform/env.server";
import { authorizeApi } from "./authorize-api.server";
import { isFromLoopback } from "./loopback";

/**
 * Authorises a request for this process's own figures: as `authorizeApi` does with the scope `read`, and every program on
 * this machine where METRICS_FROM_LOOPBACK allows it. That is off by default: a proxy on this machine that sends no
 * forwarding headers looks like such a program.
 * @returns `null` when it is authorised, else the response
 */
export async function authorizeMetrics(request: Request): Promise<Response | null> {
  if (env().METRICS_FROM_LOOPBACK && isFromLoopback(request.headers)) return null;
  return authorizeApi(request, "read");
}
