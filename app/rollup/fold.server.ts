import { type Attributes, traced } from "../platform/trace-channels";
import { recordRoutesSeen } from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import { countPending, markFolded, selectPending } from "../storage/measurements.server";
import { addReleaseTraffic, recordReleasesSeen } from "../storage/releases.server";
import type { Statements } from "../storage/statements.server";
import {
  GRAINS,
  type Retention,
  replaceSummaries,
  SUMMARY_SETS,
  type SummaryKey,
  type SummarySet,
  selectSketches,
} from "../storage/summaries.server";
import { takeWriterLock } from "../storage/writer-lock.server";
import { navigationClassOf } from "../vitals/navigation";
import { FIVE_MINUTES } from "../vitals/time";
import { collectActivity } from "./batch-activity";
import { type PendingGroup, toGroup } from "./pending-groups";
import { applyChanges, type BucketChanges } from "./summary-changes";

/**
 * Takes up to `limit` measurements whose current value is not in the summaries, and puts it there (an earlier
 * value of theirs goes out), in one transaction: killed at any instant, nothing is lost or counted twice, and
 * several processes can do it.
 * @param onMissing told, once it is done, in how many summaries an earlier value was not there to go out
 * @returns how many it took
 */
export async function foldBatch(
  database: Database,
  limit: number,
  retention: Retention,
  at: number,
  onMissing: (values: number) => void = () => {},
): Promise<number> {
  // Looking first costs no write transaction while nothing happens.
  if ((await countPending(database.read, 1)) === 0) return 0;
  const { taken, missing } = await traced(
    "fold",
    (attributes) => foldPending(database, limit, retention, at, attributes),
    { newTrace: true },
  );
  if (missing > 0) onMissing(missing);
  return taken;
}

/** What a batch took, and in how many summaries an earlier value was not there to go out. */
type Folded = { taken: number; missing: number };

function foldPending(
  database: Database,
  limit: number,
  retention: Retention,
  at: number,
  attributes: Attributes,
): Promise<Folded> {
  return database.transaction("background", async (tx) => {
    await takeWriterLock(tx, "fold", at);
    const groups = (await selectPending(tx, limit)).map(toGroup);
    if (groups.length === 0) return { taken: 0, missing: 0 };
    let missing = 0;
    for (const set of SUMMARY_SETS) missing += await foldInto(tx, set, groups, at - retention[set.grain]);
    const activity = collectActivity(groups);
    await recordReleasesSeen(tx, activity.releases);
    await addReleaseTraffic(tx, activity.traffic);
    await recordRoutesSeen(tx, activity.routes);
    await markFolded(tx, limit);
    const taken = groups.reduce((sum, { changes }) => sum + changes.into.length, 0);
    attributes["vitals.measurements"] = taken;
    return { taken, missing };
  });
}

/** @returns in how many summaries an earlier value was missing */
async function foldInto(
  tx: Statements,
  set: SummarySet,
  groups: readonly PendingGroup[],
  oldest: number,
): Promise<number> {
  const slotsPerUnit = GRAINS[set.grain].length / FIVE_MINUTES;
  const oldestUnit = Math.floor(oldest / GRAINS[set.grain].length);
  const changed = new Map<string, { key: SummaryKey; changes: BucketChanges[] }>();
  for (const group of groups) {
    const unit = Math.floor(group.slot / slotsPerUnit);
    if (unit < oldestUnit) continue;
    const { metric, device, buildVersion } = group;
    const route = set.scope === "totals" ? "" : group.route;
    const navigation = navigationClassOf(group.navigationType);
    // No route or build version has a line feed in it.
    const name = `${unit} ${metric} ${device} ${navigation} ${route}\n${buildVersion}`;
    let summary = changed.get(name);
    if (summary === undefined) {
      const key = { unit, metric, route, device, navigation, buildVersion };
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
    // Thousands of objects a batch: spreading both into a new one takes as long as packing the sketch.
    return Object.assign(applied.figures, key);
  });
  await replaceSummaries(tx, set, after);
  return missing;
}
