import type { IncomingRequest, ReadableHeaders } from "../server/incoming-request";
import { decodeText } from "../server/request-body.server";
import type { Device } from "../vitals/devices";
import { type BeaconContext, checkMeasurements, type ParsedBeacon, parseBody } from "./beacon";
import { TOKEN_HEADER } from "./beacon-token";
import { deviceOf, isBrowser, signalsOf } from "./device";
import { OverloadedError } from "./group-commit";
import { type IgnoredEvent, type OtlpGroup, type OtlpLogs, readOtlpLogs } from "./otlp-logs";
import { decodeLogsRequest, encodeLogsResponse, encodeStatus } from "./otlp-protobuf";
import {
  type Answer,
  contentTypeOf,
  contextOf,
  parseOrReject,
  type ReceiverOptions,
  RejectedBeacon,
  readAllowedContent,
  storeParsed,
} from "./receive.server";

/** Largest OTLP body, in bytes, compressed and decompressed: a collector's batch of about 3,000 records. */
export const MAX_OTLP_BODY = 2 * 1024 * 1024;

/** Most Web Vitals stored from one body. */
export const MAX_OTLP_WEB_VITALS = 5_000;

/** Request headers of OTLP exporters in browsers, including those that users set with the option `headers`. */
export const OTLP_HEADERS = ["Content-Type", "Content-Encoding", "Authorization", "X-Api-Key", TOKEN_HEADER];

export type OtlpReceiverOptions = ReceiverOptions & {
  /** Called with the number of ignored log records of each event. */
  onIgnored?: (event: IgnoredEvent, count: number) => void;
};

type Encoding = "json" | "protobuf";

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  "application/json": "json",
  "application/x-protobuf": "protobuf",
};

/**
 * Receives OTLP log records over HTTP, from a browser's exporter or a collector, and stores the events
 * `browser.web_vital`. Responds as OTLP specifies, in the encoding of the request, and 200 only when they are durable.
 * Never throws.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export async function receiveOtlpLogs(
  request: IncomingRequest,
  options: OtlpReceiverOptions,
): Promise<Answer> {
  const encoding = ENCODINGS[contentTypeOf(request) ?? "application/json"];
  try {
    return await receive(request, encoding, options);
  } catch (error) {
    if (error instanceof RejectedBeacon) return rejectionAnswer(error, encoding ?? "json");
    throw error;
  }
}

/** @throws RejectedBeacon */
async function receive(
  request: IncomingRequest,
  encoding: Encoding | undefined,
  options: OtlpReceiverOptions,
): Promise<Answer> {
  const receivedAt = options.clock();
  const { content } = await readAllowedContent(request, options, {
    limit: MAX_OTLP_BODY,
    gzip: true,
  });
  if (encoding === undefined) {
    throw new RejectedBeacon(
      415,
      "Send OTLP as application/json or application/x-protobuf (a collector's exporter otlphttp: encoding json or proto).",
    );
  }
  const logs = parseOrReject(() =>
    readOtlpLogs(encoding === "json" ? parseBody(decodeText(content)) : decodeLogsRequest(content)),
  );
  const parsed = checkGroups(logs, request, receivedAt, options);
  await storeParsed(parsed, options, (error) => (error instanceof OverloadedError ? 429 : 503), request);
  for (const [event, count] of logs.ignored) options.onIgnored?.(event, count);
  return answerOf(200, responseOf(parsed), encoding, encodeLogsResponse);
}

function checkGroups(
  { groups }: OtlpLogs,
  request: IncomingRequest,
  receivedAt: number,
  { rules }: ReceiverOptions,
): ParsedBeacon {
  const all: ParsedBeacon = { measurements: [], dropped: [], ignored: [] };
  // No referrer: the page is in the body, and a batch has one Referer for all pages, often only an origin.
  const context = {
    ...contextOf(request, receivedAt),
    buildVersionParam: null,
    routeParam: null,
    referer: null,
  };
  for (const group of groups) {
    const { beacon, items } = group;
    const maxItems = MAX_OTLP_WEB_VITALS - all.measurements.length;
    const groupContext: BeaconContext = { ...context, device: visitorsDevice(request.headers, group) };
    const { measurements, dropped } = checkMeasurements({ beacon, items, maxItems }, groupContext, rules);
    for (const measurement of measurements) all.measurements.push(measurement);
    for (const one of dropped) all.dropped.push(one);
  }
  return all;
}

/**
 * The visitor's device: from the resource's user agent, else from the request's headers if a browser sent it. A
 * collector's request has no headers of the visitor: without resource attributes the device defaults to desktop, as in the
 * bulk format.
 */
function visitorsDevice(headers: ReadableHeaders, { userAgent, mobile }: OtlpGroup): Device {
  const own = signalsOf(headers);
  if (userAgent !== null && userAgent !== own.userAgent)
    return deviceOf({ userAgent, mobile, formFactors: "" });
  if (isBrowser(own.userAgent)) return deviceOf(own);
  return mobile === true ? "mobile" : "desktop";
}

/** An `ExportLogsServiceResponse`: empty when every Web Vital was stored. */
function responseOf({ dropped }: ParsedBeacon): object {
  if (dropped.length === 0) return {};
  const counts = new Map<string, number>();
  for (const { reason } of dropped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${reason} (${count})`).join(", ");
  const first = dropped[0]?.index ?? 0;
  return {
    partialSuccess: {
      // OTLP/JSON writes 64-bit integers as strings.
      rejectedLogRecords: String(dropped.length),
      errorMessage: `Web Vitals that can't be stored: ${reasons}; the first is log record ${first}.`,
    },
  };
}

/** Codes of google.rpc.Status by HTTP status. */
const CODES: Readonly<Record<number, number>> = { 400: 3, 403: 7, 413: 8, 415: 3, 429: 8, 503: 14 };

function rejectionAnswer({ answer }: RejectedBeacon, encoding: Encoding): Answer {
  const { status, headers } = answer;
  const { error } = answer.body as { error: string };
  return answerOf(status, { code: CODES[status] ?? 2, message: error }, encoding, encodeStatus, headers);
}

function answerOf<T extends object>(
  status: number,
  message: T,
  encoding: Encoding,
  encode: (message: T) => Uint8Array,
  headers: Record<string, string> = {},
): Answer {
  if (encoding === "json") return { status, body: message, headers };
  return { status, body: encode(message), headers: { ...headers, "Content-Type": "application/x-protobuf" } };
}
