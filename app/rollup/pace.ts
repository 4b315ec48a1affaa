import { setTimeout as sleep } from "node:timers/promises";
import { monotonic } from "../platform/clock.server";
import type { Engine } from "../storage/engine";

/** What a transaction aims at. */
type Aim = {
  /** How long it lasts, in ms. */
  duration: number;
  /** Its work: that of the first one, and the least and the most. A measurement is one, and a summary a few. */
  first: number;
  least: number;
  most: number;
  /** Beside other processes that write, which wait for the lock: its share of that work, and the time to the next one, in ms. */
  beside: { share: number; pause: number };
};

/** Where a transaction excludes all other writers: half of the 20 ms that one should last at most. */
const EXCLUSIVE: Aim = {
  duration: 10,
  first: 600,
  least: 50,
  most: 20_000,
  beside: { share: 0.5, pause: 20 },
};

/**
 * Where writers run at once. Each statement costs a round trip, on distributed tables 20 to 200 ms, whatever its rows; only a
 * later report of a measurement that is being marked waits for the end of the transaction.
 */
const SHARED: Aim = {
  duration: 250,
  first: 5_000,
  least: 2_000,
  most: 20_000,
  beside: { share: 1, pause: 0 },
};

/** How much faster or slower the next slice may be than the last. */
const MOST_GROWTH = 1.5;
const MOST_SHRINKAGE = 0.3;

/** How many of the last transactions size the next one, by their median: the system may suspend one while it has the lock. */
const LAST = 5;

/** Work of one summary that is written, in measurements that are marked. */
export const SUMMARY_WORK = 3;

/**
 * Bounds how long transactions of the fold and of retention last: it measures each of them, and sizes the next one. Urgent
 * writes run between two transactions.
 */
export class Pace {
  readonly #aim: Aim;
  #budget: number;
  /** What the last transactions lasted for each unit of work, in ms. */
  readonly #costs: number[] = [];
  #endedAt = Number.NEGATIVE_INFINITY;
  #othersVersion: number | null = null;
  #isAlone = true;

  constructor(engine: Pick<Engine, "name">) {
    this.#aim = engine.name === "sqlite" ? EXCLUSIVE : SHARED;
    this.#budget = this.#aim.first;
  }

  /** Work of the next slice. */
  get budget(): number {
    return Math.floor(this.#isAlone ? this.#budget : this.#budget * this.#aim.beside.share);
  }

  /**
   * Waits until the next transaction may begin: at once, unless other processes write.
   * @param othersVersion see `ScriptResult`
   */
  async pause(othersVersion: number | null): Promise<void> {
    this.#isAlone = othersVersion === this.#othersVersion;
    this.#othersVersion = othersVersion;
    const left = this.#endedAt + this.#aim.beside.pause - monotonic();
    if (!this.#isAlone && left > 0) await sleep(left);
  }

  /** Reports the work of a slice, and how long its transaction lasted after it had the lock (ms). */
  measured(work: number, ms: number): void {
    const { duration, least, most } = this.#aim;
    this.#endedAt = monotonic();
    // A slice with little left to do is no evidence that a larger one is fast enough.
    if (ms <= duration && work < this.budget / 2) return;
    this.#costs.push(Math.max(ms, 0.1) / Math.max(work, 1));
    if (this.#costs.length > LAST) this.#costs.shift();
    const sorted = [...this.#costs].sort((a, b) => a - b);
    const wanted = duration / (sorted[sorted.length >> 1] as number);
    const budget = Math.min(Math.max(wanted, this.#budget * MOST_SHRINKAGE), this.#budget * MOST_GROWTH);
    this.#budget = Math.min(Math.max(budget, least), most);
  }
}
