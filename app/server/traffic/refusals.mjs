// @ts-check
import { LRUCache } from "lru-cache";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

/** Why a request is refused, as a label of the counter. */
export const REFUSALS = /** @type {const} */ ([
  "rate",
  "capacity",
  "connections",
  "bodies",
  "large-bodies",
  "slow-body",
]);

/** @typedef {typeof REFUSALS[number]} Refusal */

/** `isForwarded`: a proxy that is not trusted may have sent the request, as one client with all of its others. */
/** @typedef {{ reason: Refusal, isForwarded: boolean }} Refused */

/** @type {Readonly<Record<Refusal, { status: number, error: string }>>} */
const ANSWERS = {
  rate: { status: 429, error: "This address sends too much; send it again later." },
  capacity: { status: 503, error: "More requests arrive than can be processed; send it again later." },
  connections: { status: 429, error: "This address has too many open connections." },
  bodies: { status: 429, error: "Too many bodies of this address are incomplete; send it again later." },
  "large-bodies": { status: 429, error: "Too many large bodies are being sent; send it again later." },
  "slow-body": { status: 408, error: "The body arrived too slowly." },
};

/** Least `Retry-After`, in seconds. */
const RETRY_AFTER = 5;

/** An unread body of more bytes ends the connection: reading it would cost more than a new connection. */
const MAX_DISCARDED = 64 * 1_024;

/** One of so many refusals of a client is answered late: a client that repeats at once waits, and costs less. */
const LATE_EVERY = 4;
const LATE_MS = 2_000;

/** Most answers that wait. */
const MAX_LATE = 4_096;

/** Clients whose refusals are counted. */
const MAX_CLIENTS = 10_000;

/**
 * Answers a request without processing it. Any page may read the answer: it contains nothing of anybody.
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {object} options
 * @param {Refusal} options.reason
 * @param {number} [options.waitMs] after which the request may be accepted
 * @param {boolean} options.close whether to close the connection
 */
function answer(request, response, { reason, waitMs = 0, close }) {
  if (response.destroyed || response.writableEnded) return;
  const { status, error } = ANSWERS[reason];
  const body = JSON.stringify({ error });
  const { origin } = request.headers;
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Length", body.length);
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Retry-After", String(Math.max(RETRY_AFTER, Math.ceil(waitMs / 1_000))));
  response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
  response.setHeader("Access-Control-Allow-Origin", origin ?? "*");
  response.setHeader("Access-Control-Expose-Headers", "Retry-After");
  response.setHeader("Vary", "Origin");
  if (origin !== undefined) response.setHeader("Access-Control-Allow-Credentials", "true");
  if (close || isUnreadable(request)) response.setHeader("Connection", "close");
  response.end(body);
}

/**
 * Whether more of a body is unread than is worth reading.
 * @param {IncomingMessage} request
 */
function isUnreadable(request) {
  if (request.complete) return false;
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding !== undefined || Number(length ?? 0) > MAX_DISCARDED;
}

/** Answers refused requests. */
export class Refusals {
  /** @type {LRUCache<string, number>} */
  #counts = new LRUCache({ max: MAX_CLIENTS });
  #late = 0;
  #onRefused;

  /** @param {(refused: Refused) => void} onRefused */
  constructor(onRefused) {
    this.#onRefused = onRefused;
  }

  /**
   * Refuses a request: at once, and every fourth time late.
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @param {{ client: string, reason: Refusal, waitMs?: number, close?: boolean }} options
   */
  refuse(request, response, { client, reason, waitMs = 0, close = false }) {
    this.#onRefused({ reason, isForwarded: request.headers["x-forwarded-seen"] !== undefined });
    const options = { reason, waitMs, close: close || reason === "slow-body" };
    const count = (this.#counts.get(client) ?? 0) + 1;
    this.#counts.set(client, count);
    // A closed response has no further event that would count it down.
    if (response.destroyed || count % LATE_EVERY !== 0 || this.#late >= MAX_LATE || reason === "slow-body") {
      answer(request, response, options);
      return;
    }
    this.#late += 1;
    const timer = setTimeout(() => answer(request, response, options), LATE_MS);
    timer.unref();
    response.once("close", () => {
      clearTimeout(timer);
      this.#late -= 1;
    });
  }
}
