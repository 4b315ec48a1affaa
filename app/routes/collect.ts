import { faroEndpoint } from "../ingest/faro-endpoint.server";

/** The same as /api/analytics/faro, under the name that Faro collectors use. */
export const { action, loader } = faroEndpoint;
