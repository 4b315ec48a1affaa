import type { Statements } from "../../storage/statements.server";
import { type SummarySet, tableName } from "../../storage/summaries.server";
import {
  type PeriodWindow,
  type SampleCount,
  type SummaryFilter,
  type SummaryGroup,
  selectGroups,
  selectSamples,
  selectVersions,
} from "../../storage/summary-periods.server";
import { createByteCache } from "./byte-cache";

/** The summaries of one period under one filter. */
export type PeriodSummaries = SummarySet & {
  period: number;
  groups: readonly SummaryGroup[];
  /** Of totals and of single routes; empty for all routes one by one. */
  samples: readonly SampleCount[];
};

/** Reads the summaries of a window, period by period. */
export type SummaryReader = (window: PeriodWindow, filter: SummaryFilter) => Promise<PeriodSummaries[]>;

type Cached = { version: number; summaries: PeriodSummaries };

/** Approximate bytes of a group or count without its sketches and routes, and of a route (with its device) without its text. */
const OVERHEAD = 120;
const TEXT_OVERHEAD = 32;

/**
 * A reader with a cache. Most periods are over and never change; for the others (repeated reports change periods of up to
 * a day ago) the fold increments a version in the database, whichever process it runs in. So a view reads its newest
 * periods only.
 * @param maxBytes size of the cache, which evicts the least recently used entries
 */
export function createSummaryReader(read: Statements, maxBytes: number): SummaryReader {
  const cache = createByteCache<string, Cached>(
    maxBytes,
    ({ summaries }, key) => sizeOf(summaries) + key.length + OVERHEAD,
  );

  return async (window, filter) => {
    const { from, to } = window;
    // Read before the summaries: a write in between is read again next time, and never missed.
    const versions = await selectVersions(read, window);
    const filterKey = JSON.stringify(filter);
    const keyOf = (period: number): string => `${tableName(window)} ${period} ${filterKey}`;
    const found = new Map<number, PeriodSummaries>();
    for (let period = from; period < to; period += 1) {
      const version = versions.get(period);
      if (version === undefined) continue;
      const known = cache.get(keyOf(period));
      if (known === undefined || known.version !== version) continue;
      found.set(period, known.summaries);
    }
    for (const stretch of windowsOf(
      window,
      [...versions.keys()].filter((period) => !found.has(period)),
    )) {
      for (const summaries of await readWindow(read, stretch, filter)) {
        found.set(summaries.period, summaries);
        const version = versions.get(summaries.period);
        if (version !== undefined) cache.set(keyOf(summaries.period), { version, summaries });
      }
    }
    return [...found.values()].sort((a, b) => a.period - b.period);
  };
}

/** Runs of neighbouring periods, each to be read with one statement. */
function windowsOf({ grain, scope }: PeriodWindow, periods: readonly number[]): PeriodWindow[] {
  const windows: PeriodWindow[] = [];
  for (const period of [...periods].sort((a, b) => a - b)) {
    const last = windows.at(-1);
    if (last !== undefined && last.to === period) last.to = period + 1;
    else windows.push({ grain, scope, from: period, to: period + 1 });
  }
  return windows;
}

async function readWindow(
  read: Statements,
  window: PeriodWindow,
  filter: SummaryFilter,
): Promise<PeriodSummaries[]> {
  type x = { groups: SummaryGroup[]; samples: SampleCount[] };
  const periods = new Map<number, x>();
  for (let period = window.from; period < window.to; period += 1)
    periods.set(period, { groups: [], samples: [] });
  for (const { period, ...group } of await selectGroups(read, window, filter)) {
    periods.get(period)?.groups.push(group);
  }
  // Counting over many routes costs as much as reading them, and the totals have the same counts.
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
