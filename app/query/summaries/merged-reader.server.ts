import type { Statements } from "../../storage/statements.server";
import type { SummaryFilter } from "../../storage/summary-filter";
import { type SummaryGroup, selectVersions } from "../../storage/summary-periods.server";
import { type SummarySet, tableName } from "../../storage/summary-sets";
import { createByteCache } from "./byte-cache";
import { mergeGroups, sizeOfGroups } from "./merge-groups";
import type { SummaryReader } from "./summary-reader.server";

/** Reads several periods of one set of summaries and merges them: one sketch per metric, route, device and `prefetched`. */
export type MergedReader = (
  set: SummarySet,
  periods: readonly number[],
  filter: SummaryFilter,
) => Promise<SummaryGroup[]>;

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
  return async (set, periods, filter) => {
    const window = { ...set, from: Math.min(...periods), to: Math.max(...periods) + 1 };
    const wanted = new Set(periods);
    // Versions are read first: a write in between is then merged next time, never missed.
    const versions = [...(await selectVersions(on, window))]
      .filter(([period]) => wanted.has(period))
      .map(([period, version]) => `${period}:${version}`)
      .sort()
      .join(" ");
    const key = `${tableName(set)} ${periods.join(" ")} ${JSON.stringify(filter)}`;
    const cached = cache.get(key);
    if (cached?.versions === versions) return cached.groups;
    const summaries = (await read(window, filter)).filter(({ period }) => wanted.has(period));
    const groups = mergeGroups(
      summaries.flatMap((one) => one.groups),
      true,
    );
    cache.set(key, { versions, groups });
    return groups;
  };
}
