import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { processHooks } from "../server/process-hooks";

/** Counts each request in /metrics, and logs it at the level `debug`. */
export function measureRequests(): void {
  const { requestSeconds } = metrics();
  const isLogged = log().isLevelEnabled("debug");
  processHooks().onRequestEnd.add(({ method, pathname, status, durationMs }) => {
    requestSeconds.observe({ method, status: String(status) }, durationMs / 1000);
    if (isLogged) log().debug({ method, pathname, status, durationMs: Math.round(durationMs) }, "request");
  });
}
