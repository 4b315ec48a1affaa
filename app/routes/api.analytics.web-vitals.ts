import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { corsHeaders, isAllowedOrigin, PREFLIGHT_HEADERS } from "../ingest/cors";
import { ingest } from "../ingest/instance.server";
import { receiveBeacon } from "../ingest/receive.server";
import { methodNotAllowed } from "../platform/http.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";

const ALLOW = "POST, OPTIONS";

/** Beacons of browsers. The README documents the wire format. */
export async function action({ request }: ActionFunctionArgs): Promise<Response> {
  const cors = corsOf(request);
  if (request.method !== "POST") return methodNotAllowed(ALLOW, cors);
  const { status, body, headers } = await receiveBeacon(request, ingest().receiver);
  metrics().beacons.inc({ status: String(status) });
  if (status >= 400) log().debug({ status, body }, "a beacon was not taken whole");
  const all = { ...cors, ...headers, "Cache-Control": "no-store" };
  return body === null
    ? new Response(null, { status, headers: all })
    : Response.json(body, { status, headers: all });
}

/** The preflight of pages that send JSON; every other method that gets here is none of ours. */
export function loader({ request }: LoaderFunctionArgs): Response {
  const cors = corsOf(request);
  if (request.method !== "OPTIONS") return methodNotAllowed(ALLOW, cors);
  const allowed = isAllowedOrigin(request.headers.get("origin"), ingest().receiver.allowedOrigins);
  return new Response(null, { status: allowed ? 204 : 403, headers: { ...cors, ...PREFLIGHT_HEADERS } });
}

const corsOf = (request: Request): Record<string, string> =>
  corsHeaders(request.headers.get("origin"), ingest().receiver.allowedOrigins);
