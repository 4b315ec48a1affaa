import { AsyncResource } from "node:async_hooks";
import type { Measurement } from "../vitals/measurement";
import { mergeBeacons } from "./merge-reports";

/** The buffer is full or closed: the sender should retry later. */
export class OverloadedError extends Error {
  override name = "OverloadedError";
}

export type GroupCommitOptions = {
  /** Stores a batch. Must resolve only when the batch is durable. */
  store: (batch: readonly Measurement[]) => Promise<void>;
  /** Most measurements in the buffer, including the batch that is being stored. */
  capacity: number;
  /** Most measurements of one batch; a larger beacon is a batch of its own. */
  maxBatch: number;
  /** Most batches that are being stored at once; one by default. */
  maxUnderWay?: number;
  /** Fewest measurements that must wait for a batch to start beside others; one by default. */
  fewestBeside?: number;
  /** Whether spans need the asynchronous context of a beacon's request; always by default. */
  isTraced?: () => boolean;
  /** Whether to retry a batch that failed with this error; retries end with `close`. */
  isTemporary?: (error: unknown) => boolean;
  /** Called for each failure that is retried. */
  onDelay?: (error: unknown) => void;
  /** Called after every batch, stored or failed; `error` is `null` for a stored one. */
  onBatch?: (batch: { measurements: number; durationMs: number; error: unknown }) => void;
  monotonic: () => number;
};

type Waiting = {
  measurements: readonly Measurement[];
  resolve: () => void;
  reject: (error: unknown) => void;
  /**
   * The asynchronous context of its request: a batch is stored, and traced, in the context of its first beacon. `null`
   * where nothing is traced: it costs more than the beacon's promise.
   */
  context: AsyncResource | null;
};

const sizeOf = (batch: readonly Waiting[]): number =>
  batch.reduce((sum, { measurements }) => sum + measurements.length, 0);

/**
 * Group commit: beacons that arrive while a batch is being stored form the next batch. A single beacon waits for nothing,
 * many share one transaction, and each is acknowledged only when it is durable.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #queue: Waiting[] = [];
  #depth = 0;
  /** The batches that are being stored, by ids. */
  readonly #underWay = new Set<ReadonlyMap<string, Measurement>>();
  #isScheduled = false;
  #onIdle = (): void => {};
  #closed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Number of measurements that are not durable yet. */
  get depth(): number {
    return this.#depth;
  }

  /**
   * Resolves when the measurements are durable, however long the store is busy.
   * @throws OverloadedError when the buffer has no capacity for them
   * @throws the error that `store` failed with
   */
  commit(measurements: readonly Measurement[]): Promise<void> {
    if (this.#closed) return Promise.reject(new OverloadedError("The cockpit is shutting down."));
    if (this.#depth + measurements.length > this.#options.capacity) {
      return Promise.reject(new OverloadedError("Too many measurements are waiting to be stored."));
    }
    this.#depth += measurements.length;
    return new Promise((resolve, reject) => {
      this.#queue.push({ measurements, resolve, reject, context: this.#contextOf() });
      this.#schedule();
    });
  }

  /** Accepts no more measurements, and resolves when all accepted ones are durable or rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#underWay.size === 0 && this.#queue.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #contextOf(): AsyncResource | null {
    const { isTraced = () => true } = this.#options;
    return isTraced() ? new AsyncResource("Beacon") : null;
  }

  /** Starts the next batch when a turn of the event loop has passed, and no more batches than allowed are under way. */
  #schedule(): void {
    const { maxUnderWay = 1, fewestBeside = 1 } = this.#options;
    if (this.#isScheduled || this.#queue.length === 0 || this.#underWay.size >= maxUnderWay) return;
    // A batch costs the same however few are in it, and what waits for the one under way goes together with others.
    if (this.#underWay.size > 0 && sizeOf(this.#queue) < fewestBeside) return;
    this.#isScheduled = true;
    // Beacons that arrived together share a batch, and other work runs between two batches, because storing may not
    // yield.
    setImmediate(() => {
      this.#isScheduled = false;
      const isStarted = this.#startBatch();
      if (isStarted) this.#schedule();
    });
  }

  /** @returns whether it started one */
  #startBatch(): boolean {
    const batch = this.#nextBatch();
    const byId = mergeBeacons(batch.map(({ measurements }) => measurements));
    // Reports of one id are stored in their order, also when a batch is retried: the end of a batch schedules the next.
    if (this.#isUnderWay(byId)) {
      this.#queue.unshift(...batch);
      return false;
    }
    this.#underWay.add(byId);
    const store = (): Promise<void> => this.#storeBatch(batch, [...byId.values()]);
    const context = batch[0]?.context ?? null;
    void (context === null ? store() : context.runInAsyncScope(store)).then(() => {
      this.#underWay.delete(byId);
      this.#schedule();
      if (this.#underWay.size === 0 && this.#queue.length === 0) this.#onIdle();
    });
    return true;
  }

  /** Whether a batch that is being stored has one of the ids. */
  #isUnderWay(byId: ReadonlyMap<string, Measurement>): boolean {
    for (const other of this.#underWay) for (const id of byId.keys()) if (other.has(id)) return true;
    return false;
  }

  #nextBatch(): Waiting[] {
    let size = 0;
    let end = 0;
    while (end < this.#queue.length) {
      size += this.#queue[end]?.measurements.length ?? 0;
      if (end > 0 && size > this.#options.maxBatch) break;
      end += 1;
    }
    return this.#queue.splice(0, end);
  }

  async #storeBatch(batch: readonly Waiting[], reports: readonly Measurement[]): Promise<void> {
    const { onBatch, monotonic } = this.#options;
    const startedAt = monotonic();
    const error = await this.#storeWhenFree(reports);
    const measurements = sizeOf(batch);
    this.#depth -= measurements;
    for (const { resolve, reject } of batch) {
      if (error === null) resolve();
      else reject(error);
    }
    observe(() => onBatch?.({ measurements, durationMs: monotonic() - startedAt, error }));
  }

  /** Stores a batch, and retries after temporary failures. Returns a permanent failure, `null` on success. */
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

/** An observer that throws must not stop the commits. */
function observe(notify: () => void): void {
  try {
    notify();
  } catch (failure) {
    process.emitWarning(failure instanceof Error ? failure : String(failure));
  }
}
