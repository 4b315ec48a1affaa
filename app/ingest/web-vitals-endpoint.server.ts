import { metrics } from "../platform/metrics.server";
import { beaconEndpoint } from "./endpoint.server";
import { ingest } from "./instance.server";
import { receiveBeacon } from "./receive.server";

/** What the browser script posts to, under either of its two names. */
export const webVitalsEndpoint = beaconEndpoint({
  receive: (request) => receiveBeacon(request, ingest().receiver),
  count: (status) => metrics().beacons.inc({ status: String(status) }),
  headers: ["Content-Type"],
});
