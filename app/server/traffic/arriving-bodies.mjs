// @ts-check
import { Interval } from "./interval.mjs";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */

/**
 * @typedef {object} Arrival
 * @property {IncomingMessage} request
 * @property {string} client
 * @property {boolean} isExempt whether its client may have any number
 * @property {() => void} complete called when the body is there, or as much of it as Node holds for a reader
 * @property {(reason: "slow-body" | "bodies") => void} cut called instead
 * @property {number} startedAt ms of the clock
 */

/** Most bodies that are arriving at once, and most slow ones of one client. */
const MAX_ARRIVING = 1_024;
const MAX_SLOW_OF_ONE = 32;

/** A body is slow after a second, and cut after ten, in ms. */
const SLOW_MS = 1_000;
const ARRIVAL_MS = 10_000;

/** A body of so many bytes does not wait for the rest here. Node holds no more of one without a reader, or, from version 22 on, 64 KiB. */
const LARGE = 16 * 1_024;

/** How often the slow ones are looked for, in ms. */
const INTERVAL_MS = 100;

/**
 * Waits for the bodies of requests before these get to the application, so that one that trickles in holds nothing that
 * others need.
 */
export class ArrivingBodies {
  /** @type {Map<string, Set<Arrival>>} */
  #byClient = new Map();
  #size = 0;
  #interval = new Interval(INTERVAL_MS, () => this.#look());
  #clock;

  /** @param {() => number} clock ms that only grow */
  constructor(clock) {
    this.#clock = clock;
  }

  /** Bodies that are arriving. */
  get size() {
    return this.#size;
  }

  /**
   * Calls one of the callbacks, once. Neither is called where the client gives up.
   * @param {Omit<Arrival, "startedAt">} arrival
   */
  await(arrival) {
    // A body that came with the head is parsed in the same turn, after the head.
    setImmediate(() => {
      if (isThere(arrival.request)) arrival.complete();
      else this.#add({ ...arrival, startedAt: this.#clock() });
    });
  }

  /** @param {Arrival} arrival */
  #add(arrival) {
    const own = this.#byClient.get(arrival.client) ?? new Set();
    if (this.#size >= MAX_ARRIVING && !this.#displace(own.size)) {
      arrival.cut("bodies");
      return;
    }
    own.add(arrival);
    this.#byClient.set(arrival.client, own);
    this.#size += 1;
    this.#interval.start();
    onPush(arrival.request, () => {
      if (isThere(arrival.request) && this.#remove(arrival)) arrival.complete();
    });
  }

  /**
   * Cuts the oldest body of the client that has most of them, if those are more than `own`.
   * @param {number} own
   * @returns {boolean} whether one was cut
   */
  #displace(own) {
    /** @type {Set<Arrival>} */
    let most = new Set();
    for (const arrivals of this.#byClient.values()) {
      const [{ isExempt = true } = {}] = arrivals;
      if (!isExempt && arrivals.size > most.size) most = arrivals;
    }
    const [oldest] = most;
    if (oldest === undefined || most.size <= own) return false;
    this.#remove(oldest);
    oldest.cut("bodies");
    return true;
  }

  /**
   * @param {Arrival} arrival
   * @returns {boolean} whether it was still awaited
   */
  #remove(arrival) {
    const own = this.#byClient.get(arrival.client);
    if (own?.delete(arrival) !== true) return false;
    // The method of the class again.
    Reflect.deleteProperty(arrival.request, "push");
    if (own.size === 0) this.#byClient.delete(arrival.client);
    this.#size -= 1;
    return true;
  }

  #look() {
    const now = this.#clock();
    for (const arrivals of [...this.#byClient.values()]) {
      let slow = 0;
      for (const arrival of [...arrivals]) {
        const { request, startedAt, isExempt } = arrival;
        if (now - startedAt > SLOW_MS) slow += 1;
        const reason = now - startedAt > ARRIVAL_MS ? "slow-body" : "bodies";
        if (request.destroyed) this.#remove(arrival);
        else if (reason === "slow-body" || (slow > MAX_SLOW_OF_ONE && !isExempt)) {
          this.#remove(arrival);
          arrival.cut(reason);
        }
      }
    }
    return this.#size > 0;
  }
}

/**
 * Whether the whole body has arrived, or so much that it counts as a large one.
 * @param {IncomingMessage} request
 */
const isThere = (request) => request.complete || request.readableLength >= LARGE;

/**
 * Calls a listener after each part of a body that Node has parsed, and after its end. Node has no event for a part that
 * leaves the body to its later reader: a listener for `readable` or `data` would change how that one reads.
 * @param {IncomingMessage} request
 * @param {() => void} listener
 */
function onPush(request, listener) {
  const { push } = request;
  request.push = (...part) => {
    const isMoreWanted = push.apply(request, part);
    // The application must not run within Node's parser.
    setImmediate(listener);
    return isMoreWanted;
  };
}
