import type { Release } from "../../vitals/release";
import type { ReleaseHour, ReleaseTimeline } from "../../vitals/release-timeline";

/** All known builds, and which of them had most of the traffic when. */
export type ReleasesResult = { releases: Release[]; timeline: ReleaseTimeline };

/** The same, and how much traffic each of them had in every hour. */
export type ReleaseHistory = ReleasesResult & { hours: readonly ReleaseHour[] };
