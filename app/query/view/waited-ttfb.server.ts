import { mergeEachPacked } from "../../stats/sketch/packed-sketch";
import { scaleOf } from "../../stats/sketch/scale";
import { createSketch, type Sketch } from "../../stats/sketch/sketch";
import type { SummaryFilter } from "../../storage/summary-filter";
import type { SummaryGroup } from "../../storage/summary-periods.server";
import type { SummaryReader } from "../summaries/summary-reader.server";
import type { WindowPart } from "../window";

/** Reads the TTFB of a view again under another filter. */
export type ReadGroups = (filter: SummaryFilter) => Promise<readonly SummaryGroup[]>;

export const readGroups =
  (read: SummaryReader, parts: readonly WindowPart[], scope: "totals" | "routes"): ReadGroups =>
  async (filter) => {
    const groups: SummaryGroup[] = [];
    for (const part of parts) {
      for (const unit of await read({ ...part, scope }, filter)) {
        groups.push(...unit.groups.filter(({ metric }) => metric === "TTFB"));
      }
    }
    return groups;
  };

/**
 * TTFB of the loads that waited for the server, by key: without prefetched, prerendered, restored and soft navigations,
 * which have it before the visitor waits, or ask no server.
 * @param groups of TTFB, under the view's own filter
 * @param keyOf the key of one sketch of a group
 * @returns `null` where the view's TTFB has nothing else
 */
export async function queryWaitedTtfb<Key>(
  groups: readonly SummaryGroup[],
  filter: SummaryFilter,
  readAgain: ReadGroups,
  keyOf: (group: SummaryGroup, index: number) => Key,
): Promise<Map<Key, Sketch> | null> {
  const sketches = new Map<Key, Sketch>();
  const isLoad = filter.navigation === "load";
  if (isLoad && !groups.some(({ prefetched }) => prefetched.includes(true))) return null;
  if (!isLoad && filter.navigation !== null) return sketches;
  const loads = isLoad ? groups : await readAgain({ ...filter, navigation: "load" });
  const leftOut = createSketch(scaleOf("TTFB"));
  for (const group of loads) {
    mergeEachPacked(group.sketches, (i) => {
      if (group.prefetched[i] === true) return leftOut;
      const key = keyOf(group, i);
      const sketch = sketches.get(key) ?? createSketch(scaleOf("TTFB"));
      sketches.set(key, sketch);
      return sketch;
    });
  }
  return sketches;
}
