import { recordRouteActivity } from "../storage/cardinality.server";
import type { Engine } from "../storage/engine";
import { openPeriods } from "../storage/fold-state.server";
import {
  addLibraries,
  addReleaseTraffic,
  type BuildLibraries,
  recordReleaseActivity,
} from "../storage/releases.server";
import type { Script } from "../storage/script";
import { buildReplacement, replaceSummaries, type SummaryReplacement } from "../storage/summaries.server";
import {
  type CoarseGrain,
  GRAINS,
  type Retention,
  SUMMARY_SETS,
  type Summary,
  type SummarySet,
} from "../storage/summary-sets";
import { storedNavigationOf } from "../vitals/navigation";
import { FIVE_MINUTES } from "../vitals/time";
import { type BatchActivity, collectActivity } from "./batch-activity";
import type { FoldMemory, NamedKey } from "./fold-memory.server";
import { targetsOf } from "./fold-targets";
import type { PendingGroup } from "./pending-groups";
import { applyChanges, type BucketChanges } from "./summary-changes";

/** The retention, and the clock's time, in ms. */
export type FoldContext = { retention: Retention; at: number };

/** What a slice writes. */
export type ComputedSlice = {
  activity: BatchActivity;
  libraries: BuildLibraries;
  opened: Record<CoarseGrain, number[]>;
  written: Array<{ set: SummarySet; keys: readonly NamedKey[]; summaries: readonly Summary[] }>;
  replacements: SummaryReplacement[];
  /** How many earlier values the summaries did not hold. */
  missing: number;
};

/** Computes what a slice writes from what is stored now. */
export async function computeSlice(
  engine: Engine,
  groups: readonly PendingGroup[],
  memory: FoldMemory,
  { retention, at }: FoldContext,
): Promise<ComputedSlice> {
  const slots = new Set(groups.map(({ slot }) => slot));
  const state = await memory.stateOf(slots);
  const bySlot = new Map([...slots].map((slot) => [slot, targetsOf(slot, state, retention, at)]));
  const opened = (wanted: CoarseGrain): number[] => [
    ...new Set(
      [...bySlot.values()].flatMap((targets) =>
        targets.opened.filter(({ grain }) => grain === wanted).map(({ unit }) => unit),
      ),
    ),
  ];
  const activity = collectActivity(groups);
  const libraries = await memory.librariesOf(activity.releases.map(({ buildVersion }) => buildVersion));
  const computed: ComputedSlice = {
    activity,
    libraries: addLibraries(libraries, activity.releases),
    opened: { hourly: opened("hourly"), daily: opened("daily") },
    written: [],
    replacements: [],
    missing: 0,
  };
  for (const set of SUMMARY_SETS) {
    const own = groups.filter(({ slot }) => bySlot.get(slot)?.grains.includes(set.grain));
    if (own.length > 0) await computeSet(engine, set, own, memory, computed);
  }
  return computed;
}

async function computeSet(
  engine: Engine,
  set: SummarySet,
  groups: readonly PendingGroup[],
  memory: FoldMemory,
  computed: ComputedSlice,
): Promise<void> {
  const slotsPerPeriod = GRAINS[set.grain].length / FIVE_MINUTES;
  const changed = new Map<string, NamedKey & { changes: BucketChanges[] }>();
  for (const group of groups) {
    const period = Math.floor(group.slot / slotsPerPeriod);
    const { metric, device, buildVersion } = group;
    const route = set.scope === "totals" ? "" : group.route;
    const navigation = storedNavigationOf(group.navigationType, group.deliveryType);
    // Unique, because no route or build version contains a line feed.
    const name = `${period} ${metric} ${device} ${navigation} ${route}\n${buildVersion}`;
    let summary = changed.get(name);
    if (summary === undefined) {
      const key = { period, metric, route, device, navigation, buildVersion };
      summary = { key, name, changes: [] };
      changed.set(name, summary);
    }
    summary.changes.push(group);
  }
  const keys = [...changed.values()];
  const before = await memory.sketchesOf(set, keys);
  const summaries = keys.map(({ key, changes }, i) => {
    const applied = applyChanges(key.metric, before[i] ?? null, changes);
    computed.missing += applied.missing;
    // A batch has thousands of these objects: a spread of both costs as much as packing the sketch.
    return Object.assign(applied.figures, key);
  });
  const replacement = buildReplacement(engine, set, summaries);
  if (replacement !== null) computed.replacements.push(replacement);
  computed.written.push({ set, keys, summaries });
}

/** How many summaries a slice writes. */
export const summariesIn = ({ written }: ComputedSlice): number =>
  written.reduce((sum, { keys }) => sum + keys.length, 0);

/** Adds the statements of a slice to its script. */
export function writeComputed(
  script: Script,
  { opened, replacements, activity, libraries }: ComputedSlice,
): void {
  openPeriods(script, "hourly", opened.hourly);
  openPeriods(script, "daily", opened.daily);
  for (const replacement of replacements) replaceSummaries(script, replacement);
  recordReleaseActivity(script, activity.releases, libraries);
  addReleaseTraffic(script, activity.traffic);
  recordRouteActivity(script, activity.routes);
}

/** The next slices of a batch are computed from what this one writes. */
export function remember(memory: FoldMemory, { opened, written, libraries }: ComputedSlice): void {
  memory.opened(opened);
  memory.counted(libraries);
  for (const { set, keys, summaries } of written) memory.wrote(set, keys, summaries);
}
