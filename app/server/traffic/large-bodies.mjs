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
 * @property {() => void} cut called when it arrives too slowly
 */

/** @typedef {LargeBody & { startedAt: number, bytesBefore: number }} Entry */

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
    const entry = { ...body, startedAt: this.#clock(), bytesBefore: body.request.socket.bytesRead };
    this.#entries.add(entry);
    this.#interval.start();
    return () => this.#entries.delete(entry);
  }

  /**
   * Cuts the body that has been arriving longest, unless it has just begun.
   * @param {readonly Entry[]} entries oldest first
   * @returns {boolean} whether one was cut
   */
  #displace(entries) {
    const oldest = entries.find(({ request }) => !request.complete);
    if (oldest === undefined || this.#clock() - oldest.startedAt < GRACE_MS) return false;
    this.#cut(oldest);
    return true;
  }

  /** @param {Entry} entry */
  #cut(entry) {
    this.#entries.delete(entry);
    entry.cut();
  }

  #look() {
    const now = this.#clock();
    for (const entry of [...this.#entries]) {
      const { request, startedAt, bytesBefore } = entry;
      const age = now - startedAt;
      if (request.complete || age < GRACE_MS) continue;
      const rate = ((request.socket.bytesRead - bytesBefore) / age) * 1_000;
      if (rate >= LEAST_RATE) continue;
      this.#cut(entry);
    }
    return this.#entries.size > 0;
  }
}
