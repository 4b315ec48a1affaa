import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { log } from "../platform/log.server";
import type { IncomingRequest } from "../server/incoming-request";
import { originHeader } from "../server/origin-header.server";
import { type AllowedOrigins, corsHeaders, isAllowedOrigin, preflightHeaders } from "./cors";
import type { Answer } from "./receive.server";

const ALLOW = "POST, OPTIONS";

export type EndpointOptions = {
  receive: (request: IncomingRequest) => Promise<Answer>;
  /** Counts a response by its HTTP status. */
  count: (status: number) => void;
  /** Request headers that a page of another origin may send. */
  headers: readonly string[];
  /** Called at each request: routes are created before the configuration is read. */
  allowedOrigins: () => AllowedOrigins;
};

/** An endpoint that pages of other origins post to. */
export type BeaconEndpoint = {
  /** Answers a request of any method; all headers of the answer are in it. */
  answer(request: IncomingRequest): Promise<Answer>;
  action(args: ActionFunctionArgs): Promise<Response>;
  /** Answers the preflight of pages that send JSON, and 405 for every other method. */
  loader(args: LoaderFunctionArgs): Promise<Response>;
};

/** Creates an endpoint, with its action and loader for a Remix route. */
export function beaconEndpoint({ receive, count, headers, allowedOrigins }: EndpointOptions): BeaconEndpoint {
  const post = async (request: IncomingRequest, cors: Record<string, string>): Promise<Answer> => {
    const answer = await receive(request);
    count(answer.status);
    if (answer.status >= 400) {
      log().debug({ status: answer.status, body: answer.body }, "beacon rejected");
    }
    return { ...answer, headers: { ...cors, ...answer.headers, "Cache-Control": "no-store" } };
  };

  const answer = async (request: IncomingRequest): Promise<Answer> => {
    const origin = originHeader(request);
    const cors = corsHeaders(origin, allowedOrigins());
    if (request.method === "POST") return post(request, cors);
    if (request.method !== "OPTIONS") {
      return { status: 405, body: { error: `Use ${ALLOW}.` }, headers: { ...cors, Allow: ALLOW } };
    }
    const status = isAllowedOrigin(origin, allowedOrigins()) ? 204 : 403;
    return { status, body: null, headers: { ...cors, ...preflightHeaders(headers) } };
  };

  const respond = async ({ request }: { request: Request }): Promise<Response> =>
    toResponse(await answer(request));
  return { answer, action: respond, loader: respond };
}

/** An answer as the web platform has it. */
export function toResponse({ status, body, headers }: Answer): Response {
  if (body === null || body instanceof Uint8Array) {
    return new Response(body as Uint8Array<ArrayBuffer> | null, { status, headers });
  }
  return Response.json(body, { status, headers });
}
