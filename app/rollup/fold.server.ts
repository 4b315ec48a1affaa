import { type Attributes, traced } from "../platform/trace-channels";
import { recordRouteActivity } from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import { countPending, markFolded, selectPending } from "../storage/measurements.server";
import { addReleaseTraffic, recordReleaseActivity } from "../storage/releases.server";
import type { Statements } from "../storage/statements.server";
import { replaceSummaries, selectSketches } from "../storage/summaries.server";
import {
  GRAINS,
  type Retention,
  SUMMARY_SETS,
  type SummaryKey,
  type SummarySet,
} from "../storage/summary-sets";
import { acquireWriterLock } from "../storage/writer-lock.server";
import type { Measurement } from "../vitals/measurement";
import { storedNavigationOf } from "../vitals/navigation";
import { FIVE_MINUTES } from "../vitals/time";
import { collectActivity } from "./batch-activity";
import { groupMeasurements, type PendingGroup, toGroup } from "./pending-groups";
import { applyChanges, type BucketChanges } from "./summary-changes";

/**
 * Folds up to `limit` pending measurements into the summaries, in one transaction: it adds the current value of each, and
 * removes the earlier value that the summaries hold. Several processes may fold, and a process may be killed at any
 * instant: nothing is lost or counted twice.
 * @param onMissing called after the transaction with the number of earlier values that the summaries did not hold
 * @returns how many measurements it folded
 */
export async function foldBatch(
  database: Database,
  limit: number,
  retention: Retention,
  at: number,
  onMissing: (values: number) => void = () => {},
): Promise<number> {
  // A read first, because an idle process must not start a write transaction every second.
  if ((await countPending(database.read, 1)) === 0) return 0;
  const { folded, missing } = await traced(
    "fold",
    (attributes) => foldPending(database, limit, retention, at, attributes),
    { newTrace: true },
  );
  if (missing > 0) onMissing(missing);
  return folded;
}

/** Measurements of a batch, and earlier values that the summaries did not hold. */
type Folded = { folded: number; missing: number };

function foldPending(
  database: Database,
  limit: number,
  retention: Retention,
  at: number,
  attributes: Attributes,
): Promise<Folded> {
  return database.transaction("background", async (tx) => {
    await acquireWriterLock(tx, "fold", at);
    const groups = (await selectPending(tx, limit)).map(toGroup);
    if (groups.length === 0) return { folded: 0, missing: 0 };
    const missing = await foldGroups(tx, groups, retention, at);
    await markFolded(tx, limit);
    const folded = groups.reduce((sum, { changes }) => sum + changes.added.length, 0);
    attributes["vitals.measurements"] = folded;
    return { folded, missing };
  });
}

/**
 * Folds measurements older than the raw retention, which are not stored themselves: each id once, with its last value.
 * Unlike `foldBatch` it counts them twice when it runs twice.
 */
export async function foldUnstored(
  database: Database,
  measurements: readonly Measurement[],
  retention: Retention,
  at: number,
): Promise<void> {
  await database.transaction("background", async (tx) => {
    await acquireWriterLock(tx, "fold", at);
    await foldGroups(tx, groupMeasurements(measurements), retention, at);
  });
}

/** @returns how many earlier values the summaries did not hold */
async function foldGroups(
  tx: Statements,
  groups: readonly PendingGroup[],
  retention: Retention,
  at: number,
): Promise<number> {
  let missing = 0;
  for (const set of SUMMARY_SETS) missing += await foldIntoSet(tx, set, groups, at - retention[set.grain]);
  const activity = collectActivity(groups);
  await recordReleaseActivity(tx, activity.releases);
  await addReleaseTraffic(tx, activity.traffic);
  await recordRouteActivity(tx, activity.routes);
  return missing;
}

/** @returns how many earlier values the summaries did not hold */
async function foldIntoSet(
  tx: Statements,
  set: SummarySet,
  groups: readonly PendingGroup[],
  oldest: number,
): Promise<number> {
  const slotsPerPeriod = GRAINS[set.grain].length / FIVE_MINUTES;
  const oldestPeriod = Math.floor(oldest / GRAINS[set.grain].length);
  const changed = new Map<string, { key: SummaryKey; changes: BucketChanges[] }>();
  for (const group of groups) {
    const period = Math.floor(group.slot / slotsPerPeriod);
    if (period < oldestPeriod) continue;
    const { metric, device, buildVersion } = group;
    const route = set.scope === "totals" ? "" : group.route;
    const navigation = storedNavigationOf(group.navigationType, group.deliveryType);
    // Unique, because no route or build version contains a line feed.
    const name = `${period} ${metric} ${device} ${navigation} ${route}\n${buildVersion}`;
    let summary = changed.get(name);
    if (summary === undefined) {
      const key = { period, metric, route, device, navigation, buildVersion };
      summary = { key, changes: [] };
      changed.set(name, summary);
    }
    summary.changes.push(group.changes);
  }
  const summaries = [...changed.values()];
  const before = await selectSketches(
    tx,
    set,
    summaries.map(({ key }) => key),
  );
  let missing = 0;
  const after = summaries.map(({ key, changes }, i) => {
    const applied = applyChanges(key.metric, before[i] ?? null, changes);
    missing += applied.missing;
    // A batch has thousands of these objects: a spread of both costs as much as packing the sketch.
    return Object.assign(applied.figures, key);
  });
  await replaceSummaries(tx, set, after);
  return missing;
}
