import { selectReleaseHours, selectReleases } from "../../storage/releases.server";
import type { Statements } from "../../storage/statements.server";
import { releaseTimeline } from "../../vitals/release-timeline";
import { HOUR } from "../../vitals/time";
import type { ReleaseHistory } from "./releases-result";

/** All releases, and the timeline of the last `retention` ms. */
export async function queryReleases(on: Statements, retention: number, now: number): Promise<ReleaseHistory> {
  const releases = await selectReleases(on);
  const hours = await selectReleaseHours(on, Math.floor((now - retention) / HOUR));
  const announced = releases.filter((release) => release.announcedAt !== null).map((r) => r.buildVersion);
  return { releases, timeline: releaseTimeline(hours, new Set(announced)), hours };
}
