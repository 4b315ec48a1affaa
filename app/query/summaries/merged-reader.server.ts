import type { Statements } from "../../storage/statements.server";
import type { SummaryFilter } from "../../storage/summary-filter";
import { type SummaryGroup, selectVersions } from "../../storage/summary-periods.server";
import { type SummarySet, tableName } from "../../storage/summary-sets";
import { createByteCache } from "./byte-cache";
import { filterKey } from "./filter-key";
import { mergeGroups, sizeOfGroups } from "./merge-groups";
import type { SummaryReader } from "./summary-reader.server";

/**
 * Reads blocks of periods (at least one) of one set of summaries, and merges each: one sketch per metric, route, device and
 * `prefetched`.
 * @returns the groups of each block
 */
export type MergedReader = (
  set: SummarySet,
  blocks: ReadonlyArray<readonly number[]>,
  filter: SummaryFilter,
) => Promise<SummaryGroup[][]>;

type Cached = { versions: string; groups: SummaryGroup[] };

/**
 * A reader that caches merged groups until one of their periods is written again. Comparisons read the same completed days
 * of the baseline each time.
 * @param maxBytes size of the least-recently-used cache
 */
export function createMergedReader(on: Statements, read: SummaryReader, maxBytes: number): MergedReader {
  const cache = createByteCache<string, Cached>(
    maxBytes,
    ({ versions, groups }, key) => sizeOfGroups(groups) + key.length + versions.length,
  );
  return async (set, blocks, filter) => {
    // Versions are read first: a write in between is then merged next time, never missed.
    const known = await selectVersions(on, { ...set, ...spanOf(blocks.flat()) });
    const results: SummaryGroup[][] = [];
    for (const periods of blocks) {
      const wanted = new Set(periods);
      const versions = [...wanted]
        .filter((period) => known.has(period))
        .sort((a, b) => a - b)
        .map((period) => `${period}:${known.get(period)}`)
        .join(" ");
      const key = `${tableName(set)} ${periods.join(" ")} ${filterKey(filter)}`;
      const cached = cache.get(key);
      if (cached?.versions === versions) {
        results.push(cached.groups);
        continue;
      }
      const summaries = await read({ ...set, ...spanOf(periods) }, filter);
      const groups = mergeGroups(
        summaries.filter(({ period }) => wanted.has(period)).flatMap((one) => one.groups),
        true,
      );
      cache.set(key, { versions, groups });
      results.push(groups);
    }
    return results;
  };
}

const spanOf = (periods: readonly number[]) => ({ from: Math.min(...periods), to: Math.max(...periods) + 1 });
