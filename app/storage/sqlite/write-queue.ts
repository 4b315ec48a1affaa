import { AsyncResource } from "node:async_hooks";

/** `last`: after all others, as the end is. */
export type Priority = "urgent" | "background" | "last";

/** After so many urgent writes that started before a waiting one in the background, that one is next. */
const MOST_BEFORE = 8;

type Waiting = { isExclusive: boolean; start: () => void };

/**
 * The order of this process's writes: urgent ones, which a request waits for, before those in the background, and
 * otherwise first come, first served. Single statements may be under way together, because the connection runs them in
 * the order in which they start; a transaction has it for itself. Where single statements are always under way, because
 * each waits for the disk, a transaction in the background would wait for ever: after some of them it is next.
 */
export class WriteQueue {
  #shared = 0;
  #isExclusive = false;
  /** Urgent writes that started while one in the background waited. */
  #before = 0;
  readonly #waiting: Readonly<Record<Priority, Waiting[]>> = { urgent: [], background: [], last: [] };

  /** Runs single statements. A failure does not stop the queue. */
  share<T>(priority: Priority, work: () => Promise<T>): Promise<T> {
    return this.#add(priority, false, work);
  }

  /** Runs work while nothing else runs. A failure does not stop the queue. */
  run<T>(priority: Priority, work: () => Promise<T>): Promise<T> {
    return this.#add(priority, true, work);
  }

  #add<T>(priority: Priority, isExclusive: boolean, work: () => Promise<T>): Promise<T> {
    // It runs in the context of its own request, not of the write that ends before it: spans of its statements belong there.
    const context = new AsyncResource("Write");
    return new Promise((resolve, reject) => {
      const start = (): void => {
        if (isExclusive) this.#isExclusive = true;
        else this.#shared += 1;
        context
          .runInAsyncScope(work)
          .then(resolve, reject)
          .finally(() => {
            if (isExclusive) this.#isExclusive = false;
            else this.#shared -= 1;
            this.#startNext();
          });
      };
      this.#waiting[priority].push({ isExclusive, start });
      this.#startNext();
    });
  }

  #startNext(): void {
    for (;;) {
      const { urgent, background, last } = this.#waiting;
      const isUrgent = urgent.length > 0 && (background.length === 0 || this.#before < MOST_BEFORE);
      const others = background.length > 0 ? background : last;
      const waiting = isUrgent ? urgent : others;
      const [next] = waiting;
      if (next === undefined || this.#isExclusive || (next.isExclusive && this.#shared > 0)) return;
      waiting.shift();
      this.#before = isUrgent && background.length > 0 ? this.#before + 1 : 0;
      next.start();
    }
  }
}
