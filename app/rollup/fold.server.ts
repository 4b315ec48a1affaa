import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { monotonic } from "../platform/clock.server";
import { type Attributes, traced } from "../platform/trace-channels";
import { recordRouteActivity } from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import type { TransactionKind } from "../storage/database-contract";
import { LeaseLostError, withFoldLease } from "../storage/fold-lease.server";
import {
  advanceSequence,
  openPeriods,
  selectOthersVersion,
  selectSequence,
} from "../storage/fold-state.server";
import { countPending } from "../storage/measurements.server";
import type { PendingRange } from "../storage/pending";
import { markFolded } from "../storage/pending-measurements.server";
import { addReleaseTraffic, recordReleaseActivity } from "../storage/releases.server";
import type { Statements } from "../storage/statements.server";
import { applyReplacement } from "../storage/summaries.server";
import type { Retention } from "../storage/summary-sets";
import type { Measurement } from "../vitals/measurement";
import { collectActivity } from "./batch-activity";
import { FoldMemory } from "./fold-memory.server";
import {
  type ComputedSlice,
  computeSlice,
  type FoldContext,
  remember,
  summariesIn,
} from "./fold-slice.server";
import { Pace, SUMMARY_WORK } from "./pace";
import { groupMeasurements, type PendingGroup, PendingSlices } from "./pending-groups";

/** Another process changed the summaries, or folded the same measurements, while a slice was computed. */
class ContendedError extends Error {
  override name = "ContendedError";
}

/** How often a batch is read again because of other processes: one of them succeeds each time. */
const MOST_ATTEMPTS = 200;

/** How often it tries to get the lease of another process, in ms. */
const LEASE_POLL = 100;

/**
 * Folds up to `limit` pending measurements into the summaries: it adds the current value of each, and removes the earlier
 * value that the summaries hold. It reads and computes without the write lock, and writes in slices: each is a transaction
 * that changes summaries and marks the measurements that they reflect. Several processes may fold, and a process may be
 * killed at any instant: nothing is lost or counted twice.
 * @param onMissing called with the number of earlier values that the summaries did not hold
 * @param pace sizes the slices; the same for all batches of a process
 * @returns how many measurements it folded; 0 while another process has the lease of the fold
 */
export async function foldBatch(
  database: Database,
  limit: number,
  retention: Retention,
  at: number,
  onMissing: (values: number) => void = () => {},
  pace: Pace = new Pace(database.read.engine),
): Promise<number> {
  const result = await tryFold(database, limit, { retention, at }, pace);
  if (result === null) return 0;
  if (result.missing > 0) onMissing(result.missing);
  return result.folded;
}

/** Folds all pending measurements, in batches of `limit`, and waits for another process that folds. */
export async function foldAll(
  database: Database,
  limit: number,
  retention: Retention,
  now: () => number,
): Promise<void> {
  const pace = new Pace(database.read.engine);
  for (;;) {
    const result = await tryFold(database, limit, { retention, at: now() }, pace);
    if (result === null) await sleep(LEASE_POLL);
    else if (result.folded < limit) return;
  }
}

/** @returns `null` where another process folds */
async function tryFold(
  database: Database,
  limit: number,
  context: FoldContext,
  pace: Pace,
): Promise<Folded | null> {
  // A read first, because an idle process must not have a trace every second.
  if ((await countPending(database.read, 1)) === 0) return { folded: 0, missing: 0 };
  try {
    return await withFoldLease(database, (leased) =>
      traced("fold", (attributes) => foldPending(leased, limit, context, pace, attributes), {
        newTrace: true,
      }),
    );
  } catch (error) {
    if (error instanceof LeaseLostError) return null;
    throw error;
  }
}

/** Measurements of a batch, and earlier values that the summaries did not hold. */
type Folded = { folded: number; missing: number };

async function foldPending(
  database: Database,
  limit: number,
  context: FoldContext,
  pace: Pace,
  attributes: Attributes,
): Promise<Folded> {
  const sum: Folded = { folded: 0, missing: 0 };
  for (let attempt = 0; sum.folded < limit && attempt < MOST_ATTEMPTS; attempt += 1) {
    if (await foldSlices(database, limit, context, pace, sum)) break;
  }
  attributes["vitals.measurements"] = sum.folded;
  return sum;
}

