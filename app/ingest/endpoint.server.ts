import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { log } from "../platform/log.server";
import { methodNotAllowed } from "../server/responses.server";
import { type AllowedOrigins, corsHeaders, isAllowedOrigin, preflightHeaders } from "./cors";
import type { Answer } from "./receive.server";

const ALLOW = "POST, OPTIONS";

export type EndpointOptions = {
  receive: (request: Request) => Promise<Answer>;
  /** Counts an answer. */
  count: (status: number) => void;
  /** Headers that a page of another origin may send. */
  headers: readonly string[];
  /** Origins whose pages may send; read at each request, since the configuration is read at the first. */
  allowedOrigins: () => AllowedOrigins;
};

/** The action and the loader of a URL that pages of other origins post to. */
export function beaconEndpoint({ receive, count, headers: requestHeaders, allowedOrigins }: EndpointOptions) {
  const corsOf = (request: Request): Record<string, string> =>
    corsHeaders(request.headers.get("origin"), allowedOrigins());

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

    /** The preflight of pages that send JSON; every other method that gets here is none of ours. */
    loader({ request }: LoaderFunctionArgs): Response {
      const cors = corsOf(request);
      if (request.method !== "OPTIONS") return methodNotAllowed(ALLOW, cors);
      const allowed = isAllowedOrigin(request.headers.get("origin"), allowedOrigins());
      return new Response(null, {
        status: allowed ? 204 : 403,
        headers: { ...cors, ...preflightHeaders(requestHeaders) },
      });
    },
  };
}
