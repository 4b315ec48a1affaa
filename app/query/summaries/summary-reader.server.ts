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

/** What the summaries say of one unit of time under one filter. */
export type UnitSummaries = SummarySet & {
  unit: number;
  groups: readonly SummaryGroup[];
  /** Of totals and of single routes; empty for all routes one by one. */
  samples: readonly SampleCount[];
};

/** Reads the summaries of a stretch of time, unit by unit. */
export type SummaryReader = (window: UnitWindow, filter: SummaryFilter) => Promise<UnitSummaries[]>;

type Remembered = { version: number; summaries: UnitSummaries };

/** Bytes that a group or a count takes besides its sketches and routes, and a route besides its text (with its device), about. */
const OVERHEAD = 120;
const TEXT_OVERHEAD = 32;

/**
 * A reader that remembers: most units are over and change no more, and for those that do (repeated reports
 * retention back up to a day) every write of the fold counts a version in the database, whichever process it runs
 * in. So the cost of a view is its newest units, and what was read before is merged from memory.
 * @param maxBytes what it may remember, the least recently used going first
 */
export function createSummaryReader(read: Statements, maxBytes: number): SummaryReader {
  const memory = createByteCache<string, Remembered>(
    maxBytes,
    // A unit in which a filter finds nothing counts too.
    ({ summaries }, key) => sizeOf(summaries) + key.length + OVERHEAD,
  );

  return async (window, filter) => {
    const { from, to } = window;
    // Versions are read first: what is written in between is then read again next time, never missed.
    const versions = await selectVersions(read, window);
    const filterKey = JSON.stringify(filter);
    const keyOf = (unit: number): string => `${tableName(window)} ${unit} ${filterKey}`;
    const found = new Map<number, UnitSummaries>();
    for (let unit = from; unit < to; unit += 1) {
      const version = versions.get(unit);
      if (version === undefined) continue;
      const known = memory.get(keyOf(unit));
      if (known === undefined || known.version !== version) continue;
      found.set(unit, known.summaries);
    }
    for (const stretch of stretchesOf(
      window,
      [...versions.keys()].filter((unit) => !found.has(unit)),
    )) {
      for (const summaries of await readStretch(read, stretch, filter)) {
        found.set(summaries.unit, summaries);
        const version = versions.get(summaries.unit);
        if (version !== undefined) memory.set(keyOf(summaries.unit), { version, summaries });
      }
    }
    return [...found.values()].sort((a, b) => a.unit - b.unit);
  };
}

/** Runs of neighbouring units, each to be read with one statement. */
function stretchesOf({ grain, scope }: UnitWindow, units: readonly number[]): UnitWindow[] {
  const stretches: UnitWindow[] = [];
  for (const unit of [...units].sort((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last !== undefined && last.to === unit) last.to = unit + 1;
    else stretches.push({ grain, scope, from: unit, to: unit + 1 });
  }
  return stretches;
}

async function readStretch(
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
  // Over many routes counting is as much work as reading them, and the totals have the same counts.
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
