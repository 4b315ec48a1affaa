import type { LoaderFunctionArgs } from "@remix-run/node";
import { rejectUnlessAdmin } from "../auth/api-guard.server";
import { isFromLoopback } from "../auth/loopback";
import { metrics } from "../platform/metrics.server";
import { methodNotAllowed } from "../server/responses.server";

/** This process's own figures, for Prometheus: with the token, or from this machine. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  if (!isFromLoopback(request.headers)) {
    const refusal = rejectUnlessAdmin(request);
    if (refusal !== null) return refusal;
  }
  const { registry } = metrics();
  return new Response(await registry.metrics(), {
    headers: { "Content-Type": registry.contentType, "Cache-Control": "no-store" },
  });
}

export const action = (): Response => methodNotAllowed("GET, HEAD");
