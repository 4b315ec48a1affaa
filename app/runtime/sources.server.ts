import { largestSources } from "../ingest/sources/largest-sources";
import { type SourceCell, SourceCounts } from "../ingest/sources/source-counts";
import { now } from "../platform/clock.server";
import { metrics } from "../platform/metrics.server";
import { singleton } from "../platform/singleton.server";
import type { LargestSource } from "../vitals/sources";
import { HOUR } from "../vitals/time";

/** What this process knows of the sources of its beacons: nothing of it is stored. */
export const sourceCounts = (): SourceCounts => singleton("source-counts", createSourceCounts);

const PEOPLE = ["mobile", "tablet", "desktop"] as const;

function createSourceCounts(): SourceCounts {
  const { dominatedHours, gauge } = metrics();
  // Prometheus needs a first sample of 0.
  dominatedHours.inc(0);
  const counts: SourceCounts = new SourceCounts({
    onHourEnd: (cells) => dominatedHours.inc(dominatedBuilds(counts, cells)),
  });
  gauge(
    "vitals_largest_source_ratio",
    "Share of the values of one metric that the largest source sent in the current and the last hour, 0 to 1.",
    () => Math.max(0, ...lastHours(counts).map(({ share }) => share)),
  );
  return counts;
}

/** How many builds of an hour one source dominated, as the pages define it. */
function dominatedBuilds(counts: SourceCounts, cells: readonly SourceCell[]): number {
  const builds = new Set(cells.map(({ buildVersion }) => buildVersion));
  const [first] = cells;
  if (first === undefined) return 0;
  const window = { from: first.hour * HOUR, to: (first.hour + 1) * HOUR };
  const isDominated = (buildVersion: string): boolean =>
    largestSources(counts, { ...ofSite(window), buildVersion })?.largest.some(
      ({ isUnusual }) => isUnusual,
    ) === true;
  return [...builds].filter(isDominated).length;
}

const ofSite = (window: { from: number; to: number }) => ({
  windows: [window],
  route: null,
  buildVersion: null,
  devices: PEOPLE,
  navigation: null,
});

function lastHours(counts: SourceCounts): LargestSource[] {
  const time = now();
  return largestSources(counts, ofSite({ from: time - HOUR, to: time }))?.largest ?? [];
}
