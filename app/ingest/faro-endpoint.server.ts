import { metrics } from "../platform/metrics.server";
import { beaconEndpoint } from "./endpoint.server";
import { faro } from "../runtime/faro.server";
import { FARO_HEADERS, receiveFaro } from "./receive-faro.server";

/** What Grafana Faro's web SDK posts to, under either of its two names. */
export const faroEndpoint = beaconEndpoint({
  receive: (request) => receiveFaro(request, faro().receiver),
  count: (status) => metrics().faroBeacons.inc({ status: String(status) }),
  headers: FARO_HEADERS,
});
