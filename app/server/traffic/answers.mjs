// @ts-check
import { Interval } from "./interval.mjs";

/** @typedef {import("node:http").ServerResponse} ServerResponse */

/** How often the answers are looked at, in ms. */
const INTERVAL_MS = 20;

/** How long a client may read nothing of its answer, in ms. */
const UNREAD_MS = 30_000;

/** Watches requests until the application is done with them: a client that does not read its answer keeps no slot. */
export class Answers {
  /** @type {Map<ServerResponse, () => void>} */
  #pending = new Map();
  #interval = new Interval(INTERVAL_MS, () => this.#look());
  #unreadMs;

  /** @param {number} [unreadMs] after which a connection is closed whose client reads nothing of its answer */
  constructor(unreadMs = UNREAD_MS) {
    this.#unreadMs = unreadMs;
  }

  /**
   * @param {ServerResponse} response
   * @param {() => void} done called once: when the response closes, or when what it has of its answer waits for the client
   */
  watch(response, done) {
    this.#pending.set(response, done);
    response.once("close", () => this.#end(response));
    this.#interval.start();
  }

  #look() {
    for (const response of [...this.#pending.keys()]) {
      if (!response.headersSent || response.writableLength === 0) continue;
      // The time begins anew whenever the client reads some of it, and ends with the answer.
      response.setTimeout(this.#unreadMs, () => {
        if (response.writableLength > 0) response.destroy();
      });
      this.#end(response);
    }
    return this.#pending.size > 0;
  }

  /** @param {ServerResponse} response */
  #end(response) {
    const done = this.#pending.get(response);
    this.#pending.delete(response);
    done?.();
  }
}
