// @ts-check
import { Interval } from "./interval.mjs";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */

/** Most large bodies at once: of one client, of all strangers, and of all clients. */
const MAX_OF_ONE = 8;
const MAX_OF_STRANGERS = 16;
const MAX_LARGE = 32;

/** A large body must arrive at this rate, in bytes a second, from so long after its start on, in ms. */
const LEAST_RATE = 16 * 1_024;
const GRACE_MS = 3_000;

/** How often the rates are checked, in ms. */
const INTERVAL_MS = 500;

/**
 * @typedef {object} LargeBody
 * @property {IncomingMessage} request
 * @property {string} client
 * @property {boolean} isFamiliar
 * @property {boolean} isExempt whether its client may have any number
 * @property {(bytes: number) => void} charge called for what has arrived since the last call
 * @property {() => boolean} isInDebt whether its client was charged for more than it may send
 * @property {(reason: "slow-body" | "rate") => void} cut called when it arrives too slowly, or costs too much
 */

/** @typedef {LargeBody & { startedAt: number, bytesBefore: number, charged: number }} Entry */

/** Bounds the large bodies that arrive and are processed at once, and cuts those that trickle in. */
export class LargeBodies {
  /** @type {Set<Entry>} */
  #entries = new Set();
  #interval = new Interval(INTERVAL_MS, () => this.#look());
  #clock;

  /** @param {() => number} clock ms that only grow */
  constructor(clock) {
    this.#clock = clock;
  }

  get size() {
    return this.#entries.size;
  }

  /**
   * @param {LargeBody} body
   * @returns {(() => void) | null} to be called when its request is answered or gone; `null` when there are too many
   */
  enter(body) {
    const entries = [...this.#entries];
    const own = entries.filter(({ client }) => client === body.client).length;
    if (own >= MAX_OF_ONE && !body.isExempt) return null;
    const strangers = entries.filter(({ isFamiliar }) => !isFamiliar);
    if (!body.isFamiliar && strangers.length >= MAX_OF_STRANGERS && !this.#displace(strangers)) return null;
    if (this.#entries.size >= MAX_LARGE && !this.#displace(entries)) return null;
    const bytesBefore = body.request.socket.bytesRead;
    const entry = { ...body, startedAt: this.#clock(), bytesBefore, charged: bytesBefore };
    this.#entries.add(entry);
    this.#interval.start();
    return () => {
      charge(entry);
      this.#entries.delete(entry);
    };
  }

  /**
   * Cuts the body that has been arriving longest, unless it has just begun.
   * @param {readonly Entry[]} entries oldest first
   * @returns {boolean} whether one was cut
   */
  #displace(entries) {
    const oldest = entries.find(({ request, isExempt }) => !isExempt && !request.complete);
    if (oldest === undefined || this.#clock() - oldest.startedAt < GRACE_MS) return false;
    this.#cut(oldest, "slow-body");
    return true;
  }

  /**
   * @param {Entry} entry
   * @param {"slow-body" | "rate"} reason
   */
  #cut(entry, reason) {
    this.#entries.delete(entry);
    entry.cut(reason);
  }

  #look() {
    const now = this.#clock();
    for (const entry of [...this.#entries]) {
      const { request, startedAt, bytesBefore } = entry;
      charge(entry);
      if (entry.isInDebt() && !request.complete) {
        this.#cut(entry, "rate");
        continue;
      }
      const age = now - startedAt;
      if (request.complete || age < GRACE_MS) continue;
      const rate = ((request.socket.bytesRead - bytesBefore) / age) * 1_000;
      if (rate >= LEAST_RATE) continue;
      this.#cut(entry, "slow-body");
    }
    return this.#entries.size > 0;
  }
}

/**
 * Charges for the bytes that its connection has received since the last time.
 * @param {Entry} entry
 */
function charge(entry) {
  const { bytesRead } = entry.request.socket;
  entry.charge(bytesRead - entry.charged);
  entry.charged = bytesRead;
}
