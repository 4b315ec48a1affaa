import type { ReleasesResult } from "../../query/releases/releases-result";
import { HOUR } from "../../vitals/time";
import type { ReleaseFigures, ReleasePage } from "../tables/release-table";

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** Releases, what each of them measured, and their timeline, for programs. */
export function releasesJson(
  { timeline }: ReleasesResult,
  { rows, page, pages, total }: ReleasePage,
  figures: ReadonlyMap<string, ReleaseFigures>,
) {
  return {
    current: timeline.current,
    previous: timeline.previous,
    timeline: timeline.entries.map(({ buildVersion, fromHour }) => ({
      buildVersion,
      from: iso(fromHour * HOUR),
    })),
    releases: rows.map((release) => {
      const { n = 0, metrics = null } = figures.get(release.buildVersion) ?? {};
      return {
        buildVersion: release.buildVersion,
        firstSeen: iso(release.firstSeenAt),
        lastSeen: iso(release.lastSeenAt),
        announced: iso(release.announcedAt),
        link: release.link,
        established: release.established,
        n,
        metrics,
        libraries: release.libraries,
      };
    }),
    paging: { page, pages, releases: total },
  };
}
