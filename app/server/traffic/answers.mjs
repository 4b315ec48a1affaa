// @ts-check

/** @typedef {import("node:http").ServerResponse} ServerResponse */

/** How often the answers are looked at, in ms. */
const INTERVAL_MS = 20;

/** Watches requests until the application is done with them: a client that does not read its answer keeps no slot. */
export class Answers {
  /** @type {Map<ServerResponse, () => void>} */
  #pending = new Map();
  /** @type {NodeJS.Timeout | null} */
  #timer = null;

  /**
   * @param {ServerResponse} response
   * @param {() => void} done called once: when the response closes, or when what it has of its answer waits for the client
   */
  watch(response, done) {
    this.#pending.set(response, done);
    response.once("close", () => this.#end(response));
    this.#timer ??= setInterval(() => this.#look(), INTERVAL_MS).unref();
  }

  #look() {
    for (const response of [...this.#pending.keys()]) {
      if (response.headersSent && response.writableLength > 0) this.#end(response);
    }
    if (this.#pending.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** @param {ServerResponse} response */
  #end(response) {
    const done = this.#pending.get(response);
    this.#pending.delete(response);
    done?.();
  }
}
