import type { Measurement } from "../vitals/measurement";
import { METRICS } from "../vitals/metrics";

/** The page views of measurements: the largest number of different ids of one metric. */
export function pageViewsOf(measurements: readonly Measurement[]): number {
  if (isOnePageView(measurements)) return measurements.length === 0 ? 0 : 1;
  const ids = new Set<string>();
  const counts = new Map(METRICS.map((metric) => [metric, 0]));
  for (const { id, metric } of measurements) {
    if (ids.has(id)) continue;
    ids.add(id);
    counts.set(metric, (counts.get(metric) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

/** Whether no metric occurs twice, as in nearly all beacons. */
function isOnePageView(measurements: readonly Measurement[]): boolean {
  let seen = 0;
  for (const { metric } of measurements) {
    const bit = 1 << METRICS.indexOf(metric);
    if ((seen & bit) !== 0) return false;
    seen |= bit;
  }
  return true;
}
