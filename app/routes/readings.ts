import { webVitalsEndpoint } from "../runtime/web-vitals.server";

/** The same as /api/analytics/web-vitals, under a name that no list of blockers has a rule for. */
export const { action, loader } = webVitalsEndpoint;
