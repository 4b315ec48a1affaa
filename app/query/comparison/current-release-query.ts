import type { CockpitQuery } from "../cockpit-query";
import { currentRelease } from "./release-pair";
import type { ReleasesResult } from "../releases/releases-result";
import { planWindow, type Reach, resolveWindow } from "../window";

/** The query whose figures are shown: while comparing without a release of its own it is the current one's. */
export function comparedQuery(
  query: CockpitQuery,
  releases: ReleasesResult | null,
  reach: Reach,
  now: number,
): CockpitQuery {
  if (query.compare === null || releases === null) return query;
  const { window } = planWindow(resolveWindow(query, now), reach, now);
  return { ...query, release: currentRelease(query, releases.timeline, window) };
}
