import { TOKEN_HEADER } from "../ingest/beacon-token";
import { beaconEndpoint } from "../ingest/endpoint.server";
import { receiveBeacon } from "../ingest/receive.server";
import { metrics } from "../platform/metrics.server";
import { ingest } from "./ingest.server";

/** What the browser script posts to, under either of its two names. */
export const webVitalsEndpoint = beaconEndpoint({
  receive: (request) => receiveBeacon(request, ingest().receiver),
  count: (status) => metrics().beacons.inc({ status: String(status) }),
  headers: ["Content-Type", TOKEN_HEADER],
  allowedOrigins: () => ingest().receiver.allowedOrigins,
});
