import { selectReleaseHours, selectReleases } from "../../storage/releases.server";
import type { Statements } from "../../storage/statements.server";
import { selectHourVersions } from "../../storage/summary-periods.server";
import { type ReleaseHour, timelineOf } from "../../vitals/release-timeline";
import { HOUR } from "../../vitals/time";
import { type ClosedTraffic, type ReleaseMemory, recallTraffic, rememberTraffic } from "./release-memory";
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
  const { closed, open } = await readHours(on, from, Math.floor(now / HOUR) - RECENT_HOURS, memory);
  const timeline = timelineOf(open, releases, closed?.past);
  return { releases, timeline, hours: closed === null ? open : [...closed.hours, ...open] };
}

/** `open`: those after the closed hours, or all of them. */
type Hours = { closed: ClosedTraffic | null; open: readonly ReleaseHour[] };

async function readHours(
  on: Statements,
  from: number,
  recent: number,
  memory: ReleaseMemory | undefined,
): Promise<Hours> {
  if (memory === undefined || recent <= from)
    return { closed: null, open: await selectReleaseHours(on, from) };
  // Versions are read first: traffic that is added in between is then read next time, never missed.
  const read = { from, to: recent, written: await selectHourVersions(on, from, recent) };
  const closed = recallTraffic(memory, read);
  if (closed !== null) return { closed, open: await selectReleaseHours(on, recent) };
  const hours = await selectReleaseHours(on, from);
  const past = hours.filter(({ hour }) => hour < recent);
  return { closed: rememberTraffic(memory, read, past), open: hours.filter(({ hour }) => hour >= recent) };
}
