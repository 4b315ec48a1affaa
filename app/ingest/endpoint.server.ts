import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { LRUCache } from "lru-cache";
import { log } from "../platform/log.server";
import type { IncomingRequest } from "../server/incoming-request";
import { originHeader } from "../server/origin-header.server";
import { type AllowedOrigins, corsHeaders, isAllowedOrigin, preflightHeaders } from "./cors";
import { ACCEPTED, type Answer } from "./receive.server";

const ALLOW = "POST, OPTIONS";

/** Longer origins, which no browser sends, are not remembered. */
const MAX_ORIGIN = 256;
const MAX_ORIGINS = 1_000;

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
  /** Answers to accepted beacons by their origin; they are the same objects for the same origin. */
  const accepted = new LRUCache<string, Answer>({ max: MAX_ORIGINS });

  const post = async (request: IncomingRequest): Promise<Answer> => {
    const answer = await receive(request);
    count(answer.status);
    const origin = originHeader(request);
    // The header may be empty.
    const sender = origin === null ? "" : `from ${origin}`;
    const known = answer === ACCEPTED ? accepted.get(sender) : undefined;
    if (known !== undefined) return known;
    const cors = corsHeaders(origin, allowedOrigins());
    if (answer.status >= 400) {
      log().debug({ status: answer.status, body: answer.body }, "beacon rejected");
    }
    const complete = { ...answer, headers: { ...cors, ...answer.headers, "Cache-Control": "no-store" } };
    if (answer === ACCEPTED && sender.length <= MAX_ORIGIN) accepted.set(sender, complete);
    return complete;
  };

  const answerOther = (request: IncomingRequest): Answer => {
    const origin = originHeader(request);
    const cors = corsHeaders(origin, allowedOrigins());
    if (request.method !== "OPTIONS") {
      return { status: 405, body: { error: `Use ${ALLOW}.` }, headers: { ...cors, Allow: ALLOW } };
    }
    const status = isAllowedOrigin(origin, allowedOrigins()) ? 204 : 403;
    return { status, body: null, headers: { ...cors, ...preflightHeaders(headers) } };
  };

  const answer = (request: IncomingRequest): Promise<Answer> =>
    request.method === "POST" ? post(request) : Promise.resolve(answerOther(request));

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
