import type { Measurement } from "../vitals/measurement";
import { METRICS } from "../vitals/metrics";

/** The page views of measurements: the largest number of different ids of one metric. */
export function pageViewsOf(measurements: readonly Measurement[]): number {
  if (measurements.length <= 1) return measurements.length;
  const ids = new Set<string>();
  const counts = new Map(METRICS.map((metric) => [metric, 0]));
  for (const { id, metric } of measurements) {
    if (ids.has(id)) continue;
    ids.add(id);
    counts.set(metric, (counts.get(metric) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}
