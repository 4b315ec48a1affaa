import type { Clock } from "../platform/clock.server";

export type FoldLoopOptions = {
  /** Folds one batch of at most `batchSize`, and says how many measurements it took. */
  fold: () => Promise<number>;
  batchSize: number;
  monotonic: Clock;
  /** Told after every batch that took something, or failed. */
  onBatch?: (batch: { measurements: number; durationMs: number; error: unknown }) => void;
};

/** Waits this long after a commit, so that a burst is folded together; in ms. */
const DELAY = 250;

/** Looks this often for what another process stored or left behind; in ms. */
const INTERVAL = 1_000;

/** Waits this long after a failure; in ms. */
const RETRY = 2_000;

/**
 * Folds in the background: soon after `wake`, and once a second for what other processes store. A beacon is
 * so in the summaries well within two seconds.
 */
export class FoldLoop {
  readonly #options: FoldLoopOptions;
  #timer: NodeJS.Timeout | null = null;
  #due = Number.POSITIVE_INFINITY;
  #running: Promise<void> | null = null;
  #stopped = false;
  #caughtUpAt: number;

  constructor(options: FoldLoopOptions) {
    this.#options = options;
    this.#caughtUpAt = options.monotonic();
    this.#schedule(0);
  }

  /** For how long, in ms, there has been something left to fold: under a second or two in good health. */
  get lag(): number {
    return this.#options.monotonic() - this.#caughtUpAt;
  }

  /** Something was stored. */
  wake(): void {
    this.#schedule(DELAY);
  }

  /** Stops after folding what is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
    await this.#drain();
  }

  #schedule(delay: number): void {
    const due = this.#options.monotonic() + delay;
    if (this.#stopped || this.#running !== null || due >= this.#due) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#running = this.#drain().then((ok) => {
        this.#running = null;
        this.#schedule(ok ? INTERVAL : RETRY);
      });
    }, delay);
  }

  /** Folds until a batch was not full, so that nothing older is left; says whether that succeeded. */
  async #drain(): Promise<boolean> {
    const { fold, batchSize, monotonic } = this.#options;
    for (;;) {
      const startedAt = monotonic();
      let measurements = 0;
      let error: unknown = null;
      try {
        measurements = await fold();
      } catch (failure) {
        error = failure ?? new Error("The fold failed without a reason.");
      }
      const endedAt = monotonic();
      if (measurements > 0 || error !== null) {
        this.#tell({ measurements, durationMs: endedAt - startedAt, error });
      }
      if (error !== null) return false;
      if (measurements < batchSize) {
        this.#caughtUpAt = endedAt;
        return true;
      }
      // Beacons and readers get a turn between batches.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #tell(batch: { measurements: number; durationMs: number; error: unknown }): void {
    try {
      this.#options.onBatch?.(batch);
    } catch (failure) {
      // Whoever counts batches must not be able to end them.
      process.emitWarning(failure instanceof Error ? failure : String(failure));
    }
  }
}
