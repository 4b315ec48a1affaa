import type { ReleasesResult } from "../query/releases-result";
import { HOUR } from "../vitals/time";

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** Releases and their timeline, for programs. */
export function releasesJson({ releases, timeline }: ReleasesResult) {
  return {
    current: timeline.current,
    previous: timeline.previous,
    timeline: timeline.entries.map(({ buildVersion, fromHour }) => ({
      buildVersion,
      from: iso(fromHour * HOUR),
    })),
    releases: releases.map((release) => ({
      buildVersion: release.buildVersion,
      firstSeen: iso(release.firstSeenAt),
      lastSeen: iso(release.lastSeenAt),
      announced: iso(release.announcedAt),
      link: release.link,
      established: timeline.established.has(release.buildVersion),
      libraries: release.libraries,
    })),
  };
}
