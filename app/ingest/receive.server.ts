import type { Clock } from "../platform/clock.server";
import { BodyError, readBody } from "../platform/request-body.server";
import type { Measurement } from "../vitals/measurement";
import { type BeaconContext, type BeaconRules, type ParsedBeacon, parseBeacon } from "./beacon";
import { type AllowedOrigins, isAllowedOrigin } from "./cors";
import { classifyDevice } from "./device";
import { BeaconError, type DropReason } from "./drop-reasons";

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
  onStored?: (measurements: number) => void;
  onFailure?: (error: unknown) => void;
};

/** What to answer; a `null` body is an empty one. */
export type Answer = { status: number; body: unknown; headers: Record<string, string> };

const refuse = (status: number, error: string, headers: Record<string, string> = {}): Answer => ({
  status,
  body: { error },
  headers,
});

/** JSON can't be sent by a form, and a form's body is none: this keeps other content out early. */
const CONTENT_TYPES = ["application/json", "text/plain"];

/**
 * Takes one beacon: reads it within bounds, checks it, stores what is good, and says what to answer, 2xx only when
 * it is durable. Never throws.
 */
export async function receiveBeacon(request: Request, options: ReceiverOptions): Promise<Answer> {
  const { rules, allowedOrigins, commit, clock, onDropped, onStored, onFailure } = options;
  const receivedAt = clock();
  let text: string;
  try {
    text = await readBody(request, MAX_BODY);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    // Part of the body may be unread still, so the connection can't be used again.
    return refuse(error.status, error.message, { Connection: "close" });
  }
  if (!isAllowedOrigin(request.headers.get("origin"), allowedOrigins)) {
    return refuse(403, `The origin ${request.headers.get("origin")} is not among ALLOWED_ORIGINS.`);
  }
  const contentType = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (contentType !== undefined && !CONTENT_TYPES.includes(contentType)) {
    return refuse(415, "Send application/json or text/plain.");
  }
  let parsed: ParsedBeacon;
  try {
    parsed = parseBeacon(text, contextOf(request, receivedAt), rules);
  } catch (error) {
    if (!(error instanceof BeaconError)) throw error;
    return refuse(400, error.message);
  }
  for (const { reason } of parsed.dropped) onDropped?.(reason);
  if (parsed.measurements.length > 0) {
    try {
      await commit(parsed.measurements);
    } catch (error) {
      onFailure?.(error);
      return refuse(503, "The measurements could not be stored now; send them again later.", {
        "Retry-After": RETRY_AFTER,
      });
    }
    onStored?.(parsed.measurements.length);
  }
  return answerTo(parsed);
}

function contextOf(request: Request, receivedAt: number): BeaconContext {
  const { searchParams } = new URL(request.url);
  return {
    device: classifyDevice(request.headers),
    receivedAt,
    buildVersionParam: searchParams.get("build_version"),
    routeParam: searchParams.get("route"),
    referer: request.headers.get("referer"),
  };
}

function answerTo({ measurements, dropped, ignored }: ParsedBeacon): Answer {
  if (dropped.length === 0 && ignored.length === 0) return { status: 204, body: null, headers: {} };
  return {
    status: measurements.length > 0 ? 200 : 400,
    body: {
      accepted: measurements.length,
      dropped: dropped.slice(0, MAX_LISTED),
      ...(dropped.length > MAX_LISTED && { droppedInAll: dropped.length }),
      ...(ignored.length > 0 && { ignored: ignored.slice(0, MAX_LISTED) }),
    },
    headers: {},
  };
}
