import { AsyncResource } from "node:async_hooks";
import type { Measurement } from "../vitals/measurement";
import { mergeReports } from "./merge-reports";

/** The buffer is full, or closed: the sender should come back later. */
export class OverloadedError extends Error {
  override name = "OverloadedError";
}

export type GroupCommitOptions = {
  /** Stores a batch; it must be durable when the promise is fulfilled. */
  store: (batch: readonly Measurement[]) => Promise<void>;
  /** Most measurements that may wait, those being stored included. */
  capacity: number;
  /** Most measurements of one batch, unless one beacon alone has more. */
  maxBatch: number;
  /** Whether a batch that failed so may succeed soon: it stays in the buffer and is stored again, until the end. */
  isTemporary?: (error: unknown) => boolean;
  /** Told of each such failure. */
  onDelay?: (error: unknown) => void;
  /** Told after every batch, stored or failed, with its size and duration in ms. */
  onBatch?: (batch: { measurements: number; durationMs: number; error: unknown }) => void;
  monotonic: () => number;
};

type Waiting = {
  measurements: readonly Measurement[];
  resolve: () => void;
  reject: (error: unknown) => void;
  /** The asynchronous context of its request: a batch is stored in that of its first beacon, and traced with it. */
  context: AsyncResource;
};

/**
 * Group commit: while one batch is being stored, beacons gather, and become the next one. So a single beacon
 * waits for nothing, many share one transaction, and each is acknowledged only when it is durable.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Waiting[] = [];
  #depth = 0;
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Measurements that are not durable yet. */
  get depth(): number {
    return this.#depth;
  }

  /**
   * Fulfilled when the measurements are durable, however long the store is busy.
   * @throws OverloadedError when the buffer has no capacity for them
   * @throws whatever `store` failed with
   */
  commit(measurements: readonly Measurement[]): Promise<void> {
    if (this.#closed) return Promise.reject(new OverloadedError("The cockpit is shutting down."));
    if (this.#depth + measurements.length > this.#options.capacity) {
      return Promise.reject(new OverloadedError("Too many measurements are waiting to be stored."));
    }
    this.#depth += measurements.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ measurements, resolve, reject, context: new AsyncResource("Beacon") });
      this.#running ??= this.#drain();
    });
  }

  /** Takes no more, and is fulfilled when everything that was taken is durable or refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // A turn of the event loop, so that beacons which arrived together share a batch, and everybody else gets a
      // turn between two of them: storing alone never leaves the loop one.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.#takeBatch();
      await batch[0]?.context.runInAsyncScope(() => this.#storeBatch(batch));
    }
    this.#running = null;
  }

  #takeBatch(): Waiting[] {
    let size = 0;
    let end = 0;
    while (end < this.#waiting.length) {
      size += this.#waiting[end]?.measurements.length ?? 0;
      if (end > 0 && size > this.#options.maxBatch) break;
      end += 1;
    }
    return this.#waiting.splice(0, end);
  }

  async #storeBatch(batch: Waiting[]): Promise<void> {
    const { onBatch, monotonic } = this.#options;
    const reports = batch.flatMap(({ measurements }) => measurements);
    const startedAt = monotonic();
    const error = await this.#storeWhenFree(mergeReports(reports));
    this.#depth -= reports.length;
    for (const { resolve, reject } of batch) {
      if (error === null) resolve();
      else reject(error);
    }
    observe(() => onBatch?.({ measurements: reports.length, durationMs: monotonic() - startedAt, error }));
  }

  /** Stores a batch, again after failures that are temporary; gives the failure that is not, or `null`. */
  async #storeWhenFree(reports: readonly Measurement[]): Promise<unknown> {
    const { store, isTemporary = () => false, onDelay } = this.#options;
    for (;;) {
      try {
        await store(reports);
        return null;
      } catch (failure) {
        if (this.#closed || !isTemporary(failure)) {
          return failure ?? new Error("The store failed without a reason.");
        }
        observe(() => onDelay?.(failure));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Whoever counts batches must not be able to end them. */
function observe(tell: () => void): void {
  try {
    tell();
  } catch (failure) {
    process.emitWarning(failure instanceof Error ? failure : String(failure));
  }
}
