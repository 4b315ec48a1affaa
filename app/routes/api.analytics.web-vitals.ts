import { beaconEndpoint } from "../ingest/endpoint.server";
import { receiveBeacon } from "../ingest/receive.server";
import { metrics } from "../platform/metrics.server";
import { ingest } from "../runtime/ingest.server";

/** Beacons of browsers; docs/wire-formats.md has the format. */
export const { action, loader } = beaconEndpoint({
  receive: (request) => receiveBeacon(request, ingest().receiver),
  count: (status) => metrics().beacons.inc({ status: String(status) }),
  headers: ["Content-Type"],
  allowedOrigins: () => ingest().receiver.allowedOrigins,
});
