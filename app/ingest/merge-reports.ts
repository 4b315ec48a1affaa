import { type Measurement, replaces } from "../vitals/measurement";

/**
 * Merges reports to one measurement per id, as if they were stored one after the other: route, build and time of the
 * first report, value and attribution of the newest. A report of another metric under the same id is ignored. (Senders
 * number all of their reports or none; if one mixes both, the batch decides before the store does.)
 */
export function mergeReports(reports: readonly Measurement[]): Measurement[] {
  const byId = new Map<string, Measurement>();
  for (const report of reports) {
    const earlier = byId.get(report.id);
    if (earlier === undefined) {
      byId.set(report.id, report);
    } else if (earlier.metric === report.metric && replaces(earlier, report)) {
      const { value, attribution, library } = report;
      const sequence = report.sequence ?? earlier.sequence;
      // One report that counts on its own makes the measurement count.
      const { onlyIfStored, ...first } = earlier;
      const isOnlyIfStored = onlyIfStored && report.onlyIfStored;
      byId.set(report.id, {
        ...first,
        value,
        attribution,
        library,
        sequence,
        ...(isOnlyIfStored && { onlyIfStored }),
      });
    }
  }
  return [...byId.values()];
}
