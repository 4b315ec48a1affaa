import type { CockpitQuery } from "../cockpit-query";
import type { ReleasesResult } from "../releases/releases-result";
import { planWindow, resolveWindow, type SummaryRetention } from "../window";
import { currentRelease } from "./release-pair";

/** The query itself, or while comparing without a release of its own, the same query for the current release. */
export function withCurrentRelease(
  query: CockpitQuery,
  releases: ReleasesResult | null,
  retention: SummaryRetention,
  now: number,
): CockpitQuery {
  if (query.compare === null || releases === null) return query;
  const { window } = planWindow(resolveWindow(query, now), retention, now);
  return { ...query, release: currentRelease(query, releases.timeline, window) };
}
