// @ts-check

/**
 * @typedef {object} Startable
 * @property {() => boolean} startNext starts one request; returns whether there was one to start
 * @property {() => boolean} isReady whether there is one to start
 */

/** Most requests that one turn of the event loop starts. */
const MAX_STARTS = 16;

/** How long a turn starts requests, in ms: as long as the rest of the loop needed, within these bounds. */
const LEAST_MS = 4;
const MOST_MS = 20;

/**
 * While connections arrive, turns start no requests for so many times as long as the last ones needed, within these
 * bounds in ms: a newcomer waits behind every connection that a flood opens at once.
 */
const TIMES_ACCEPTING = 2;
const LEAST_ACCEPTING_MS = 20;
const MOST_ACCEPTING_MS = 80;

/**
 * Starts requests a few in each turn of the event loop. A request of Remix runs for a millisecond or more as soon as it
 * is read; hundreds of them in one turn would make everything else wait for a second. And each turn accepts only one
 * connection (https://github.com/libuv/libuv/pull/3696), so that while connections arrive, turns must be short.
 * @see https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick
 */
export class Turns {
  /** In order of precedence. @type {Startable[]} */
  #lanes = [];
  #scheduled = 0;
  #isFirst = true;
  #hasConnection = false;
  #isAccepting = false;
  #startedAt = 0;
  #endedAt = 0;
  #budget = 0;
  #acceptingMs = LEAST_ACCEPTING_MS;
  #hasWorked = false;
  #clock;

  /** @param {() => number} clock ms that only grow */
  constructor(clock) {
    this.#clock = clock;
  }

  /** @param {Startable} lane comes after those that were added before */
  add(lane) {
    this.#lanes.push(lane);
  }

  /** Call it for each new connection. */
  noteConnection() {
    this.#hasConnection = true;
  }

  /** Call it when a request may be there to start. */
  wake() {
    if (this.#scheduled > 0 || !this.#lanes.some((lane) => lane.isReady())) return;
    this.#scheduled = MAX_STARTS;
    // Node runs the microtasks of each callback before the next one, which so knows how long that took.
    for (let i = 0; i < MAX_STARTS; i += 1) setImmediate(() => this.#step());
  }

  #step() {
    const now = this.#clock();
    if (this.#isFirst) this.#begin(now);
    this.#scheduled -= 1;
    if (!this.#isAccepting && now - this.#startedAt <= this.#budget) {
      this.#lanes.some((lane) => lane.startNext());
    }
    if (this.#scheduled > 0) return;
    this.#isFirst = true;
    if (!this.#isAccepting) {
      this.#endedAt = this.#clock();
      this.#hasWorked = true;
    }
    this.wake();
  }

  /** @param {number} now when a turn begins to start requests */
  #begin(now) {
    this.#isFirst = false;
    if (this.#hasWorked) {
      const needed = TIMES_ACCEPTING * (now - this.#startedAt);
      this.#acceptingMs = Math.min(MOST_ACCEPTING_MS, Math.max(LEAST_ACCEPTING_MS, needed));
      this.#endedAt = now;
      this.#hasWorked = false;
    }
    this.#isAccepting = this.#hasConnection && now - this.#endedAt < this.#acceptingMs;
    this.#hasConnection = false;
    if (this.#isAccepting) return;
    this.#startedAt = now;
    this.#budget = Math.min(MOST_MS, Math.max(LEAST_MS, now - this.#endedAt));
  }
}
