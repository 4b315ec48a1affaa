import { DAY, HOUR } from "../../vitals/time";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../cockpit-query";
import type { ReleaseHistory } from "../releases/releases-result";
import { looksAt, type PastLook } from "./looks";
import { releasePair } from "./release-pair";

/** The last declared look at a release, and the hour (ms) since which it was live. */
export type DeclaredLook = { release: string; since: number; look: PastLook };

/** Older looks are of no interest to anybody. */
const LONGEST_AGO = 7 * DAY;

/** Most releases whose looks are due in a week, newest first. */
const MOST_RELEASES = 50;

/**
 * The last declared look at each release that led in the last week. A replacement counts an hour after it, when the hour
 * in which the other release took over is complete.
 */
export function lastLooks(history: ReleaseHistory, now: number): DeclaredLook[] {
  const { entries } = history.timeline;
  const recent = entries.filter(
    (_, i) => (entries[i + 1]?.fromHour ?? now / HOUR) * HOUR >= now - LONGEST_AGO,
  );
  const names = [...new Set(recent.map(({ buildVersion }) => buildVersion))].slice(-MOST_RELEASES);
  return names.flatMap((release): DeclaredLook[] => {
    const pair = releasePair({ release, compare: COMPARE_PREVIOUS }, history, { from: 0, to: now }, now);
    if (pair.status === "unavailable" || pair.since === null) return [];
    const { last } = looksAt(pair, now);
    if (last === null || last.at < now - LONGEST_AGO) return [];
    if (last.kind === "replacement" && last.at > now - HOUR) return [];
    return [{ release, since: pair.since * HOUR, look: last }];
  });
}

/** The comparison that a declared look judges: the whole site and all routes, from the release's first hour until now. */
export const queryOfLook = ({ release, since }: DeclaredLook, now: number): CockpitQuery => ({
  ...DEFAULT_QUERY,
  from: since,
  to: Math.ceil(now / HOUR) * HOUR,
  release,
  compare: COMPARE_PREVIOUS,
});
