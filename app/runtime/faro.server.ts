import { beaconEndpoint } from "../ingest/endpoint.server";
import { IGNORED_KINDS } from "../ingest/faro-body";
import { FaroForwarder } from "../ingest/faro-forward.server";
import { IdempotencyCache } from "../ingest/idempotency-cache";
import { FARO_HEADERS, type FaroReceiverOptions, receiveFaro } from "../ingest/receive-faro.server";
import { monotonic } from "../platform/clock.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { singleton } from "../platform/singleton.server";
import { ingest } from "./ingest.server";

/** This process's receiver of Faro bodies, and the forwarder to FARO_FORWARD_URL. */
export const faro = () => singleton("faro", createFaro);

function createFaro() {
  const { FARO_API_KEY, FARO_FORWARD_URL } = env();
  const { faroIgnored } = metrics();
  for (const kind of IGNORED_KINDS) faroIgnored.inc({ kind }, 0);
  const forwarder = FARO_FORWARD_URL === null ? null : createForwarder(FARO_FORWARD_URL);
  const receiver: FaroReceiverOptions = {
    ...ingest().receiver,
    apiKey: FARO_API_KEY,
    idempotencyCache: new IdempotencyCache(),
    forward: forwarder === null ? null : (one) => forwarder.push(one),
    onIgnored: (kind, count) => faroIgnored.inc({ kind }, count),
  };
  return {
    receiver,
    /** Forwards the waiting bodies, within a timeout. */
    close: async (): Promise<void> => forwarder?.close(),
  };
}

function createForwarder(url: string): FaroForwarder {
  const { faroForwards, gauge } = metrics();
  for (const outcome of ["sent", "failed", "dropped"] as const) faroForwards.inc({ outcome }, 0);
  const warn = createRateLimitedLog(monotonic, (err, bodies) =>
    log().warn({ err, bodies }, "Faro bodies could not be forwarded to FARO_FORWARD_URL"),
  );
  const forwarder = new FaroForwarder({
    url,
    onOutcome: (outcome, reason) => {
      faroForwards.inc({ outcome });
      if (outcome !== "sent") warn(reason);
    },
  });
  gauge("vitals_faro_forward_bytes", "Bytes of Faro bodies that wait to be forwarded.", () => forwarder.size);
  return forwarder;
}

/** The endpoint of Grafana Faro's web SDK, for both of its paths. */
export const faroEndpoint = beaconEndpoint({
  receive: (request) => receiveFaro(request, faro().receiver),
  count: (status) => metrics().faroBeacons.inc({ status: String(status) }),
  headers: FARO_HEADERS,
  allowedOrigins: () => faro().receiver.allowedOrigins,
});
