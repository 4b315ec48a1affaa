import { webVitalsEndpoint } from "../runtime/web-vitals.server";

/** Beacons of browsers; docs/wire-formats.md has the format. */
export const { action, loader } = webVitalsEndpoint;
