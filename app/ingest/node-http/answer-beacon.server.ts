import type { IncomingMessage, ServerResponse } from "node:http";
import { type BeaconEndpoint, toResponse } from "../endpoint.server";
import { NodeRequest } from "./node-request";
import { type DefaultHeaders, sendEmpty, sendResponse } from "./send-response";

/**
 * Answers a request of `node:http` with an endpoint for beacons.
 * @param defaults headers that the answer has unless the endpoint sets its own
 */
export async function answerBeacon(
  endpoint: BeaconEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
  defaults: DefaultHeaders,
): Promise<void> {
  const answer = await endpoint.answer(new NodeRequest(request));
  if (answer.status === 204 && answer.body === null) {
    sendEmpty(response, answer, defaults);
    return;
  }
  await sendResponse(request, response, toResponse(answer), defaults);
}
