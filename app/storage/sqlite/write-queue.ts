export type Priority = "urgent" | "background";

type Waiting = { isExclusive: boolean; start: () => void };

/**
 * The order of this process's writes: urgent ones, which a request waits for, before those in the background, and
 * otherwise first come, first served. Single statements may be under way together, because the connection runs them in
 * the order in which they start; a transaction has it for itself.
 */
export class WriteQueue {
  #shared = 0;
  #isExclusive = false;
  readonly #urgent: Waiting[] = [];
  readonly #background: Waiting[] = [];

  /** Runs single statements. A failure does not stop the queue. */
  share<T>(priority: Priority, work: () => Promise<T>): Promise<T> {
    return this.#add(priority, false, work);
  }

  /** Runs work while nothing else runs. A failure does not stop the queue. */
  run<T>(priority: Priority, work: () => Promise<T>): Promise<T> {
    return this.#add(priority, true, work);
  }

  #add<T>(priority: Priority, isExclusive: boolean, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        if (isExclusive) this.#isExclusive = true;
        else this.#shared += 1;
        work()
          .then(resolve, reject)
          .finally(() => {
            if (isExclusive) this.#isExclusive = false;
            else this.#shared -= 1;
            this.#startNext();
          });
      };
      (priority === "urgent" ? this.#urgent : this.#background).push({ isExclusive, start });
      this.#startNext();
    });
  }

  #startNext(): void {
    for (;;) {
      const waiting = this.#urgent.length > 0 ? this.#urgent : this.#background;
      const [next] = waiting;
      if (next === undefined || this.#isExclusive || (next.isExclusive && this.#shared > 0)) return;
      waiting.shift();
      next.start();
    }
  }
}
