import { monotonic } from "../platform/clock.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { singleton } from "../platform/singleton.server";
import { LET_GO } from "../ingest/faro-body";
import { FaroForwarder } from "../ingest/faro-forward.server";
import { ingest } from "./ingest.server";
import { type FaroReceiverOptions } from "../ingest/receive-faro.server";
import { RecentBodies } from "../ingest/idempotency-cache";

/** How this process receives Faro bodies, and passes them on. */
export const faro = () => singleton("faro", createFaro);

function createFaro() {
  const { FARO_API_KEY, FARO_FORWARD_URL } = env();
  const { faroLetGo } = metrics();
  for (const kind of LET_GO) faroLetGo.inc({ kind }, 0);
  const forwarder = FARO_FORWARD_URL === null ? null : createForwarder(FARO_FORWARD_URL);
  const receiver: FaroReceiverOptions = {
    ...ingest().receiver,
    apiKey: FARO_API_KEY,
    recent: new RecentBodies(),
    forward: forwarder === null ? null : (one) => forwarder.push(one),
    onLetGo: (kind, count) => faroLetGo.inc({ kind }, count),
  };
  return {
    receiver,
    /** Passes on what is left, for a short while. */
    close: async (): Promise<void> => forwarder?.close(),
  };
}

function createForwarder(url: string): FaroForwarder {
  const { faroForwards, gauge } = metrics();
  for (const outcome of ["sent", "failed", "dropped"] as const) faroForwards.inc({ outcome }, 0);
  const warn = createRateLimitedLog(monotonic, (err, bodies) =>
    log().warn({ err, bodies }, "Faro bodies could not be passed on to FARO_FORWARD_URL"),
  );
  const forwarder = new FaroForwarder({
    url,
    onOutcome: (outcome, reason) => {
      faroForwards.inc({ outcome });
      if (outcome !== "sent") warn(reason);
    },
  });
  gauge("vitals_faro_forward_bytes", "Bytes of Faro bodies that wait to be passed on.", () => forwarder.size);
  return forwarder;
}
