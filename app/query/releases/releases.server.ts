import { selectReleaseHours, selectReleases } from "../../storage/releases.server";
import type { Statements } from "../../storage/statements.server";
import { timelineOf } from "../../vitals/release-timeline";
import { HOUR } from "../../vitals/time";
import type { ReleaseHistory } from "./releases-result";

/** All releases, and the timeline of the last `retention` ms. */
export async function queryReleases(on: Statements, retention: number, now: number): Promise<ReleaseHistory> {
  const releases = await selectReleases(on);
  const hours = await selectReleaseHours(on, Math.floor((now - retention) / HOUR));
  return { releases, timeline: timelineOf(hours, releases), hours };
}
