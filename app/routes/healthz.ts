import { healthResponse } from "../runtime/health.server";
import { rollup } from "../runtime/rollup.server";
import { methodNotAllowed } from "../server/responses.server";

/** For load balancers and supervisors: 200 when fit, 503 with the reasons when not. */
export const loader = (): Promise<Response> => healthResponse(rollup().loop.lag);

export const action = (): Response => methodNotAllowed("GET, HEAD");
