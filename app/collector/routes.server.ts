import { ApiTokens } from "../auth/api-tokens.server";
import { authorizeMetricsByToken } from "../auth/authorize-metrics-by-token.server";
import { now } from "../platform/clock.server";
import { metrics } from "../platform/metrics.server";
import { BEACON_ENDPOINTS } from "../runtime/beacon-endpoints.server";
import { database } from "../runtime/database.server";
import { healthResponse } from "../runtime/health.server";
import { pinnedTrackerAsset, trackerAssetOf, trackerResponse } from "../server/tracker-asset.server";
import type { CollectorRoutes, Page } from "./collector.server";

/** A file of another name than a script's would be a page of the cockpit. */
const SCRIPT = /^[\w-]+\.js$/;

/** The paths of the collector, which are those of the cockpit. */
export function collectorRoutes(): CollectorRoutes {
  const tokens = new ApiTokens(database(), now);
  const figures: Page = async (request) => {
    const refusal = await authorizeMetricsByToken(request, tokens);
    if (refusal !== null) return refusal;
    const { registry } = metrics();
    return new Response(await registry.metrics(), {
      headers: { "Content-Type": registry.contentType, "Cache-Control": "no-store" },
    });
  };
  return {
    endpoints: BEACON_ENDPOINTS,
    pages: new Map<string, Page>([
      // The cockpit folds: it checks for measurements of other processes once a second.
      ["/healthz", () => healthResponse(null)],
      ["/metrics", figures],
      ["/vitals.js", (request) => trackerResponse(request, trackerAssetOf(request), null)],
    ]),
    pinnedScript: (request, file) =>
      file !== null && SCRIPT.test(file)
        ? trackerResponse(request, pinnedTrackerAsset(), file)
        : new Response("Not found", { status: 404 }),
  };
}
