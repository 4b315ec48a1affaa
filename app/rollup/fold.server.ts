import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { type Attributes, traced } from "../platform/trace-channels";
import type { Database } from "../storage/database.server";
import { type LeasedDatabase, LeaseLostError, withFoldLease } from "../storage/fold-lease.server";
import { advanceSequence, selectSequence } from "../storage/fold-state.server";
import { countPending } from "../storage/measurements.server";
import { runMarking } from "../storage/pending-measurements.server";
import { Script, type ScriptResult } from "../storage/script";
import type { Retention } from "../storage/summary-sets";
import type { Measurement } from "../vitals/measurement";
import { FoldMemory } from "./fold-memory.server";
import { type FoldSession, newFoldSession } from "./fold-session.server";
import {
  type ComputedSlice,
  computeSlice,
  type FoldContext,
  remember,
  writeComputed,
} from "./fold-slice.server";
import { type Pace, SUMMARY_WORK } from "./pace";
import { groupMeasurements, type PendingSlice, PendingSlices } from "./pending-groups";

/** How often a batch is read again because of other processes: one of them succeeds each time. */
const MOST_ATTEMPTS = 200;

/** How often it tries to get the lease of another process, in ms. */
const LEASE_POLL = 100;

export type FoldOptions = { onMissing?: (values: number) => void; session?: FoldSession };

/**
 * Folds up to `limit` pending measurements into the summaries: it adds the current value of each, and removes the earlier
 * value that the summaries hold. It reads and computes without the write lock, and writes in slices: each is a transaction
 * that changes summaries and marks the measurements that they reflect. Several processes may fold, and a process may be
 * killed at any instant: nothing is lost or counted twice.
 * @param options.onMissing called with the number of earlier values that the summaries did not hold
 * @param options.session the same for all batches of a process
 * @returns how many measurements it folded; 0 while another process has the lease of the fold
 */
export async function foldBatch(
  database: Database,
  limit: number,
  retention: Retention,
  at: number,
  { onMissing = () => {}, session = newFoldSession(database.read) }: FoldOptions = {},
): Promise<number> {
  const { pace } = session;
  const result = await session.memory.use((memory) =>
    tryFold(database, limit, { retention, at }, { pace, memory }),
  );
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
  const session = newFoldSession(database.read);
  for (;;) {
    const result = await tryFold(database, limit, { retention, at: now() }, session);
    if (result === null) await sleep(LEASE_POLL);
    else if (result.folded < limit) return;
  }
}

/** @returns `null` where another process folds */
async function tryFold(
  database: Database,
  limit: number,
  context: FoldContext,
  session: FoldSession,
): Promise<Folded | null> {
  // A read first, because an idle process must not have a trace every second.
  if ((await countPending(database.read, 1)) === 0) return { folded: 0, missing: 0 };
  try {
    return await withFoldLease(database, (leased) =>
      traced("fold", (attributes) => foldPending(leased, limit, context, session, attributes), {
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
  database: LeasedDatabase,
  limit: number,
  context: FoldContext,
  session: FoldSession,
  attributes: Attributes,
): Promise<Folded> {
  const sum: Folded = { folded: 0, missing: 0 };
  for (let attempt = 0; sum.folded < limit && attempt < MOST_ATTEMPTS; attempt += 1) {
    if (await foldSlices(database, limit, context, session, sum)) break;
  }
  attributes["vitals.measurements"] = sum.folded;
  return sum;
}

/** @returns whether it folded all there is up to `limit` in all; false when another process was faster, or memory is full */
async function foldSlices(
  database: LeasedDatabase,
  limit: number,
  context: FoldContext,
  { pace, memory }: FoldSession,
  sum: Folded,
): Promise<boolean> {
  // First: what another process changes after it is noticed.
  let sequence = await selectSequence(database.read);
  memory.begin(sequence);
  const slices = new PendingSlices(database.read, limit - sum.folded, memory.kinds);
  let isWritten = false;
  let written: Promise<ScriptResult | null> = Promise.resolve(null);
  let writtenBefore = written;
  try {
    for (;;) {
      if (memory.isFull) {
        isWritten = !isRefused(await written);
        return false;
      }
      // While up to two slices are being written, one after the other: where that fails, this one is dropped.
      const slice = await slices.next(pace.budget, SUMMARY_WORK);
      if (slice === null) {
        isWritten = !isRefused(await written);
        return isWritten;
      }
      const computed = await computeSlice(database.read.engine, slice.groups, memory, context);
      if (isRefused(await writtenBefore)) return false;
      remember(memory, computed);
      const seen = sequence;
      sequence += 1;
      writtenBefore = written;
      written = written.then(async (before) => {
        if (isRefused(before)) return before;
        if (before !== null) await pace.pause(before.othersVersion);
        const result = await writeSlice(database, slice, computed, seen, pace);
        if (isRefused(result)) return result;
        sum.folded += slice.length;
        sum.missing += computed.missing;
        return result;
      });
      // It is awaited some slices later: until then, a failure must not count as one that nobody handles.
      written.catch(() => {});
      // Requests run between two slices.
      await nextTurn();
    }
  } finally {
    // Nothing is under way afterwards, whatever failed.
    await written.catch(() => {});
    if (!isWritten) memory.invalidate();
  }
}

const isRefused = (result: ScriptResult | null): boolean => result !== null && result.refusedBy !== null;

/** @returns refused when another process was faster */
async function writeSlice(
  database: LeasedDatabase,
  { parts, length }: PendingSlice,
  computed: ComputedSlice,
  sequence: number,
  pace: Pace,
): Promise<ScriptResult> {
  const result = await runMarking(database, "repeatable", "foldSlice", parts, (script, mark) => {
    advanceSequence(script, sequence);
    // The marks of a range may be refused: then nothing else of the slice was done. Marks by key lock rows, on PostgreSQL for
    // the rest of the transaction, and reports of the same measurements would wait.
    const marksRange = script.engine.measurements.markUnchanged !== null;
    if (marksRange) mark();
    writeComputed(script, computed);
    if (!marksRange) mark();
  });
  if (result.refusedBy === null) {
    pace.measured(computed.summaries * SUMMARY_WORK + length, result.ms);
  }
  return result;
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
    memory.begin(sequence);
    const computed = await computeSlice(database.read.engine, groups, memory, { retention, at });
    const script = new Script(database.read.engine);
    advanceSequence(script, sequence);
    writeComputed(script, computed);
    // Durable: nothing would fold them again.
    if ((await database.script("background", "foldSlice", script)).refusedBy === null) return;
  }
  throw new Error("Other processes changed the summaries all the time.");
}
