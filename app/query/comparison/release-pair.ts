import type { Release } from "../../vitals/release";
import type { ReleaseTimeline, TimelineEntry } from "../../vitals/release-timeline";
import { DAY, HOUR, type TimeWindow } from "../../vitals/time";
import type { CockpitQuery } from "../cockpit-query";
import type { ReleaseHistory } from "../releases/releases-result";
import type { UnavailableComparison } from "./comparison-result";
import { liveStretch } from "./live-stretch";

/** A release that never led is live while it was seen within this time. */
const SEEN_LATELY = DAY;

/** The two releases that a query compares. */
export type ReleasePair = {
  status: "compared";
  current: Release;
  baseline: Release;
  /** The first hour of the newest stretch around which the current one led; `null` where it never did. */
  since: number | null;
  /** When the current release appeared for that stretch (ms). */
  deployedAt: number;
  /** When it stopped being a fair part of the traffic (ms); `null`: not yet, or it never led. */
  replacedAt: number | null;
  /** Whether no other release has replaced it. */
  isCurrent: boolean;
};

/**
 * Which release is current for a view while comparing: the one that the query names, else the one that had most of the
 * traffic when the view ends; `null` where none is established.
 */
export function currentRelease(
  { release }: Pick<CockpitQuery, "release">,
  timeline: ReleaseTimeline,
  window: TimeWindow,
): string | null {
  return release ?? entryAt(timeline, window.to)?.buildVersion ?? null;
}

const entryAt = ({ entries }: ReleaseTimeline, time: number): TimelineEntry | undefined =>
  entries.findLast(({ fromHour }) => fromHour * HOUR < time);

/**
 * Finds the releases to compare. The previous one is that which the current one replaced on the timeline: after a
 * rollback the one that was given up, and for a release that never led (a canary) the one that leads.
 */
export function releasePair(
  query: Pick<CockpitQuery, "release" | "compare">,
  { releases, timeline, hours }: ReleaseHistory,
  window: TimeWindow,
  now: number,
): ReleasePair | UnavailableComparison {
  const none = (
    reason: UnavailableComparison["reason"],
    current: string | null = null,
    baseline: string | null = null,
  ): UnavailableComparison => ({ status: "unavailable", current, baseline, reason });
  const find = (name: string): Release | undefined =>
    releases.find(({ buildVersion }) => buildVersion === name);

  const name = currentRelease(query, timeline, window);
  if (name === null) return none("no-release");
  const current = find(name);
  if (current === undefined) return none("unknown-release", name);
  const stretch = timeline.entries.findLastIndex(
    ({ buildVersion, fromHour }) => buildVersion === name && fromHour * HOUR < window.to,
  );
  const baselineName = baselineOf(query, timeline, name, stretch, window);
  if (baselineName === null) return none("no-previous", name);
  if (baselineName === name) return none("same-release", name, name);
  const baseline = find(baselineName);
  if (baseline === undefined) return none("unknown-baseline", name, baselineName);
  if (baseline.firstSeenAt === null) return none("baseline-not-measured", name, baselineName);

  const entry = timeline.entries[stretch];
  const next = stretch === -1 ? undefined : timeline.entries[stretch + 1];
  const live =
    entry === undefined
      ? null
      : liveStretch(
          hours,
          name,
          { from: entry.fromHour, to: next?.fromHour ?? null },
          Math.ceil(window.to / HOUR),
        );
  const since = live?.since ?? null;
  const deployedAt = appearance(current, since);
  // One that never led is live as long as it is seen.
  const isCurrent =
    stretch === -1
      ? current.lastSeenAt !== null && now - current.lastSeenAt < SEEN_LATELY
      : live?.until === null;
  const replacedAt = live === null || live.until === null ? null : live.until * HOUR;
  return { status: "compared", current, baseline, since, deployedAt, replacedAt, isCurrent };
}

function baselineOf(
  { compare }: Pick<CockpitQuery, "compare">,
  timeline: ReleaseTimeline,
  current: string,
  stretch: number,
  window: TimeWindow,
): string | null {
  if (compare?.with === "build") return compare.buildVersion;
  if (stretch > 0) return timeline.entries[stretch - 1]?.buildVersion ?? null;
  // The first of all replaced nothing.
  if (stretch === 0) return null;
  return (
    timeline.entries.findLast(
      ({ buildVersion, fromHour }) => buildVersion !== current && fromHour * HOUR < window.to,
    )?.buildVersion ?? null
  );
}

/** A stretch begins within its first hour: exactly when it was announced, or first seen, in it. */
function appearance({ announcedAt, firstSeenAt }: Release, since: number | null): number {
  if (since === null) return announcedAt ?? firstSeenAt ?? 0;
  const [start, end] = [since * HOUR, (since + 1) * HOUR];
  const exact = [announcedAt, firstSeenAt].find((time) => time !== null && time >= start && time < end);
  return exact ?? start;
}

/** How much of two releases' measurements come from the same major versions of measuring libraries, 0 to 1. */
function libraryOverlap(a: Release, b: Release): number {
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((x, y) => x + y, 0);
  const [allA, allB] = [sum(a.libraries), sum(b.libraries)];
  if (allA === 0 || allB === 0) return 1;
  return Object.entries(a.libraries).reduce(
    (overlap, [library, n]) => overlap + Math.min(n / allA, (b.libraries[library] ?? 0) / allB),
    0,
  );
}

/** Another major version may measure otherwise; a few stragglers with it change nothing. */
const LEAST_OVERLAP = 0.8;

/** Whether two releases were measured by different libraries, so that a change may be one of measuring. */
export const isMeasuredOtherwise = (a: Release, b: Release): boolean => libraryOverlap(a, b) < LEAST_OVERLAP;
