import type { Release } from "../vitals/release";
import type { ReleaseTimeline } from "../vitals/release-timeline";

/** All known builds, and which of them had most of the traffic when. */
export type ReleasesResult = { releases: Release[]; timeline: ReleaseTimeline };
