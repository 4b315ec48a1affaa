import { faroEndpoint } from "../runtime/faro.server";

/** Bodies of Grafana Faro's web SDK. The README says what of them is taken. */
export const { action, loader } = faroEndpoint;
