import type { IncomingMessage } from "node:http";
import type { BeaconEndpoint } from "../ingest/endpoint.server";
import { answerBeacon } from "../ingest/node-http/answer-beacon.server";
import { sendFailure } from "../ingest/node-http/send-response";
import { traced } from "../platform/trace-channels";
import { type BeaconAnswer, processHooks } from "../server/process-hooks";
import { faroEndpoint } from "./faro.server";
import { otlpLogsEndpoint } from "./otlp.server";
import { webVitalsEndpoint } from "./web-vitals.server";

/** What posts measurements, by path: the same as the routes of these names. */
export const BEACON_ENDPOINTS: ReadonlyMap<string, BeaconEndpoint> = new Map([
  ["/api/analytics/web-vitals", webVitalsEndpoint],
  ["/readings", webVitalsEndpoint],
  ["/api/analytics/faro", faroEndpoint],
  ["/collect", faroEndpoint],
  ["/v1/logs", otlpLogsEndpoint],
]);

/**
 * Answers posted beacons before Express and Remix see them, which cost several times what a beacon does. What is unusual
 * (another method, another spelling of the path) is left to the route, which gives the same answers.
 */
export function answerBeaconsBeforeRemix(): void {
  const answers = new Map(
    [...BEACON_ENDPOINTS].map(([path, endpoint]) => [path, answerOf(path, endpoint)] as const),
  );
  processHooks().beaconAnswer = ({ method, url = "" }: IncomingMessage) => {
    if (method !== "POST") return null;
    const query = url.indexOf("?");
    return answers.get(query === -1 ? url : url.slice(0, query)) ?? null;
  };
}

function answerOf(path: string, endpoint: BeaconEndpoint): BeaconAnswer {
  const id = `routes/${path.slice(1).replaceAll("/", ".")}`;
  const attributes = { "app.remix.route_id": id };
  return (request, response, headers) => {
    traced(`action ${id}`, () => answerBeacon(endpoint, request, response, headers), {
      attributes,
    }).catch((error: unknown) => sendFailure(response, error, headers));
  };
}
