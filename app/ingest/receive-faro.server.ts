import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingRequest } from "../server/incoming-request";
import { readBytes } from "../server/request-body.server";
import { type BeaconContext, checkBeacon } from "./beacon";
import { TOKEN_HEADER } from "./beacon-token";
import type { DropReason } from "./drop-reasons";
import { type FaroBody, type IgnoredKind, parseFaroBody } from "./faro-body";
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
  readAllowedContent,
  respond,
  storeParsed,
  textOf,
} from "./receive.server";

/** Largest Faro body, in bytes, compressed and decompressed: it may hold spans and stacks besides Web Vitals. */
export const MAX_FARO_BODY = 1024 * 1024;

/** Request headers of Faro's web SDK, for the preflight. */
export const FARO_HEADERS = [
  "Content-Type",
  "Content-Encoding",
  "Idempotency-Key",
  "X-Api-Key",
  "X-Faro-Session-Id",
  TOKEN_HEADER,
];

export type FaroReceiverOptions = ReceiverOptions & {
  /** Expected value of `x-api-key`; `null` accepts any request. */
  apiKey: string | null;
  idempotencyCache: IdempotencyCache;
  /** Forwards a body to a collector; `null` without one. */
  forward: ((one: FaroForward) => void) | null;
  onIgnored?: (kind: IgnoredKind, count: number) => void;
};

/**
 * Receives a body of Grafana Faro's web SDK: stores its Web Vitals, counts and ignores the rest. Responds 202 only when
 * they are durable. Never throws.
 */
export const receiveFaro = (request: IncomingRequest, options: FaroReceiverOptions): Promise<Answer> =>
  respond(async () => {
    const receivedAt = options.clock();
    if (!hasKey(request, options.apiKey)) {
      // The body is read, but not decompressed: a client that is still sending would not see the response.
      await readBytes(request, MAX_FARO_BODY).catch(() => null);
      throw new RejectedBeacon(401, "The header x-api-key must have the key that this cockpit expects.", {
        Connection: "close",
      });
    }
    const { bytes, content } = await readAllowedContent(request, options, {
      limit: MAX_FARO_BODY,
      gzip: true,
    });
    const text = textOf(request, content);
    const key = request.headers.get("idempotency-key");
    if (key !== null && options.idempotencyCache.has(key, bytes)) return accepted(null);

    const { unchecked, ignored: ignoredKinds } = parseOrReject(() => parseFaroBody(text));
    const parsed = checkBeacon(unchecked, faroContext(request, receivedAt), options.rules);
    await storeParsed(parsed, options, (error) => (error instanceof OverloadedError ? 429 : 503), request);
    reportIgnored(ignoredKinds, options);
    options.forward?.(forwardOf(request, bytes));
    if (key !== null) options.idempotencyCache.add(key, bytes);

    const { measurements, dropped, ignored } = parsed;
    if (dropped.length === 0 && ignored.length === 0) return accepted(null);
    const isBad = measurements.length === 0 && dropped.some(({ reason }) => !VALID_REASONS.includes(reason));
    return isBad
      ? { status: 400, body: acceptanceReport(parsed), headers: {} }
      : accepted(acceptanceReport(parsed));
  });

/** Reasons for dropping valid measurements. A 400 for them would log an error in the console of every visitor. */
const VALID_REASONS: readonly DropReason[] = ["environment-not-accepted", "too-late"];

const accepted = (body: unknown): Answer => ({ status: 202, body, headers: {} });

/** No referrer: the page is in the body, and a cross-origin referrer is the origin alone, a route of its own. */
const faroContext = (request: IncomingRequest, receivedAt: number): BeaconContext => ({
  ...contextOf(request, receivedAt),
  buildVersionParam: null,
  routeParam: null,
  referer: null,
});

const digest = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** Compares digests, so that the duration does not depend on the number of matching characters. */
function hasKey(request: IncomingRequest, expected: string | null): boolean {
  if (expected === null) return true;
  const actual = request.headers.get("x-api-key") ?? "";
  // Node decodes header values as Latin-1: one character a byte.
  return timingSafeEqual(digest(Buffer.from(actual, "latin1")), digest(Buffer.from(expected, "utf8")));
}

function reportIgnored(ignored: FaroBody["ignored"], { onIgnored }: FaroReceiverOptions): void {
  for (const [kind, count] of Object.entries(ignored)) if (count > 0) onIgnored?.(kind as IgnoredKind, count);
}
