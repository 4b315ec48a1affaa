import type { SummaryGroup } from "../../storage/summary-periods.server";
import { createByteCache } from "./byte-cache";
import { identityOf } from "./identities";
import { mergeGroups, sizeOfGroups } from "./merge-groups";
import type { PeriodSummaries } from "./summary-reader.server";

/**
 * The groups of a stretch of periods. `closed` are those of its closed periods, merged by metric, route and `prefetched`, with
 * devices and builds joined: the same array until one of them changes. `open` are those of all other periods.
 */
export type StretchGroups = { closed: readonly SummaryGroup[]; open: SummaryGroup[] };

/** @param key names the stretch: its set, its ends and its filter */
export type ClosedPeriods = (key: string, periods: readonly PeriodSummaries[]) => StretchGroups;

type Merged = {
  groups: readonly SummaryGroup[];
  /** Which summaries are in it, by period. */
  identities: ReadonlyMap<string, number>;
  /** Periods that were written since the stretch was first merged, or may be: they stay out of it. */
  moving: ReadonlySet<string>;
};

/** Merging fewer periods costs about as much as remembering them. */
const MIN_PERIODS = 4;

/** With more of them, the periods that were once written count as closed again, but the newest. */
const MAX_MOVING = 12;

const BYTES_PER_PERIOD = 64;

const NONE: readonly SummaryGroup[] = [];

const nameOf = ({ grain, period }: PeriodSummaries): string => `${grain} ${period}`;

/**
 * Remembers the merged summaries of closed periods. Most of a long window never changes, but each fold writes its newest
 * period, and late reports a few others: those are merged anew, and the rest is read in one piece.
 *
 * Summaries are counts, so the result is that of merging all of them.
 * @param maxBytes size of the least-recently-used cache
 */
export function createClosedPeriods(maxBytes: number): ClosedPeriods {
  const cache = createByteCache<string, Merged>(
    maxBytes,
    ({ groups, identities, moving }, key) =>
      sizeOfGroups(groups) + (identities.size + moving.size) * BYTES_PER_PERIOD + 2 * key.length,
  );
  return (key, stretch) => {
    // The closed parts of an open period are closed, too.
    const periods = stretch.flatMap((period) => period.parts ?? [period]);
    if (periods.length < MIN_PERIODS) return { closed: NONE, open: periods.flatMap(({ groups }) => groups) };
    const known = cache.get(key);
    const changed = known === undefined ? [] : changedIn(known, periods);
    const merged = known !== undefined && changed.length === 0 ? known : merge(known, changed, periods);
    if (merged !== known) cache.set(key, merged);
    const others = periods.filter((period) => !merged.identities.has(nameOf(period)));
    return { closed: merged.groups, open: others.flatMap(({ groups }) => groups) };
  };
}

/** Periods whose summaries in `known` are no longer those of `periods`. */
function changedIn({ identities }: Merged, periods: readonly PeriodSummaries[]): string[] {
  const now = new Map(periods.map((period) => [nameOf(period), identityOf(period)]));
  return [...identities].filter(([name, identity]) => now.get(name) !== identity).map(([name]) => name);
}

function merge(
  known: Merged | undefined,
  changed: readonly string[],
  periods: readonly PeriodSummaries[],
): Merged {
  const newest = periods.slice(-1).map(nameOf);
  const all = new Set([...(known?.moving ?? []), ...changed, ...newest]);
  const moving = all.size > MAX_MOVING ? new Set(newest) : all;
  const closed = periods.filter((period) => !moving.has(nameOf(period)));
  return {
    groups: mergeGroups(
      closed.flatMap(({ groups }) => groups),
      false,
    ),
    identities: new Map(closed.map((period) => [nameOf(period), identityOf(period)])),
    moving,
  };
}
