// @ts-check
import { AsyncResource } from "node:async_hooks";
import { LRUCache } from "lru-cache";
import { RateLimit } from "./rate-limit.mjs";

/**
 * @typedef {object} LaneRequest
 * @property {string} client
 * @property {string} network of the client
 * @property {boolean} isFamiliar whether the client was accepted before
 * @property {(leave: () => void) => void} run called when the request has a slot; `leave` frees it
 * @property {() => void} refuse called instead, when there is no slot for it in time
 */

/** @typedef {"familiar" | "quiet" | "other"} Kind */

/**
 * @typedef {LaneRequest & { kind: Kind, turnOf: string, turnAt: number, enteredAt: number, timer: NodeJS.Timeout | null }} Waiting
 *   `turnOf`: the client or network whose turn it is
 */

/**
 * @typedef {object} LaneOptions
 * @property {() => number} slots how many requests may run at once
 * @property {() => number} clock ms that only grow
 * @property {() => void} wake called when a request may be there to start
 */

/** In the order in which kinds with the same number of slots have the next one. @type {readonly Kind[]} */
const KINDS = ["familiar", "quiet", "other"];

/**
 * A client that sends no more than a visitor's browser is quiet, if the other quiet clients of its network send little: a
 * new address alone makes nobody quiet.
 */
const QUIET_CLIENT = { perSecond: 1 / 12, burst: 3 };
const QUIET_NETWORK = { perSecond: 2, burst: 10 };

/** Most requests of each kind of client that wait, and how long, in ms: in a burst, and in a flood. */
const BURST = { waiting: 512, ms: 5_000 };
const FLOOD = { waiting: 32, ms: 700 };

/** A request that starts within this time did not have to wait, in ms. */
const SHORT_WAIT_MS = 50;

/** Requests that wait for so long without a break make a flood, in ms. */
const FLOOD_AFTER_MS = 1_000;

/** A flood ends when no request had to wait for so long, in ms. */
const CALM_MS = 3_000;

/** A client or network without a known turn counts as one whose last turn was so long ago, in ms. */
const UNKNOWN_TURN_MS = 1_000;

/** Turns of one client (of the quiet: one network) follow each other at this distance, where others wait, in ms; at most so many ahead. */
const TURN_MS = 100;
const MOST_AHEAD_MS = 10_000;

/** Clients and networks whose last turn is known. */
const MAX_CLIENTS = 20_000;

/**
 * Bounds the requests that are processed at once. When more arrive, clients have turns: the one whose last turn is longest
 * ago goes first, so one that sends little never waits for one that sends much. Familiar clients, quiet ones and others
 * have a third of the slots each; what one kind leaves free the others may use.
 */
export class FairLane {
  #slots;
  #clock;
  /** @type {Record<Kind, number>} */
  #running = { familiar: 0, quiet: 0, other: 0 };
  /** @type {Record<Kind, Waiting[]>} */
  #waiting = { familiar: [], quiet: [], other: [] };
  #quiet;
  /** The time of each next turn, in ms of the clock. @type {LRUCache<string, number>} */
  #next = new LRUCache({ max: MAX_CLIENTS });
  /** @type {number | null} */
  #waitingSince = null;
  #lastWaitAt = Number.NEGATIVE_INFINITY;
  /** Since when there has always been a request that waits; of use only while there is one. */
  #busySince = 0;
  #wake;

