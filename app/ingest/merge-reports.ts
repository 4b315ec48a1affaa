import { type Measurement, replaces } from "../vitals/measurement";

/**
 * One measurement per id, as if the reports had been stored one after the other: the place and time of the
 * first, value and attribution of the one that wins. A report of an id for another metric changes nothing. (Senders
 * number all of their reports or none; where one mixes both, the batch decides before the store does.)
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
      // One of them that is a measurement of its own makes it one.
      const { onlyIfStored, ...first } = earlier;
      const isOnlyIfStored = onlyIfStored && report.onlyIfStored;
      byId.set(report.id, {
        ...{ ...first, value, attribution, library, sequence },
        ...(isOnlyIfStored && { onlyIfStored }),
      });
    }
  }
  return [...byId.values()];
}
