import type { Clock } from "../platform/clock.server";

export type FoldLoopOptions = {
  /** Folds one batch of at most `batchSize`; returns its number of measurements. */
  fold: () => Promise<number>;
  batchSize: number;
  /**
   * Closes one hour or day that is over, after each batch.
   * @param isBehind whether more measurements wait, so that those of earlier periods may still follow
   * @returns whether it closed one, so that there may be more
   */
  close?: (isBehind: boolean) => Promise<boolean>;
  monotonic: Clock;
  /** Called after every batch that was not empty, or failed. */
  onBatch?: (batch: { measurements: number; durationMs: number; error: unknown }) => void;
};

/** From a commit to the fold, and between two closings, in ms: one fold processes a burst. */
const FOLD_DELAY = 250;

/** How often it checks for measurements of other processes, in ms. */
const POLL_INTERVAL = 1_000;

/** From a failure to the next attempt, in ms. */
const RETRY_DELAY = 2_000;

/**
 * Folds in the background: soon after `wake`, and once a second for measurements that other processes store. So a beacon
 * is in the summaries within two seconds.
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

  /** How long there have been measurements to fold, in ms: under two seconds when the fold keeps up. */
  get lag(): number {
    return this.#options.monotonic() - this.#caughtUpAt;
  }

  /** Schedules a fold soon; call it after a commit. */
  wake(): void {
    this.#schedule(FOLD_DELAY);
  }

  /** Folds the remaining measurements and stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
    await this.#drain(async () => false);
  }

  #schedule(delay: number): void {
    const due = this.#options.monotonic() + delay;
    if (this.#stopped || this.#running !== null || due >= this.#due) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#running = this.#drain(this.#options.close ?? (async () => false)).then((delay) => {
        this.#running = null;
        this.#schedule(delay);
      });
    }, delay);
  }

  /** Folds until a batch is not full; returns the delay of the next fold, in ms. */
  async #drain(close: (isBehind: boolean) => Promise<boolean>): Promise<number> {
    const { fold, batchSize, monotonic } = this.#options;
    for (;;) {
      const startedAt = monotonic();
      let endedAt: number | null = null;
      let measurements = 0;
      let hasClosed = false;
      let error: unknown = null;
      try {
        measurements = await fold();
        endedAt = monotonic();
        if (measurements < batchSize) this.#caughtUpAt = endedAt;
        hasClosed = await close(measurements === batchSize);
      } catch (failure) {
        error = failure ?? new Error("The fold failed without a reason.");
      }
      if (measurements > 0 || error !== null) {
        this.#report({ measurements, durationMs: (endedAt ?? monotonic()) - startedAt, error });
      }
      if (error !== null) return RETRY_DELAY;
      if (measurements < batchSize) return hasClosed ? FOLD_DELAY : POLL_INTERVAL;
      // Requests run between two batches.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #report(batch: { measurements: number; durationMs: number; error: unknown }): void {
    try {
      this.#options.onBatch?.(batch);
    } catch (failure) {
      // A listener that throws must not stop the fold.
      process.emitWarning(failure instanceof Error ? failure : String(failure));
    }
  }
}
