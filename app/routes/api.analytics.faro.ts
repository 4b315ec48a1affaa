import { faroEndpoint } from "../runtime/faro.server";

/** Bodies of Grafana Faro's web SDK; docs/wire-formats.md lists the fields that are read. */
export const { action, loader } = faroEndpoint;
