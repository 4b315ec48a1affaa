import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type IncomingRequest, searchParamsOf } from "../server/incoming-request";
import { DAY, MINUTE, SECOND } from "../vitals/time";

/** Request headers with a token, or with the key itself: servers, such as collectors, need no token. */
export const TOKEN_HEADER = "X-Beacon-Token";
export const KEY_HEADER = "X-Beacon-Key";

/** URL parameter with a token: `sendBeacon` sends no headers. */
const PARAMETER = "token";

/** A token that is valid for longer is not accepted, so that a key that signs without end is noticed. */
export const LONGEST_LIFETIME = 8 * DAY;

/** How far the clocks of two servers may differ. */
const SKEW = 5 * MINUTE;

export const TOKEN_RESULTS = ["valid", "missing", "invalid", "expired"] as const;

export type TokenResult = (typeof TOKEN_RESULTS)[number];

/** How tokens of beacons are checked. */
export type TokenRules = {
  key: string;
  /** Whether a beacon without a valid token is rejected; otherwise it is only counted. */
  isRequired: boolean;
  onChecked: (result: TokenResult) => void;
};

/**
 * A token for the pages of a site.
 * @param expiresAt ms since the epoch; counts in whole seconds
 */
export function beaconToken(key: string, expiresAt: number): string {
  const seconds = Math.floor(expiresAt / SECOND);
  return `${seconds}.${signatureOf(key, String(seconds))}`;
}

const signatureOf = (key: string, seconds: string): string =>
  createHmac("sha256", key).update(`vitals-beacon:${seconds}`).digest("base64url");

/**
 * Whether a request shows that its sender knows the key, or was given a token by somebody who does.
 * @param now ms since the epoch
 */
export function checkToken(
  request: Pick<IncomingRequest, "headers" | "url">,
  key: string,
  now: number,
): TokenResult {
  const sentKey = request.headers.get(KEY_HEADER.toLowerCase());
  if (sentKey !== null) return isSame(Buffer.from(sentKey, "latin1"), Buffer.from(key)) ? "valid" : "invalid";
  const token = request.headers.get(TOKEN_HEADER.toLowerCase()) ?? searchParamsOf(request).get(PARAMETER);
  if (token === null || token === "") return "missing";
  const [, seconds = "", signature = ""] = /^(\d{1,12})\.([\w-]{43})$/.exec(token) ?? [];
  if (seconds === "" || !isSame(Buffer.from(signature), Buffer.from(signatureOf(key, seconds))))
    return "invalid";
  const expiresAt = Number(seconds) * SECOND;
  if (expiresAt > now + LONGEST_LIFETIME + SKEW) return "invalid";
  return expiresAt + SKEW > now ? "valid" : "expired";
}

const digest = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** In a time that does not depend on the number of equal characters, nor on the length. */
const isSame = (actual: Buffer, expected: Buffer): boolean =>
  timingSafeEqual(digest(actual), digest(expected));
