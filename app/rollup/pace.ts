/** How long a transaction of the fold holds the write lock, in ms: what a slice aims at, below the longest of 20. */
const TARGET = 10;

/** Work of a slice: a measurement is one, and a summary a few. */
const FIRST_BUDGET = 600;
const LEAST_BUDGET = 50;
const MOST_BUDGET = 20_000;

/** How much faster or slower the next slice may be than the last. */
const MOST_GROWTH = 1.5;
const MOST_SHRINKAGE = 0.3;

/** Work of one summary that is written, in measurements that are marked. */
export const SUMMARY_WORK = 3;

/**
 * Bounds how long transactions hold the write lock: it measures each of them, and sizes the next one. Urgent writes run
 * between two transactions.
 */
export class Pace {
  #budget = FIRST_BUDGET;
  #longest = 0;

  /** Work of the next slice. */
  get budget(): number {
    return Math.floor(this.#budget);
  }

  /** The longest lock so far, in ms. */
  get longest(): number {
    return this.#longest;
  }

  /** Reports the work of a slice, and how long it held the lock (ms). */
  measured(work: number, ms: number): void {
    this.#longest = Math.max(this.#longest, ms);
    const wanted = (work * TARGET) / Math.max(ms, 0.1);
    // A slice with little left to do is no evidence that a larger one is fast enough.
    if (ms <= TARGET && work < this.#budget / 2) return;
    const budget = Math.min(Math.max(wanted, this.#budget * MOST_SHRINKAGE), this.#budget * MOST_GROWTH);
    this.#budget = Math.min(Math.max(budget, LEAST_BUDGET), MOST_BUDGET);
  }
}
