import { beaconEndpoint } from "../ingest/endpoint.server";
import { IGNORED_EVENTS } from "../ingest/otlp-logs";
import { OTLP_HEADERS, type OtlpReceiverOptions, receiveOtlpLogs } from "../ingest/receive-otlp.server";
import { metrics } from "../platform/metrics.server";
import { singleton } from "../platform/singleton.server";
import { ingest } from "./ingest.server";

/** How this process receives OTLP log records. */
const otlp = () => singleton("otlp", createOtlp);

function createOtlp(): OtlpReceiverOptions {
  const { otlpRecordsIgnored } = metrics();
  // A counter that appears with its first record has no rate before it.
  for (const event of IGNORED_EVENTS) otlpRecordsIgnored.inc({ event }, 0);
  return {
    ...ingest().receiver,
    onIgnored: (event, count) => otlpRecordsIgnored.inc({ event }, count),
  };
}

/** What OpenTelemetry's browser SDK and collectors post log records to. */
export const otlpLogsEndpoint = beaconEndpoint({
  receive: (request) => receiveOtlpLogs(request, otlp()),
  count: (status) => metrics().otlpRequests.inc({ status: String(status) }),
  headers: OTLP_HEADERS,
  allowedOrigins: () => ingest().receiver.allowedOrigins,
});
