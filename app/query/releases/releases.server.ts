import { selectReleaseHours, selectReleases } from "../../storage/releases.server";
import type { Statements } from "../../storage/statements.server";
import { selectHourVersions } from "../../storage/summary-periods.server";
import { type ReleaseHour, timelineOf } from "../../vitals/release-timeline";
import { HOUR } from "../../vitals/time";
import { type ReleaseMemory, recallTraffic } from "./release-memory";
import type { ReleaseHistory } from "./releases-result";

/** Hours that each answer reads: the fold adds to the newest ones. */
const RECENT_HOURS = 26;

/**
 * All releases, and the timeline of the last `retention` ms.
 * @param memory what an earlier call read of past hours; the result is the same without it
 */
export async function queryReleases(
  on: Statements,
  retention: number,
  now: number,
  memory?: ReleaseMemory,
): Promise<ReleaseHistory> {
  const releases = await selectReleases(on);
  const from = Math.floor((now - retention) / HOUR);
  const hours = await readHours(on, from, Math.floor(now / HOUR) - RECENT_HOURS, memory);
  return { releases, timeline: timelineOf(hours, releases), hours };
}

async function readHours(
  on: Statements,
  from: number,
  recent: number,
  memory: ReleaseMemory | undefined,
): Promise<readonly ReleaseHour[]> {
  if (memory === undefined || recent <= from) return selectReleaseHours(on, from);
  // Versions are read first: traffic that is added in between is then read next time, never missed.
  const written = await selectHourVersions(on, from, recent);
  const closed = recallTraffic(memory, { from, to: recent, written });
  if (closed !== null) return [...closed, ...(await selectReleaseHours(on, recent))];
  const hours = await selectReleaseHours(on, from);
  memory.closed = { from, to: recent, written, hours: hours.filter(({ hour }) => hour < recent) };
  return hours;
}
