import type { IncomingMessage, ServerResponse } from "node:http";
import { originHeader } from "../../server/origin-header.server";
import { type BeaconEndpoint, toResponse } from "../endpoint.server";
import { NodeRequest } from "./node-request";
import { type DefaultHeaders, sendEmpty, sendResponse } from "./send-response";

/**
 * Answers a request of `node:http` with an endpoint for beacons.
 * @param name of the endpoint
 * @param defaults headers that the answer has unless the endpoint sets its own
 */
export async function answerBeacon(
  endpoint: BeaconEndpoint,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  defaults: DefaultHeaders,
): Promise<void> {
  const incoming = new NodeRequest(request);
  const answer = await endpoint.answer(incoming);
  if (answer.status === 204 && answer.body === null) {
    sendEmpty(response, answer, defaults, `${incoming.method} ${name}`, originHeader(incoming));
    return;
  }
  await sendResponse(request, response, toResponse(answer), defaults);
}