  /** @param {LaneOptions} options */
  constructor({ slots, clock, wake }) {
    this.#slots = slots;
    this.#clock = clock;
    this.#wake = wake;
    this.#quiet = {
      client: new RateLimit({ ...QUIET_CLIENT, clock }),
      network: new RateLimit({ ...QUIET_NETWORK, clock }),
    };
  }

  /** Requests that run. */
  get running() {
    return this.#running.familiar + this.#running.quiet + this.#running.other;
  }

  /** Since when requests have had to wait, when that is a while, in ms of the clock; `null` when they have not. */
  get floodedSince() {
    const since = this.#waitingSince;
    return since !== null && !this.#isCalm() && this.#clock() - since > FLOOD_AFTER_MS ? since : null;
  }

  /**
   * Lets the request wait for its turn, or refuses it.
   * @param {LaneRequest} request
   */
  enter(request) {
    const now = this.#clock();
    const kind = this.#kindOf(request);
    const turnOf = kind === "quiet" ? request.network : request.client;
    const turnAt = this.#next.get(turnOf) ?? now - UNKNOWN_TURN_MS;
    const waiting = this.#waiting[kind];
    const isFlooded = this.floodedSince !== null;
    const { waiting: limit, ms } = isFlooded ? FLOOD : BURST;
    if (isFlooded) this.#giveUpBefore(waiting, now - FLOOD.ms);
    if (this.#isEmpty()) this.#busySince = now;
    if (waiting.length >= limit) {
      // Requests that arrive in one turn fill the queue of a flood, also when there is no flood any more.
      if (now - this.#busySince > SHORT_WAIT_MS) this.#noteWait();
      if (!this.#displace(waiting, turnAt)) {
        request.refuse();
        return;
      }
    }
    // It runs in the context of its own request, not of the one that leaves its slot. `AsyncResource.bind` costs a
    // hundred times as much in Node 20, which defines a deprecated property on each function.
    const context = new AsyncResource("Turn");
    /** @type {LaneRequest["run"]} */
    const run = (leave) => context.runInAsyncScope(request.run, undefined, leave);
    /** @type {Waiting} */
    const entry = { ...request, run, kind, turnOf, turnAt, enteredAt: now, timer: null };
    // After a turn: a process that stood still for so long has not come to start what may run.
    entry.timer = setTimeout(() => setImmediate(() => this.#expire(waiting, entry)), ms);
    entry.timer.unref();
    waiting.push(entry);
    this.#next.set(turnOf, Math.min(Math.max(now, turnAt) + TURN_MS, now + MOST_AHEAD_MS));
    this.#wake();
  }

  /** Whether a request waits that may run. */
  isReady() {
    return !this.#isEmpty() && this.running < this.#slots();
  }

  /**
   * Runs the request whose turn it is.
   * @returns {boolean} whether there was one
   */
  startNext() {
    const entry = this.running < this.#slots() ? this.#take() : null;
    if (entry === null) return false;
    if (entry.timer !== null) clearTimeout(entry.timer);
    if (this.#clock() - entry.enteredAt > SHORT_WAIT_MS) this.#noteWait();
    this.#running[entry.kind] += 1;
    entry.run(() => {
      this.#running[entry.kind] -= 1;
      this.#wake();
    });
    return true;
  }

  /**
   * @param {LaneRequest} request
   * @returns {Kind}
   */
  #kindOf({ client, network, isFamiliar }) {
    if (isFamiliar) return "familiar";
    const isQuiet = this.#quiet.client.spend(client, 1) === 0 && this.#quiet.network.spend(network, 1) === 0;
    return isQuiet ? "quiet" : "other";
  }

  #isEmpty() {
    return KINDS.every((kind) => this.#waiting[kind].length === 0);
  }

  #noteWait() {
    if (this.#waitingSince === null || this.#isCalm()) this.#waitingSince = this.#clock();
    this.#lastWaitAt = this.#clock();
  }

  /** The waiting request whose turn it is, removed from the queue. @returns {Waiting | null} */
  #take() {
    /** @type {Kind | null} */
    let next = null;
    for (const kind of KINDS) {
      if (this.#waiting[kind].length === 0) continue;
      if (next === null || this.#running[kind] < this.#running[next]) next = kind;
    }
    if (next === null) return null;
    const waiting = this.#waiting[next];
    let best = 0;
    for (let i = 1; i < waiting.length; i += 1)
      if (timeOfTurn(waiting, i) < timeOfTurn(waiting, best)) best = i;
    return waiting.splice(best, 1)[0] ?? null;
  }

  /**
   * Refuses the waiting request whose turn would be last, if that is after `turnAt`.
   * @param {Waiting[]} waiting
   * @param {number} turnAt
   * @returns {boolean} whether one was refused
   */
  #displace(waiting, turnAt) {
    let last = 0;
    for (let i = 1; i < waiting.length; i += 1)
      if (timeOfTurn(waiting, i) >= timeOfTurn(waiting, last)) last = i;
    const entry = waiting[last];
    if (entry === undefined || entry.turnAt <= turnAt) return false;
    this.#giveUp(waiting, entry);
    return true;
  }

  /**
   * Refuses what has been waiting since the beginning of a flood, when it was a burst. It would be served first.
   * @param {Waiting[]} waiting oldest first
   * @param {number} time in ms of the clock
   */
  #giveUpBefore(waiting, time) {
    let oldest = waiting[0];
    while (oldest !== undefined && oldest.enteredAt < time) {
      this.#giveUp(waiting, oldest);
      oldest = waiting[0];
    }
  }

  /**
   * Refuses a request that waited too long, if it still waits.
   * @param {Waiting[]} waiting
   * @param {Waiting} entry
   */
  #expire(waiting, entry) {
    if (!waiting.includes(entry)) return;
    this.#noteWait();
    this.#giveUp(waiting, entry);
  }

  /**
   * @param {Waiting[]} waiting
   * @param {Waiting} entry
   */
  #giveUp(waiting, entry) {
    const index = waiting.indexOf(entry);
    if (index === -1) return;
    waiting.splice(index, 1);
    if (entry.timer !== null) clearTimeout(entry.timer);
    // The turn is not used.
    this.#next.set(entry.turnOf, Math.min(this.#next.get(entry.turnOf) ?? entry.turnAt, entry.turnAt));
    entry.refuse();
  }

  #isCalm() {
    return this.#clock() - this.#lastWaitAt > CALM_MS;
  }
}

/**
 * @param {readonly Waiting[]} waiting
 * @param {number} index
 */
const timeOfTurn = (waiting, index) => waiting[index]?.turnAt ?? 0;
