import type { RangeName } from "../../vitals/time";
import type { QueryDevice } from "../cockpit-query";
import type { MetricSketches } from "../view/view-result";

export const RECENT_RANGES = ["1h", "24h"] as const satisfies readonly RangeName[];
export type RecentRange = (typeof RECENT_RANGES)[number];

/** `all` excludes bots, as on the pages. */
export const RECENT_DEVICES = [
  "all",
  "mobile",
  "tablet",
  "desktop",
] as const satisfies readonly QueryDevice[];
export type RecentDevice = (typeof RECENT_DEVICES)[number];

/** `all`: every build of the site. */
export type ReleaseRole = "all" | "current" | "previous";

/** One sketch per metric of a range, device and release; `release` is `null` for the role `all`. */
export type RecentSketches = {
  range: RecentRange;
  device: RecentDevice;
  role: ReleaseRole;
  release: string | null;
  metrics: MetricSketches;
};
