/** What the health of the process is judged by. */
export type HealthInput = {
  databaseReachable: boolean;
  databaseDamaged: boolean;
  bufferDepth: number;
  bufferCapacity: number;
  /** How long ago a batch could not be stored, in ms, where none was stored since; `null` where all is well. */
  failedCommitAgoMs: number | null;
  /** How long ago a beacon was refused because the buffer was full, in ms; `null` where none was. */
  shedAgoMs: number | null;
  /** `null` in a process that does not fold. */
  foldLagMs: number | null;
  draining: boolean;
};

export type HealthReport = {
  status: "ok" | "unfit";
  /** What is wrong, in words; empty when nothing is. */
  reasons: string[];
  database: "reachable" | "unreachable" | "damaged";
  /** Measurements that wait for their commit. */
  bufferDepth: number;
  /** `null` in a collector: the cockpit folds. */
  foldLagSeconds: number | null;
};

/** A buffer without room for a beacon of this many measurements turns some away. */
const LARGEST_BEACON = 32;

/** A fold that is this far behind is stuck rather than busy; in ms. */
const LONGEST_FOLD_LAG = 60_000;

/**
 * A commit that failed longer ago says nothing of now, in ms: a process that is sent no beacons because of it must
 * become fit again by itself.
 */
const FAILURE_REMEMBERED = 60_000;

/** Shedding longer ago is over, in ms: twice the `Retry-After` of a refused beacon. */
const SHEDDING_REMEMBERED = 10_000;

/** Whether the process is fit to take traffic, and if not, why. */
export function healthOf(input: HealthInput): HealthReport {
  const reasons: string[] = [];
  if (!input.databaseReachable) reasons.push("The database can't be read.");
  if (input.databaseDamaged) reasons.push("The database is damaged: restore a backup.");
  if (input.bufferDepth + LARGEST_BEACON > input.bufferCapacity && input.bufferDepth > 0)
    reasons.push("The buffer of measurements is full.");
  else if (input.shedAgoMs !== null && input.shedAgoMs <= SHEDDING_REMEMBERED)
    reasons.push("Beacons were refused: the buffer of measurements was full.");
  if (input.failedCommitAgoMs !== null && input.failedCommitAgoMs <= FAILURE_REMEMBERED) {
    reasons.push("The last measurements could not be stored.");
  }
  if (input.foldLagMs !== null && input.foldLagMs > LONGEST_FOLD_LAG)
    reasons.push("The summaries are more than a minute behind.");
  if (input.draining) reasons.push("The process is shutting down.");
  return {
    status: reasons.length === 0 ? "ok" : "unfit",
    reasons,
    database: input.databaseDamaged ? "damaged" : input.databaseReachable ? "reachable" : "unreachable",
    bufferDepth: input.bufferDepth,
    foldLagSeconds: input.foldLagMs === null ? null : Math.round(input.foldLagMs / 100) / 10,
  };
}
