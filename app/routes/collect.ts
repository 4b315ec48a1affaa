import { faroEndpoint } from "../runtime/faro.server";

/** The same as /api/analytics/faro, under the name that Faro collectors use. */
export const { action, loader } = faroEndpoint;
