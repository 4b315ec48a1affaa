import type { Clock } from "../platform/clock.server";
import { type IncomingRequest, searchParamsOf } from "../server/incoming-request";
import { originHeader } from "../server/origin-header.server";
import { type BinaryBody, BodyError, decodeText, readContent } from "../server/request-body.server";
import type { Measurement } from "../vitals/measurement";
import { type BeaconContext, type BeaconRules, type ParsedBeacon, parseBeacon } from "./beacon";
import { checkToken, type TokenRules } from "./beacon-token";
import { type AllowedOrigins, isAllowedOrigin } from "./cors";
import { classifyDevice } from "./device";
import { BeaconError, type DropReason, RETIRED_METRIC } from "./drop-reasons";
import type { Sender } from "./sources/source-counts";

/** Largest body of a beacon, in bytes. */
export const MAX_BODY = 64 * 1024;

/** Most dropped measurements and ignored parts that a response lists. */
const MAX_LISTED = 100;

/** `Retry-After` of 429 and 503, in seconds. */
const RETRY_AFTER = "5";

export type ReceiverOptions = {
  rules: BeaconRules;
  allowedOrigins: AllowedOrigins;
  /** `null` or absent: beacons need no token. */
  tokens?: TokenRules | null;
  /** Resolves when the measurements are durable. */
  commit: (measurements: readonly Measurement[]) => Promise<void>;
  clock: Clock;
  onDropped?: (reason: DropReason) => void;
  onRetired?: () => void;
  onStored?: (measurements: number) => void;
  /** Called with the stored measurements of each beacon and who sent it, after `onStored`. */
  onSent?: (sender: Sender, measurements: readonly Measurement[]) => void;
  onFailure?: (error: unknown) => void;
};

/** A response: a `null` body is empty, bytes are sent unchanged, any other body as JSON. */
export type Answer = { status: number; body: unknown; headers: Readonly<Record<string, string>> };

/** The answer to a beacon that was accepted in full, which nearly all are. */
export const ACCEPTED: Answer = { status: 204, body: null, headers: {} };

/** Rejects a beacon with a response to its sender. */
export class RejectedBeacon extends Error {
  override name = "RejectedBeacon";
  readonly answer: Answer;
  constructor(status: number, error: string, headers: Record<string, string> = {}) {
    super(error);
    this.answer = { status, body: { error }, headers };
  }
}

/** `navigator.sendBeacon` sends a string as text/plain. Forms can't send JSON. */
const CONTENT_TYPES = ["application/json", "text/plain"];

/**
 * Receives one beacon: reads it within bounds, checks it and stores its good measurements. Responds 2xx only when they are
 * durable. Never throws.
 */
export const receiveBeacon = (request: IncomingRequest, options: ReceiverOptions): Promise<Answer> =>
  respond(async () => {
    const receivedAt = options.clock();
    const { content } = await readAllowedContent(request, options, { limit: MAX_BODY });
    const text = textOf(request, content);
    const context = contextOf(request, receivedAt);
    const parsed = parseOrReject(() => parseBeacon(text, context, options.rules));
    await storeParsed(parsed, options, () => 503, request);
    if (parsed.dropped.length === 0 && parsed.ignored.length === 0) return ACCEPTED;
    const isBad = parsed.measurements.length === 0 && parsed.dropped.length > 0;
    return { status: isBad ? 400 : 200, body: acceptanceReport(parsed), headers: {} };
  });

/** Returns the answer of `receive`, or that of the `RejectedBeacon` it throws. */
export const respond = (receive: () => Promise<Answer>): Promise<Answer> =>
  receive().catch((error: unknown) => {
    if (error instanceof RejectedBeacon) return error.answer;
    throw error;
  });

/** `limit` in bytes. */
type BodyOptions = { limit: number; gzip?: boolean };

/**
 * Reads the body of a request from an allowed origin, with a valid token where one is required.
 * @throws RejectedBeacon
 */
