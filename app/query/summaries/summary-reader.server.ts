import { LRUCache } from "lru-cache";
import type { Statements } from "../../storage/statements.server";
import type { SummaryFilter } from "../../storage/summary-filter";
import {
  type PeriodWindow,
  type SampleCount,
  type SummaryGroup,
  selectGroups,
  selectPeriodStates,
  selectSamples,
} from "../../storage/summary-periods.server";
import { type CoarseGrain, FINER, type SummarySet, tableName } from "../../storage/summary-sets";
import { createByteCache } from "./byte-cache";
import { filterKey } from "./filter-key";

/** The summaries of one period of time under one filter. */
export type PeriodSummaries = SummarySet & {
  period: number;
  groups: readonly SummaryGroup[];
  /** Of totals and of single routes; empty for all routes one by one. */
  samples: readonly SampleCount[];
  /**
   * What an open period consists of: its closed hours, and the five minutes of its open ones, each the same object as long
   * as it was not written again. Absent for a period with summaries of its own.
   */
  parts?: readonly PeriodSummaries[];
};

/** Reads the summaries of a window, period by period, in ascending order. Periods without data may be absent. */
export type SummaryReader = (window: PeriodWindow, filter: SummaryFilter) => Promise<PeriodSummaries[]>;

type Cached = { version: number; summaries: PeriodSummaries };

/** Approximate bytes of a group or count without sketches and routes, and of a route and device without their text. */
const OVERHEAD = 120;
const TEXT_OVERHEAD = 32;

/** Combined open periods that are cached: two days and their hours, of some views. They refer to the cached summaries. */
const COMBINED = 500;

/**
 * A reader with a cache. Most periods are over and no longer change. For the others (repeated reports change periods up to a
 * day back) each write of the fold increments a version in the database, in any process. So only the newest periods of a
 * view are read from the database. An open hour or day is combined of finer periods.
 * @param maxBytes size of the least-recently-used cache
 */
export function createSummaryReader(read: Statements, maxBytes: number): SummaryReader {
  const cache = createByteCache<string, Cached>(
    maxBytes,
    // A period without data under the filter is cached too.
    ({ summaries }, key) => sizeOf(summaries) + key.length + OVERHEAD,
  );
  const combined = new LRUCache<string, PeriodSummaries>({ max: COMBINED });

  const reader: SummaryReader = async (window, filter) => {
    const { from, to } = window;
    // Versions are read first: a write in between is then read next time, never missed.
    const states = await selectPeriodStates(read, window);
    const filtered = filterKey(filter);
    const keyOf = (period: number): string => `${tableName(window)} ${period} ${filtered}`;
    const byPeriod = new Map<number, PeriodSummaries>();
    const missing: number[] = [];
    for (let period = from; period < to; period += 1) {
      const state = states.get(period);
      if (state === undefined) continue;
      const cached = cache.get(keyOf(period));
      if (state.isOpen) byPeriod.set(period, await readOpen(period, keyOf(period), window, filter));
      else if (cached?.version === state.version) byPeriod.set(period, cached.summaries);
      else missing.push(period);
    }
    for (const run of runsOf(window, missing)) {
      for (const summaries of await readRun(read, run, filter)) {
        byPeriod.set(summaries.period, summaries);
        const version = states.get(summaries.period)?.version;
        if (version !== undefined) cache.set(keyOf(summaries.period), { version, summaries });
      }
    }
    return [...byPeriod.values()].sort((a, b) => a.period - b.period);
  };

  async function readOpen(
    period: number,
    key: string,
    { grain, scope }: SummarySet,
    filter: SummaryFilter,
  ): Promise<PeriodSummaries> {
    const finer = FINER[grain as CoarseGrain];
    const from = period * finer.periods;
    const inside = await reader({ grain: finer.grain, scope, from, to: from + finer.periods }, filter);
    const parts = inside.flatMap((part) => part.parts ?? part);
    const cached = combined.get(key);
    if (cached?.parts !== undefined && areSame(cached.parts, parts)) return cached;
    const summaries: PeriodSummaries = {
      grain,
      scope,
      period,
      groups: parts.flatMap(({ groups }) => groups),
      samples: parts.flatMap(({ samples }) => samples),
      parts,
    };
    combined.set(key, summaries);
    return summaries;
  }

  return reader;
}

const areSame = (a: readonly object[], b: readonly object[]): boolean =>
  a.length === b.length && a.every((part, i) => part === b[i]);

/** Runs of consecutive periods: one statement reads a run. */
function runsOf({ grain, scope }: PeriodWindow, periods: readonly number[]): PeriodWindow[] {
  const runs: PeriodWindow[] = [];
  for (const period of [...periods].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === period) last.to = period + 1;
    else runs.push({ grain, scope, from: period, to: period + 1 });
  }
  return runs;
}

async function readRun(
  read: Statements,
  window: PeriodWindow,
  filter: SummaryFilter,
): Promise<PeriodSummaries[]> {
  type Lists = { groups: SummaryGroup[]; samples: SampleCount[] };
  const periods = new Map<number, Lists>();
  for (let period = window.from; period < window.to; period += 1)
    periods.set(period, { groups: [], samples: [] });
  for (const { period, ...group } of await selectGroups(read, window, filter)) {
    periods.get(period)?.groups.push(group);
  }
  // For all routes, counting costs as much as reading, and the totals have the same counts.
  const countable = window.scope === "totals" || filter.route !== null;
  const counts = countable ? await selectSamples(read, window, filter) : [];
  for (const count of counts) periods.get(count.period)?.samples.push(count);
  return [...periods].map(([period, summaries]) => ({
    grain: window.grain,
    scope: window.scope,
    period,
    ...summaries,
  }));
}

const sizeOf = ({ groups, samples }: PeriodSummaries): number =>
  groups.reduce((sum, group) => sum + sizeOfGroup(group), 0) + samples.length * OVERHEAD;

const sizeOfGroup = ({ routes, sketches }: SummaryGroup): number =>
  routes.reduce((sum, route) => sum + route.length + TEXT_OVERHEAD, sketches.length + OVERHEAD);
