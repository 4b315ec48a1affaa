// @ts-check
import { LRUCache } from "lru-cache";
import { sentOrigin } from "../moved-origin.mjs";
import { closeWithConnection } from "../queued-responses.mjs";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {Readonly<Record<string, string>>} DefaultHeaders */

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

const sentence = (/** @type {string} */ error) => JSON.stringify({ error });

/** @type {Readonly<Record<Refusal, { status: number, body: string }>>} */
const ANSWERS = {
  rate: { status: 429, body: sentence("This address sends too much; send it again later.") },
  capacity: {
    status: 503,
    body: sentence("More requests arrive than can be processed; send it again later."),
  },
  connections: { status: 429, body: sentence("This address has too many open connections.") },
  bodies: {
    status: 429,
    body: sentence("Too many bodies of this address are incomplete; send it again later."),
  },
  "large-bodies": {
    status: 429,
    body: sentence("Too many large bodies are being sent; send it again later."),
  },
  "slow-body": { status: 408, body: sentence("The body arrived too slowly.") },
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
 * Headers of refusals that are the same for many, as the flat list that Node writes as it is.
 * @type {WeakMap<DefaultHeaders, Map<Refusal, readonly string[]>>}
 */
const prepared = new WeakMap();

/** @type {DefaultHeaders} */
const NO_DEFAULTS = {};

/**
 * Any page may read the answer: it contains nothing of anybody.
 * @param {Refusal} reason
 * @param {DefaultHeaders} defaults
 */
function headersOf(reason, defaults) {
  const ofDefaults = prepared.get(defaults) ?? new Map();
  prepared.set(defaults, ofDefaults);
  const known = ofDefaults.get(reason);
  if (known !== undefined) return known;
  const list = Object.entries({
    ...defaults,
    "Content-Type": "application/json",
    "Content-Length": String(ANSWERS[reason].body.length),
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Expose-Headers": "Retry-After",
    Vary: "Origin",
  }).flat();
  ofDefaults.set(reason, list);
  return list;
}

/**
 * Answers a request without processing it.
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {object} options
 * @param {Refusal} options.reason
 * @param {number} [options.waitMs] after which the request may be accepted
 * @param {DefaultHeaders} [options.defaults] headers of every answer
 */
function answer(request, response, { reason, waitMs = 0, defaults = NO_DEFAULTS }) {
  if (response.destroyed || response.writableEnded) return;
  const { status, body } = ANSWERS[reason];
  const origin = sentOrigin((name) => {
    const value = request.headers[name];
    return value === undefined ? null : String(value);
  });
  const list = [
    ...headersOf(reason, defaults),
    "Retry-After",
    String(Math.max(RETRY_AFTER, Math.ceil(waitMs / 1_000))),
    "Access-Control-Allow-Origin",
    origin ?? "*",
  ];
  if (origin !== null) list.push("Access-Control-Allow-Credentials", "true");
  if (reason === "slow-body" || isUnreadable(request)) list.push("Connection", "close");
  response.writeHead(status, list);
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
   * Refuses a request: at once, and every fourth time late. A connection stays open, because a new one costs more than a
   * further refusal; one with further requests before their answers is closed.
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @param {{ client: string, reason: Refusal, waitMs?: number, defaults?: DefaultHeaders | undefined }} options
   */
  refuse(request, response, { client, ...options }) {
    const { reason } = options;
    this.#onRefused({ reason, isForwarded: request.headers["x-forwarded-seen"] !== undefined });
    // Only the answer to the connection's first open request has the socket.
    if (response.socket === null && !response.destroyed) {
      request.socket.destroy();
      return;
    }
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
    closeWithConnection(request, response);
    response.once("close", () => {
      clearTimeout(timer);
      this.#late -= 1;
    });
  }
}