export const readAllowedContent = (
  request: IncomingRequest,
  { allowedOrigins, tokens = null, clock }: ReceiverOptions,
  { limit, gzip = false }: BodyOptions,
): Promise<BinaryBody> =>
  readContent(request, limit, { gzip }).then(
    (body) => {
      if (!isAllowedOrigin(originHeader(request), allowedOrigins)) {
        throw new RejectedBeacon(403, `The origin ${originHeader(request)} is not among ALLOWED_ORIGINS.`);
      }
      if (tokens !== null) requireToken(request, tokens, clock());
      return body;
    },
    (error: unknown) => {
      if (!(error instanceof BodyError)) throw error;
      // The connection can't be reused: part of the body may be unread.
      throw new RejectedBeacon(error.status, error.message, {
        Connection: "close",
        ...(error.status === 429 && { "Retry-After": RETRY_AFTER }),
      });
    },
  );

/**
 * The text of a body whose content type may be that of JSON.
 * @throws RejectedBeacon
 */
export function textOf(request: IncomingRequest, content: Uint8Array): string {
  if (!CONTENT_TYPES.includes(contentTypeOf(request) ?? "application/json")) {
    throw new RejectedBeacon(415, "Send application/json or text/plain.");
  }
  return parseOrReject(() => decodeText(content));
}

/** @throws RejectedBeacon for a request without a valid token, where one is required */
function requireToken(
  request: IncomingRequest,
  { key, isRequired, onChecked }: TokenRules,
  now: number,
): void {
  const result = checkToken(request, key, now);
  onChecked(result);
  if (!isRequired || result === "valid") return;
  const what = result === "missing" ? "There is no token of the site" : `The token of the site is ${result}`;
  throw new RejectedBeacon(403, `${what}; BEACON_KEY requires one.`);
}

/** The media type of a request's body, in lower case, without parameters; `null` without a content type. */
export const contentTypeOf = (request: IncomingRequest): string | null =>
  request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() || null;

/**
 * Returns the result of `parse`.
 * @throws RejectedBeacon (400) in place of a BeaconError or BodyError
 */
export function parseOrReject<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof BeaconError || error instanceof BodyError) {
      throw new RejectedBeacon(error.status, error.message);
    }
    throw error;
  }
}

/** Reads the data of a beacon that is not in its body: headers and URL parameters. */
export function contextOf(request: IncomingRequest, receivedAt: number): BeaconContext {
  const searchParams = searchParamsOf(request);
  return {
    device: classifyDevice(request.headers),
    receivedAt,
    buildVersionParam: searchParams.get("build_version") ?? searchParams.get("buildVersion"),
    routeParam: searchParams.get("route"),
    referer: request.headers.get("referer"),
    sender: request.headers.get("x-client-address"),
  };
}

/**
 * Stores the good measurements; resolves when they are durable.
 * @param statusOf the HTTP status for a failed commit
 * @throws RejectedBeacon when the commit fails
 */
export async function storeParsed(
  { measurements, dropped, ignored }: ParsedBeacon,
  { commit, onDropped, onRetired, onStored, onSent, onFailure }: ReceiverOptions,
  statusOf: (error: unknown) => number,
  request: IncomingRequest,
): Promise<void> {
  for (const { reason } of dropped) onDropped?.(reason);
  for (const { reason } of ignored) if (reason === RETIRED_METRIC) onRetired?.();
  if (measurements.length === 0) return;
  try {
    await commit(measurements);
  } catch (error) {
    onFailure?.(error);
    throw new RejectedBeacon(
      statusOf(error),
      "The measurements could not be stored now; send them again later.",
      {
        "Retry-After": RETRY_AFTER,
      },
    );
  }
  onStored?.(measurements.length);
  onSent?.(senderOf(request), measurements);
}

const senderOf = (request: IncomingRequest): Sender => ({
  address: request.headers.get("x-client-address"),
  userAgent: request.headers.get("user-agent") ?? "",
  origin: originHeader(request),
});

/** The JSON body of a response to a beacon that was not accepted in full. */
export const acceptanceReport = ({
  measurements,
  dropped,
  ignored,
}: ParsedBeacon): Record<string, unknown> => ({
  accepted: measurements.length,
  dropped: dropped.slice(0, MAX_LISTED),
  ...(dropped.length > MAX_LISTED && { droppedInAll: dropped.length }),
  ...(ignored.length > 0 && { ignored: ignored.slice(0, MAX_LISTED) }),
});
