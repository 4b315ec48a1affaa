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
import { type CoarseGrain, type Retention, SUMMARY_SETS, type SummarySet } from "../storage/summary-sets";
import { type BatchActivity, collectActivity } from "./batch-activity";
import type { FoldMemory } from "./fold-memory.server";
import { targetsOf } from "./fold-targets";
import type { PendingGroup } from "./pending-groups";
import { applyChanges } from "./summary-changes";

/** The retention, and the clock's time, in ms. */
export type FoldContext = { retention: Retention; at: number };

/** What a slice writes. */
export type ComputedSlice = {
  activity: BatchActivity;
  libraries: BuildLibraries;
  opened: Record<CoarseGrain, number[]>;
  replacements: SummaryReplacement[];
  /** How many summaries those replace. */
  summaries: number;
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
    replacements: [],
    summaries: 0,
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
  const summaries = await memory.summaries.of(set, groups);
  for (const summary of summaries) {
    computed.missing += applyChanges(summary, summary.changes);
    summary.changes = [];
  }
  computed.summaries += summaries.length;
  const replacement = buildReplacement(engine, set, summaries);
  if (replacement !== null) computed.replacements.push(replacement);
}

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

/** The next slices are computed from what this one writes. */
export function remember(memory: FoldMemory, { opened, libraries }: ComputedSlice): void {
  memory.opened(opened);
  memory.counted(libraries);
  memory.advance();
}
