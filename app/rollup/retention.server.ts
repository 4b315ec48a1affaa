import { releaseRouteSlots } from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import { deleteMeasurements } from "../storage/measurements.server";
import { deleteForgottenReleases, deleteReleaseTraffic } from "../storage/releases.server";
import {
  deleteSummaries,
  deleteSummaryVersions,
  type Retention,
  SUMMARY_SETS,
} from "../storage/summaries.server";
import { DAY, HOUR } from "../vitals/time";

/** Rows that one statement deletes at most, so that no beacon waits long for its turn to write. */
const DELETE_BATCH = 1_000;

/** An import's rows stay at least this long, so that its repeated reports find their first one. */
const MIN_AGE_AFTER_STORING = DAY;

/** A route with fewer measurements gives its place up when it is not seen for a day, a build after the hourly retention. */
const MIN_ESTABLISHED_SAMPLES = 30;

/**
 * Deletes what is older than its retention, in bites that let others write in between.
 * @param stopped is asked between bites, so that a shutdown need not wait
 * @returns how many rows were deleted
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
      deleteForgottenReleases(
        write,
        { few: MIN_ESTABLISHED_SAMPLES, idleSince: at - retention.hourly, goneSince: at - retention.daily },
        DELETE_BATCH,
      ),
  ];
  let deleted = 0;
  for (const bite of deletions) {
    let rows = DELETE_BATCH;
    while (rows === DELETE_BATCH && !stopped()) {
      rows = await bite();
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
  return deleted;
}
