import { setImmediate as nextTurn } from "node:timers/promises";
import { releaseRouteSlots } from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import { deleteMeasurements, deleteUnusedLabels } from "../storage/measurements.server";
import { deleteReleaseTraffic, deleteStaleReleases } from "../storage/releases.server";
import { Script } from "../storage/script";
import { deleteSummaries, deleteSummaryVersions } from "../storage/summaries.server";
import { type Retention, SUMMARY_SETS } from "../storage/summary-sets";
import { DAY, HOUR } from "../vitals/time";
import { Pace } from "./pace";
import { shrinkFile } from "./shrink.server";

/** How long imported rows stay at least, in ms, so that their repeated reports match the first one. */
const MIN_AGE_AFTER_STORING = DAY;

/** A route with fewer measurements is deleted after a day without any, a build after the hourly retention. */
const MIN_ESTABLISHED_SAMPLES = 30;

/**
 * Deletes rows older than their retention, in transactions between which others can write: each deletes as many rows as the
 * last ones could in a few ms. What an open hour or day consists of stays until it is closed. Then shrinks the file.
 * @param stopped checked between batches, so that a shutdown need not wait
 * @param pace sizes the batches
 * @returns how many rows it deleted
 */
export async function applyRetention(
  database: Database,
  retention: Retention & { raw: number },
  at: number,
  stopped: () => boolean = () => false,
  pace: Pace = new Pace(database.read.engine),
): Promise<number> {
  const receivedBefore = at - retention.raw;
  const storedBefore = at - MIN_AGE_AFTER_STORING;
  const idleSince = at - retention.hourly;
  const goneSince = at - retention.daily;
  const deletions: Array<(script: Script, limit: number) => void> = [
    (script, limit) => deleteMeasurements(script, { receivedBefore, storedBefore }, limit),
    ...SUMMARY_SETS.map(
      (set) => (script: Script, limit: number) =>
        deleteSummaries(script, set, at - retention[set.grain], limit),
    ),
    (script, limit) => deleteReleaseTraffic(script, Math.floor(idleSince / HOUR), limit),
    (script, limit) =>
      deleteStaleReleases(script, { minSamples: MIN_ESTABLISHED_SAMPLES, idleSince, goneSince }, limit),
    (script, limit) => deleteUnusedLabels(script, at, limit),
  ];
  let deleted = 0;
  for (const deleteBatch of deletions) {
    let isFull = true;
    while (isFull && !stopped()) {
      const limit = pace.budget;
      const script = new Script(database.read.engine);
      deleteBatch(script, limit);
      const { changed, ms } = await database.script("repeatable", "deleteRows", script);
      const rows = changed.reduce((sum, n) => sum + n, 0);
      pace.measured(rows, ms);
      deleted += rows;
      isFull = rows === limit;
      await nextTurn();
    }
  }
  const { write } = database;
  for (const set of SUMMARY_SETS) await deleteSummaryVersions(write, set, at - retention[set.grain]);
  await releaseRouteSlots(write, { established: MIN_ESTABLISHED_SAMPLES, idleSince: at - DAY, goneSince });
  await shrinkFile(database, stopped);
  return deleted;
}
