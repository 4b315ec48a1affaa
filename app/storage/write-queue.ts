/** Lets one writer at a time in: those that somebody waits for before those in the background. */
export class WriteQueue {
  #busy = false;
  readonly #urgent: Array<() => void> = [];
  readonly #background: Array<() => void> = [];

  /** Runs `work` when it is its turn, and lets the next one in whether it succeeds or not. */
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
      // The one that is let in finds the queue busy on purpose: nobody can slip in before it.
      if (next === undefined) this.#busy = false;
      else next();
    }
  }
}
