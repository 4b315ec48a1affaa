import { createHash, timingSafeEqual } from "node:crypto";
import { readBytes } from "../server/request-body.server";
import { type BeaconContext, checkBeacon } from "./beacon";
import type { DropReason } from "./drop-reasons";
import { type FaroBody, type LetGo, parseFaroBody } from "./faro-body";
import { type FaroForward, forwardOf } from "./faro-forward.server";
import { OverloadedError } from "./group-commit";
import type { IdempotencyCache } from "./idempotency-cache";
import {
  type Answer,
  acceptanceReport,
  contextOf,
  parseOrReject,
  type ReceiverOptions,
  RejectedBeacon,
  readBeaconBody,
  respond,
  storeParsed,
} from "./receive.server";

/** Largest Faro body, in bytes, packed and unpacked: it may hold spans and stacks besides Web Vitals. */
export const MAX_FARO_BODY = 1024 * 1024;

/** The headers that Faro's web SDK sends, for the preflight of its page. */
export const FARO_HEADERS = [
  "Content-Type",
  "Content-Encoding",
  "Idempotency-Key",
  "X-Api-Key",
  "X-Faro-Session-Id",
];

export type FaroReceiverOptions = ReceiverOptions & {
  /** What `x-api-key` must say; `null` asks for none. */
  apiKey: string | null;
  idempotencyCache: IdempotencyCache;
  /** Passes a body on, when there is somebody to pass it on to. */
  forward: ((one: FaroForward) => void) | null;
  onIgnored?: (kind: LetGo, count: number) => void;
};

/**
 * Takes what Grafana Faro's web SDK posts: its Web Vitals are stored, 202 only when they are durable, the rest is
 * counted and let go. Never throws.
 */
export const receiveFaro = (request: Request, options: FaroReceiverOptions): Promise<Answer> =>
  respond(async () => {
    const receivedAt = options.clock();
    if (!hasKey(request, options.apiKey)) {
      // Read all the same, so that its sender sees the answer, but not unpacked.
      await readBytes(request, MAX_FARO_BODY).catch(() => null);
      throw new RejectedBeacon(401, "The header x-api-key must have the key that this cockpit expects.", {
        Connection: "close",
      });
    }
    const { bytes, text } = await readBeaconBody(request, options.allowedOrigins, {
      limit: MAX_FARO_BODY,
      gzip: true,
    });
    const key = request.headers.get("idempotency-key");
    if (key !== null && options.idempotencyCache.has(key, bytes)) return accepted(null);

    const { unchecked, letGo } = parseOrReject(() => parseFaroBody(text));
    const parsed = checkBeacon(unchecked, faroContext(request, receivedAt), options.rules);
    await storeParsed(parsed, options, (error) => (error instanceof OverloadedError ? 429 : 503));
    tellLetGo(letGo, options);
    options.forward?.(forwardOf(request, bytes));
    if (key !== null) options.idempotencyCache.add(key, bytes);

    const { measurements, dropped, ignored } = parsed;
    if (dropped.length === 0 && ignored.length === 0) return accepted(null);
    const isBad = measurements.length === 0 && dropped.some(({ reason }) => !NOT_ITS_FAULT.includes(reason));
    return isBad
      ? { status: 400, body: acceptanceReport(parsed), headers: {} }
      : accepted(acceptanceReport(parsed));
  });

/** A well-formed body that is not wanted here is no error in the console of every visitor. */
const NOT_ITS_FAULT: readonly DropReason[] = ["environment-not-accepted", "too-late"];

const accepted = (body: unknown): Answer => ({ status: 202, body, headers: {} });

/** The page is in the body. The referrer of another origin is that origin alone, which would be a route of its own. */
const faroContext = (request: Request, receivedAt: number): BeaconContext => ({
  ...contextOf(request, receivedAt),
  buildVersionParam: null,
  routeParam: null,
  referer: null,
});

const digest = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** The comparison takes as long for a near miss as for a far one. */
function hasKey(request: Request, expected: string | null): boolean {
  if (expected === null) return true;
  const given = request.headers.get("x-api-key") ?? "";
  // A header's characters are the bytes that were sent.
  return timingSafeEqual(digest(Buffer.from(given, "latin1")), digest(Buffer.from(expected, "utf8")));
}

function tellLetGo(letGo: FaroBody["letGo"], { onIgnored }: FaroReceiverOptions): void {
  for (const [kind, count] of Object.entries(letGo)) if (count > 0) onIgnored?.(kind as LetGo, count);
}
