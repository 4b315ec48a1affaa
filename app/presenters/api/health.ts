/** What the health of the process is judged by. */
export type HealthInput = {
  databaseReachable: boolean;
  bufferDepth: number;
  bufferCapacity: number;
  /** How long ago a batch could not be stored, in ms, where none was stored since; `null` where all is well. */
  failedCommitAgoMs: number | null;
  foldLagMs: number;
  draining: boolean;
};

export type HealthReport = {
  status: "ok" | "unfit";
  /** What is wrong, in words; empty when nothing is. */
  reasons: string[];
  database: "reachable" | "unreachable";
  /** Measurements that wait for their commit. */
  bufferDepth: number;
  foldLagSeconds: number;
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

/** Whether the process is fit to take traffic, and if not, why. */
export function healthOf(input: HealthInput): HealthReport {
  const reasons: string[] = [];
  if (!input.databaseReachable) reasons.push("The database can't be read.");
  if (input.bufferDepth + LARGEST_BEACON > input.bufferCapacity && input.bufferDepth > 0)
    reasons.push("The buffer of measurements is full.");
  if (input.failedCommitAgoMs !== null && input.failedCommitAgoMs <= FAILURE_REMEMBERED) {
    reasons.push("The last measurements could not be stored.");
  }
  if (input.foldLagMs > LONGEST_FOLD_LAG) reasons.push("The summaries are more than a minute behind.");
  if (input.draining) reasons.push("The process is shutting down.");
  return {
    status: reasons.length === 0 ? "ok" : "unfit",
    reasons,
    database: input.databaseReachable ? "reachable" : "unreachable",
    bufferDepth: input.bufferDepth,
    foldLagSeconds: Math.round(input.foldLagMs / 100) / 10,
  };
}
