import { releaseRouteSlots } from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import { deleteMeasurements } from "../storage/measurements.server";
import { deleteReleaseTraffic, deleteStaleReleases } from "../storage/releases.server";
import { deleteSummaries, deleteSummaryVersions } from "../storage/summaries.server";
import { type Retention, SUMMARY_SETS } from "../storage/summary-sets";
import { DAY, HOUR } from "../vitals/time";
import { shrinkFile } from "./shrink.server";

/** Most rows that one statement deletes, so that no beacon waits long to be written. */
const DELETE_BATCH = 1_000;

/** How long imported rows stay at least, in ms, so that their repeated reports match the first one. */
const MIN_AGE_AFTER_STORING = DAY;

/** A route with fewer measurements is deleted after a day without any, a build after the hourly retention. */
const MIN_ESTABLISHED_SAMPLES = 30;

/**
 * Deletes rows older than their retention, in batches between which others can write, and shrinks the file.
 * @param stopped checked between batches, so that a shutdown need not wait
 * @returns how many rows it deleted
 */
export async function applyRetention(
  database: Database,
  retention: Retention & { raw: number },
  at: number,
  stopped: () => boolean = () => false,
): Promise<number> {
  const { write } = database;
  const storedBefore = at - MIN_AGE_AFTER_STORING;
  const deletions: Array<() => Promise<number>> = [
    () => deleteMeasurements(write, { receivedBefore: at - retention.raw, storedBefore }, DELETE_BATCH),
    ...SUMMARY_SETS.map((set) => () => deleteSummaries(write, set, at - retention[set.grain], DELETE_BATCH)),
    () => deleteReleaseTraffic(write, Math.floor((at - retention.hourly) / HOUR), DELETE_BATCH),
    () =>
      deleteStaleReleases(
        write,
        {
          minSamples: MIN_ESTABLISHED_SAMPLES,
          idleSince: at - retention.hourly,
          goneSince: at - retention.daily,
        },
        DELETE_BATCH,
      ),
  ];
  let deleted = 0;
  for (const deleteBatch of deletions) {
    let rows = DELETE_BATCH;
    while (rows === DELETE_BATCH && !stopped()) {
      rows = await deleteBatch();
      deleted += rows;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  for (const set of SUMMARY_SETS) await deleteSummaryVersions(write, set, at - retention[set.grain]);
  await releaseRouteSlots(write, {
    established: MIN_ESTABLISHED_SAMPLES,
    idleSince: at - DAY,
    goneSince: at - retention.daily,
  });
  await shrinkFile(database, stopped);
  return deleted;
}
