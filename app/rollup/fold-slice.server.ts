import { selectOpenPeriods, selectWrittenPeriods } from "../storage/fold-state.server";
import type { Statements } from "../storage/statements.server";
import { buildReplacement, type SummaryReplacement, selectSketches } from "../storage/summaries.server";
import {
  type CoarseGrain,
  GRAINS,
  type Retention,
  SUMMARY_SETS,
  type SummaryKey,
  type SummarySet,
} from "../storage/summary-sets";
import { storedNavigationOf } from "../vitals/navigation";
import { FIVE_MINUTES } from "../vitals/time";
import { dayOf, type FoldState, hourOf, type Targets, targetsOf } from "./fold-targets";
import type { PendingGroup } from "./pending-groups";
import { applyChanges, type BucketChange } from "./summary-changes";

/** The retention, and the clock's time, in ms. */
export type FoldContext = { retention: Retention; at: number };

/** What a slice writes besides its activity. */
export type ComputedSlice = {
  opened: Record<CoarseGrain, number[]>;
  replacements: SummaryReplacement[];
  /** How many summaries it writes. */
  summaries: number;
  /** How many earlier values the summaries did not hold. */
  missing: number;
};

export async function readFoldState(read: Statements, groups: readonly PendingGroup[]): Promise<FoldState> {
  const slots = [...new Set(groups.map(({ slot }) => slot))];
  const unique = (units: readonly number[]): number[] => [...new Set(units)];
  return {
    open: await selectOpenPeriods(read),
    written: {
      hourly: await selectWrittenPeriods(read, "hourly", unique(slots.map(hourOf))),
      daily: await selectWrittenPeriods(read, "daily", unique(slots.map(dayOf))),
    },
  };
}

/** Computes what a slice writes from what is stored now. */
export async function computeSlice(
  read: Statements,
  groups: readonly PendingGroup[],
  state: FoldState,
  { retention, at }: FoldContext,
): Promise<ComputedSlice> {
  const bySlot = new Map<number, Targets>();
  for (const { slot } of groups) {
    if (!bySlot.has(slot)) bySlot.set(slot, targetsOf(slot, state, retention, at));
  }
  const opened = (wanted: CoarseGrain): number[] => [
    ...new Set(
      [...bySlot.values()].flatMap((targets) =>
        targets.opened.filter(({ grain }) => grain === wanted).map(({ unit }) => unit),
      ),
    ),
  ];
  const computed: ComputedSlice = {
    opened: { hourly: opened("hourly"), daily: opened("daily") },
    replacements: [],
    summaries: 0,
    missing: 0,
  };
  for (const set of SUMMARY_SETS) {
    const own = groups.filter(({ slot }) => bySlot.get(slot)?.grains.includes(set.grain));
    if (own.length > 0) await computeSet(read, set, own, computed);
  }
  return computed;
}

async function computeSet(
  read: Statements,
  set: SummarySet,
  groups: readonly PendingGroup[],
  computed: ComputedSlice,
): Promise<void> {
  const slotsPerPeriod = GRAINS[set.grain].length / FIVE_MINUTES;
  const changed = new Map<string, { key: SummaryKey; changes: Array<readonly BucketChange[]> }>();
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
      summary = { key, changes: [] };
      changed.set(name, summary);
    }
    summary.changes.push(group.reports);
  }
  const summaries = [...changed.values()];
  const before = await selectSketches(
    read,
    set,
    summaries.map(({ key }) => key),
  );
  const after = summaries.map(({ key, changes }, i) => {
    const applied = applyChanges(key.metric, before[i] ?? null, changes);
    computed.missing += applied.missing;
    // A batch has thousands of these objects: a spread of both costs as much as packing the sketch.
    return Object.assign(applied.figures, key);
  });
  const replacement = buildReplacement(read.engine, set, after);
  if (replacement !== null) computed.replacements.push(replacement);
  computed.summaries += after.length;
}