/** @returns whether it folded all there is up to `limit` in all; false when another process was faster */
async function foldSlices(
  database: Database,
  limit: number,
  context: FoldContext,
  pace: Pace,
  sum: Folded,
): Promise<boolean> {
  // First: what another process changes after it is noticed.
  let sequence = await selectSequence(database.read);
  const memory = new FoldMemory(database.read);
  const slices = new PendingSlices(database.read, limit - sum.folded);
  let written = Promise.resolve(true);
  try {
    for (;;) {
      // While the slice before is being written: where that fails, this one is dropped.
      const slice = await slices.next(pace.budget, SUMMARY_WORK);
      if (slice === null) return await written;
      const { groups, range } = slice;
      const computed = await computeSlice(database.read.engine, groups, memory, context);
      if (!(await written)) return false;
      remember(memory, computed);
      await pace.pause(await selectOthersVersion(database.write));
      const seen = sequence;
      written = writeSlice(database, "repeatable", groups, range, computed, seen, pace).then((isWritten) => {
        if (isWritten) {
          sum.folded += range.reports.length;
          sum.missing += computed.missing;
        }
        return isWritten;
      });
      // It is awaited when the next slice is there: until then, a failure must not count as one that nobody handles.
      written.catch(() => {});
      sequence += 1;
      // Requests run between two slices.
      await nextTurn();
    }
  } finally {
    // Nothing is under way afterwards, whatever failed.
    await written.catch(() => {});
  }
}

/**
 * @param range what the groups consist of; `null` where it is not stored
 * @returns whether the slice was written; false when another process was faster
 */
async function writeSlice(
  database: Database,
  kind: TransactionKind,
  groups: readonly PendingGroup[],
  range: PendingRange | null,
  computed: ComputedSlice,
  sequence: number,
  pace: Pace,
): Promise<boolean> {
  let lockedAt = 0;
  try {
    await database.transaction(kind, async (tx) => {
      if (!(await advanceSequence(tx, sequence))) throw new ContendedError();
      lockedAt = monotonic();
      await writeComputed(tx, groups, computed);
      if (range !== null && !(await markFolded(tx, range))) throw new ContendedError();
    });
  } catch (error) {
    if (error instanceof ContendedError) return false;
    throw error;
  }
  const marks = range === null ? 0 : range.reports.length;
  pace.measured(summariesIn(computed) * SUMMARY_WORK + marks, monotonic() - lockedAt);
  return true;
}

async function writeComputed(
  tx: Statements,
  groups: readonly PendingGroup[],
  { opened, replacements }: ComputedSlice,
): Promise<void> {
  await openPeriods(tx, "hourly", opened.hourly);
  await openPeriods(tx, "daily", opened.daily);
  for (const replacement of replacements) await applyReplacement(tx, replacement);
  const activity = collectActivity(groups);
  await recordReleaseActivity(tx, activity.releases);
  await addReleaseTraffic(tx, activity.traffic);
  await recordRouteActivity(tx, activity.routes);
}

/**
 * Folds measurements older than the raw retention, which are not stored themselves: each id once, with its last value.
 * Unlike `foldBatch` it counts them twice when it runs twice. All of them or none, in one transaction.
 */
export async function foldUnstored(
  database: Database,
  measurements: readonly Measurement[],
  retention: Retention,
  at: number,
): Promise<void> {
  const groups = groupMeasurements(measurements);
  if (groups.length === 0) return;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const sequence = await selectSequence(database.read);
    const memory = new FoldMemory(database.read);
    const computed = await computeSlice(database.read.engine, groups, memory, { retention, at });
    const pace = new Pace(database.read.engine);
    // Durable: nothing would fold them again.
    if (await writeSlice(database, "background", groups, null, computed, sequence, pace)) return;
  }
  throw new Error("Other processes changed the summaries all the time.");
}
