import { type Measurement, replaces } from "../vitals/measurement";

/**
 * Merges reports to one measurement per id, as if they were stored one after the other: route, build and time of the
 * first report, value and attribution of the newest. A report of another metric under the same id is ignored. (Senders
 * number all of their reports or none; if one mixes both, the batch decides before the store does.)
 */
export const mergeReports = (reports: readonly Measurement[]): Measurement[] => [
  ...mergeBeacons([reports]).values(),
];

/** The measurements of `mergeReports` by their ids, from the reports of several beacons. */
export function mergeBeacons(beacons: Iterable<readonly Measurement[]>): Map<string, Measurement> {
  const byId = new Map<string, Measurement>();
  for (const reports of beacons) {
    for (const report of reports) {
      const earlier = byId.get(report.id);
      if (earlier === undefined) byId.set(report.id, report);
      else if (earlier.metric === report.metric && replaces(earlier, report)) {
        byId.set(report.id, replaced(earlier, report));
      }
    }
  }
  return byId;
}

function replaced({ onlyIfStored, ...first }: Measurement, later: Measurement): Measurement {
  const { value, attribution, library } = later;
  // One report that counts on its own makes the measurement count.
  const isOnlyIfStored = onlyIfStored && later.onlyIfStored;
  return {
    ...first,
    value,
    attribution,
    library,
    sequence: later.sequence ?? first.sequence,
    ...(isOnlyIfStored && { onlyIfStored }),
  };
}
