import type { LoaderFunctionArgs } from "@remix-run/node";
import { authorizeMetrics } from "../auth/authorize-metrics.server";
import { readOnlyAction } from "../auth/page-action.server";
import { metrics } from "../platform/metrics.server";

/** This process's own figures, for Prometheus: with a token, or from this machine where the operator allows it. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const refusal = await authorizeMetrics(request);
  if (refusal !== null) return refusal;
  const { registry } = metrics();
  return new Response(await registry.metrics(), {
    headers: { "Content-Type": registry.contentType, "Cache-Control": "no-store" },
  });
}

export const action = readOnlyAction;
