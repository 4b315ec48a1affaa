import type { Release } from "../../vitals/release";
import type { ReleaseHour, ReleaseTimeline } from "../../vitals/release-timeline";

/** All builds, and the timeline of the build with most of the traffic. */
export type ReleasesResult = { releases: Release[]; timeline: ReleaseTimeline };

/** `hours` has the traffic of each build in every hour. */
export type ReleaseHistory = ReleasesResult & { hours: readonly ReleaseHour[] };
