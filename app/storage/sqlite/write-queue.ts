/** Runs one write at a time: urgent ones, which a request waits for, before those in the background. */
export class WriteQueue {
  #busy = false;
  readonly #urgent: Array<() => void> = [];
  readonly #background: Array<() => void> = [];

  /** Runs `work` when no earlier one is running; a failure does not stop the queue. */
  async run<T>(priority: "urgent" | "background", work: () => Promise<T>): Promise<T> {
    if (this.#busy) {
      const waiting = priority === "urgent" ? this.#urgent : this.#background;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    this.#busy = true;
    try {
      return await work();
    } finally {
      const next = this.#urgent.shift() ?? this.#background.shift();
      // The queue stays busy, so that no other write starts before `next` continues.
      if (next === undefined) this.#busy = false;
      else next();
    }
  }
}
