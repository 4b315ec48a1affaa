import { webVitalsEndpoint } from "../ingest/web-vitals-endpoint.server";

/** Beacons of browsers. The README documents the wire format. */
export const { action, loader } = webVitalsEndpoint;
