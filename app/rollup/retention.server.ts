import { releaseRoutePlaces } from "../storage/cardinality.server";
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
const BITE = 1_000;

/** An import's rows stay at least this long, so that its repeated reports find their first one. */
const KEPT_AFTER_STORING = DAY;

/** A route with fewer measurements gives its place up when it is not seen for a day, a build after the hourly retention. */
const FEW = 30;

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
  const storedBefore = at - KEPT_AFTER_STORING;
  const bites: Array<() => Promise<number>> = [
    () => deleteMeasurements(write, { receivedBefore: at - retention.raw, storedBefore }, BITE),
    ...SUMMARY_SETS.map((set) => () => deleteSummaries(write, set, at - retention[set.grain], BITE)),
    () => deleteReleaseTraffic(write, Math.floor((at - retention.hourly) / HOUR), BITE),
    () =>
      deleteForgottenReleases(
        write,
        { few: FEW, idleSince: at - retention.hourly, goneSince: at - retention.daily },
        BITE,
      ),
  ];
  let deleted = 0;
  for (const bite of bites) {
    let rows = BITE;
    while (rows === BITE && !stopped()) {
      rows = await bite();
      deleted += rows;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  for (const set of SUMMARY_SETS) await deleteSummaryVersions(write, set, at - retention[set.grain]);
  await releaseRoutePlaces(write, {
    established: FEW,
    idleSince: at - DAY,
    goneSince: at - retention.daily,
  });
  return deleted;
}
