import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { log } from "../platform/log.server";
import { originHeader } from "../server/origin-header.server";
import { methodNotAllowed } from "../server/responses.server";
import { type AllowedOrigins, corsHeaders, isAllowedOrigin, preflightHeaders } from "./cors";
import type { Answer } from "./receive.server";

const ALLOW = "POST, OPTIONS";

export type EndpointOptions = {
  receive: (request: Request) => Promise<Answer>;
  /** Counts a response by its HTTP status. */
  count: (status: number) => void;
  /** Request headers that a page of another origin may send. */
  headers: readonly string[];
  /** Called at each request: routes are created before the configuration is read. */
  allowedOrigins: () => AllowedOrigins;
};

/** Creates the action and the loader of an endpoint that pages of other origins post to. */
export function beaconEndpoint({ receive, count, headers: requestHeaders, allowedOrigins }: EndpointOptions) {
  const corsOf = (request: Request): Record<string, string> =>
    corsHeaders(originHeader(request), allowedOrigins());

  return {
    async action({ request }: ActionFunctionArgs): Promise<Response> {
      const cors = corsOf(request);
      if (request.method !== "POST") return methodNotAllowed(ALLOW, cors);
      const { status, body, headers } = await receive(request);
      count(status);
      if (status >= 400) log().debug({ status, body }, "beacon rejected");
      const all = { ...cors, ...headers, "Cache-Control": "no-store" };
      if (body === null || body instanceof Uint8Array)
        return new Response(body as Uint8Array<ArrayBuffer> | null, { status, headers: all });
      return Response.json(body, { status, headers: all });
    },

    /** Answers the preflight of pages that send JSON, and 405 for every other method. */
    loader({ request }: LoaderFunctionArgs): Response {
      const cors = corsOf(request);
      if (request.method !== "OPTIONS") return methodNotAllowed(ALLOW, cors);
      const allowed = isAllowedOrigin(originHeader(request), allowedOrigins());
      return new Response(null, {
        status: allowed ? 204 : 403,
        headers: { ...cors, ...preflightHeaders(requestHeaders) },
      });
    },
  };
}
