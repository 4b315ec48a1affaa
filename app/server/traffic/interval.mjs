// @ts-check

/** Repeats a look at things while there are any. It keeps no process alive. */
export class Interval {
  /** @type {NodeJS.Timeout | null} */
  #timer = null;
  #ms;
  #look;

  /**
   * @param {number} ms between two looks
   * @param {() => boolean} look returns whether there is anything left to look at
   */
  constructor(ms, look) {
    this.#ms = ms;
    this.#look = look;
  }

  /** Looks from now on, until nothing is left. */
  start() {
    this.#timer ??= setInterval(() => {
      if (this.#look() || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    }, this.#ms).unref();
  }
}
