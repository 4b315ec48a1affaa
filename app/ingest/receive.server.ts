import type { Clock } from "../platform/clock.server";
import {
  type BinaryBody,
  type Body,
  BodyError,
  decodeText,
  readContent,
} from "../server/request-body.server";
import type { Measurement } from "../vitals/measurement";
import { type BeaconContext, type BeaconRules, type ParsedBeacon, parseBeacon } from "./beacon";
import { type AllowedOrigins, isAllowedOrigin } from "./cors";
import { classifyDevice } from "./device";
import { BeaconError, type DropReason, RETIRED_METRIC } from "./drop-reasons";

/** Largest body of a beacon, in bytes. */
export const MAX_BODY = 64 * 1024;

/** Most dropped measurements and ignored parts that an answer lists one by one. */
const MAX_LISTED = 100;

/** When a sender that was turned away may come back, in seconds. */
const RETRY_AFTER = "5";

export type ReceiverOptions = {
  rules: BeaconRules;
  allowedOrigins: AllowedOrigins;
  /** Fulfilled when the measurements are durable. */
  commit: (measurements: readonly Measurement[]) => Promise<void>;
  clock: Clock;
  onDropped?: (reason: DropReason) => void;
  /** Called for each measurement of a retired metric, which is ignored. */
  onRetired?: () => void;
  onStored?: (measurements: number) => void;
  onFailure?: (error: unknown) => void;
};

/** What to answer; a `null` body is an empty one, bytes are sent as they are, anything else as JSON. */
export type Answer = { status: number; body: unknown; headers: Record<string, string> };

/** Ends the taking of a beacon with an answer to its sender. */
export class RejectedBeacon extends Error {
  override name = "RejectedBeacon";
  readonly answer: Answer;
  constructor(status: number, error: string, headers: Record<string, string> = {}) {
    super(error);
    this.answer = { status, body: { error }, headers };
  }
}

/** JSON can't be sent by a form, and a form's body is none: this keeps other content out early. */
const CONTENT_TYPES = ["application/json", "text/plain"];

/**
 * Takes one beacon: reads it within bounds, checks it, stores what is good, and says what to answer, 2xx only when
 * it is durable. Never throws.
 */
export const receiveBeacon = (request: Request, options: ReceiverOptions): Promise<Answer> =>
  respond(async () => {
    const receivedAt = options.clock();
    const { text } = await readBeaconBody(request, options.allowedOrigins, { limit: MAX_BODY });
    const context = contextOf(request, receivedAt);
    const parsed = parseOrReject(() => parseBeacon(text, context, options.rules));
    await storeParsed(parsed, options, () => 503);
    if (parsed.dropped.length === 0 && parsed.ignored.length === 0) {
      return { status: 204, body: null, headers: {} };
    }
    const isBad = parsed.measurements.length === 0 && parsed.dropped.length > 0;
    return { status: isBad ? 400 : 200, body: acceptanceReport(parsed), headers: {} };
  });

/** What `take` gives, or the answer of its refusal. */
export async function respond(take: () => Promise<Answer>): Promise<Answer> {
  try {
    return await take();
  } catch (error) {
    if (error instanceof RejectedBeacon) return error.answer;
    throw error;
  }
}

type Admission = { limit: number; gzip?: boolean };

/**
 * The text of a request whose page may send, and whose content type may be JSON.
 * @throws RejectedBeacon
 */
export async function readBeaconBody(
  request: Request,
  allowedOrigins: AllowedOrigins,
  admission: Admission,
): Promise<Body> {
  const { bytes, content } = await readAdmittedContent(request, allowedOrigins, admission);
  if (!CONTENT_TYPES.includes(contentTypeOf(request) ?? "application/json")) {
    throw new RejectedBeacon(415, "Send application/json or text/plain.");
  }
  return { bytes, text: parseOrReject(() => decodeText(content)) };
}

/**
 * The body of a request whose page may send.
 * @throws RejectedBeacon
 */
export async function readAdmittedContent(
  request: Request,
  allowedOrigins: AllowedOrigins,
  { limit, gzip = false }: Admission,
): Promise<BinaryBody> {
  let body: BinaryBody;
  try {
    body = await readContent(request, limit, { gzip });
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    // Part of the body may be unread still, so the connection can't be used again.
    throw new RejectedBeacon(error.status, error.message, {
      Connection: "close",
      ...(error.status === 429 && { "Retry-After": RETRY_AFTER }),
    });
  }
  if (!isAllowedOrigin(request.headers.get("origin"), allowedOrigins)) {
    throw new RejectedBeacon(
      403,
      `The origin ${request.headers.get("origin")} is not among ALLOWED_ORIGINS.`,
    );
  }
  return body;
}

/** The media type of a request's body without its parameters, in lower case; `null` where it names none. */
export const contentTypeOf = (request: Request): string | null =>
  request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() || null;

/**
 * What `parse` gives.
 * @throws RejectedBeacon when it says that the body is no beacon
 */
export function parseOrReject<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof BeaconError || error instanceof BodyError) {
      throw new RejectedBeacon(400, error.message);
    }
    throw error;
  }
}

/** What a request says of a beacon besides its body. */
export function contextOf(request: Request, receivedAt: number): BeaconContext {
  const { searchParams } = new URL(request.url);
  return {
    device: classifyDevice(request.headers),
    receivedAt,
    buildVersionParam: searchParams.get("build_version") ?? searchParams.get("buildVersion"),
    routeParam: searchParams.get("route"),
    referer: request.headers.get("referer"),
  };
}

/**
 * Stores what is good; fulfilled when it is durable.
 * @param statusOf the status for a failure
 * @throws RejectedBeacon when it could not be stored
 */
export async function storeParsed(
  { measurements, dropped, ignored }: ParsedBeacon,
  { commit, onDropped, onRetired, onStored, onFailure }: ReceiverOptions,
  statusOf: (error: unknown) => number,
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
}

/** How an answer tells what became of a beacon. */
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
