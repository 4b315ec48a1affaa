import type { Statements } from "../../storage/statements.server";
import { type SummarySet, tableName } from "../../storage/summaries.server";
import {
  type SampleCount,
  type SummaryFilter,
  type SummaryGroup,
  selectGroups,
  selectSamples,
  selectVersions,
  type UnitWindow,
} from "../../storage/summary-units.server";
import { createByteCache } from "./byte-cache";

/** The summaries of one unit of time under one filter. */
export type UnitSummaries = SummarySet & {
  unit: number;
  groups: readonly SummaryGroup[];
  /** Of totals and of single routes; empty for all routes one by one. */
  samples: readonly SampleCount[];
};

/** Reads the summaries of a window, unit by unit, in ascending order. Units without data may be absent. */
export type SummaryReader = (window: UnitWindow, filter: SummaryFilter) => Promise<UnitSummaries[]>;

type Cached = { version: number; summaries: UnitSummaries };

/** Approximate bytes of a group or count without sketches and routes, and of a route and device without their text. */
const OVERHEAD = 120;
const TEXT_OVERHEAD = 32;

/**
 * A reader with a cache. Most units are over and no longer change. For the others (repeated reports change units up to a
 * day back) each write of the fold increments a version in the database, in any process. So only the newest units of a
 * view are read from the database.
 * @param maxBytes size of the least-recently-used cache
 */
export function createSummaryReader(read: Statements, maxBytes: number): SummaryReader {
  const cache = createByteCache<string, Cached>(
    maxBytes,
    // A unit without data under the filter is cached too.
    ({ summaries }, key) => sizeOf(summaries) + key.length + OVERHEAD,
  );

  return async (window, filter) => {
    const { from, to } = window;
    // Versions are read first: a write in between is then read next time, never missed.
    const versions = await selectVersions(read, window);
    const filterKey = JSON.stringify(filter);
    const keyOf = (unit: number): string => `${tableName(window)} ${unit} ${filterKey}`;
    const byUnit = new Map<number, UnitSummaries>();
    for (let unit = from; unit < to; unit += 1) {
      const version = versions.get(unit);
      if (version === undefined) continue;
      const cached = cache.get(keyOf(unit));
      if (cached === undefined || cached.version !== version) continue;
      byUnit.set(unit, cached.summaries);
    }
    for (const run of runsOf(
      window,
      [...versions.keys()].filter((unit) => !byUnit.has(unit)),
    )) {
      for (const summaries of await readRun(read, run, filter)) {
        byUnit.set(summaries.unit, summaries);
        const version = versions.get(summaries.unit);
        if (version !== undefined) cache.set(keyOf(summaries.unit), { version, summaries });
      }
    }
    return [...byUnit.values()].sort((a, b) => a.unit - b.unit);
  };
}

/** Runs of consecutive units: one statement reads a run. */
function runsOf({ grain, scope }: UnitWindow, units: readonly number[]): UnitWindow[] {
  const runs: UnitWindow[] = [];
  for (const unit of [...units].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === unit) last.to = unit + 1;
    else runs.push({ grain, scope, from: unit, to: unit + 1 });
  }
  return runs;
}

async function readRun(
  read: Statements,
  window: UnitWindow,
  filter: SummaryFilter,
): Promise<UnitSummaries[]> {
  type Unit = { groups: SummaryGroup[]; samples: SampleCount[] };
  const units = new Map<number, Unit>();
  for (let unit = window.from; unit < window.to; unit += 1) units.set(unit, { groups: [], samples: [] });
  for (const { unit, ...group } of await selectGroups(read, window, filter)) {
    units.get(unit)?.groups.push(group);
  }
  // For all routes, counting costs as much as reading, and the totals have the same counts.
  const countable = window.scope === "totals" || filter.route !== null;
  const counts = countable ? await selectSamples(read, window, filter) : [];
  for (const count of counts) units.get(count.unit)?.samples.push(count);
  return [...units].map(([unit, summaries]) => ({
    grain: window.grain,
    scope: window.scope,
    unit,
    ...summaries,
  }));
}

const sizeOf = ({ groups, samples }: UnitSummaries): number =>
  groups.reduce((sum, group) => sum + sizeOfGroup(group), 0) + samples.length * OVERHEAD;

const sizeOfGroup = ({ routes, sketches }: SummaryGroup): number =>
  routes.reduce((sum, route) => sum + route.length + TEXT_OVERHEAD, sketches.length + OVERHEAD);
