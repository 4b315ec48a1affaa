import { OTHER, UNKNOWN_BUILD } from "./measurement";

/** Page views of people in one hour (hours since the epoch) that one build served. */
export type ReleaseHour = { hour: number; buildVersion: string; pageViews: number };

/** A stretch in which one established build had most of the traffic, from its first hour on. */
export type TimelineEntry = { buildVersion: string; fromHour: number };

export type ReleaseTimeline = {
  /** Builds that are more than a stray beacon. */
  established: ReadonlySet<string>;
  /** Oldest first; neighbours differ, and a build that came back appears again. */
  entries: readonly TimelineEntry[];
  /** The newest entry's build; `null` where nothing is established. */
  current: string | null;
  /** The build that the current one replaced: after a rollback, the one that was abandoned. */
  previous: string | null;
};

/** Page views that a build needs in all, and the share of some hour's page views. */
const ESTABLISHED = { pageViews: 30, shareOfHour: 0.01 } as const;

/**
 * Says which established build had most of the traffic in each hour (hours with under 30 page views together).
 *
 * A build is established with 30 page views and 1 % of the page views of some hour, or when it was announced;
 * so one forged beacon makes no release. Beacons that name no build, and those that found no room, never do.
 * Where two builds had equally much in an hour, the one that was there before stays.
 */
export function releaseTimeline(
  hours: readonly ReleaseHour[],
  announced: ReadonlySet<string>,
): ReleaseTimeline {
  const byHour = new Map<number, ReleaseHour[]>();
  const total = new Map<string, number>();
  const prominent = new Set<string>();
  for (const entry of hours) {
    byHour.set(entry.hour, [...(byHour.get(entry.hour) ?? []), entry]);
    total.set(entry.buildVersion, (total.get(entry.buildVersion) ?? 0) + entry.pageViews);
  }
  for (const entries of byHour.values()) {
    const pageViews = entries.reduce((sum, entry) => sum + entry.pageViews, 0);
    for (const entry of entries) {
      if (entry.pageViews >= ESTABLISHED.shareOfHour * pageViews) prominent.add(entry.buildVersion);
    }
  }
  const established = new Set(announced);
  for (const build of prominent) {
    if ((total.get(build) ?? 0) >= ESTABLISHED.pageViews) established.add(build);
  }
  established.delete(UNKNOWN_BUILD);
  established.delete(OTHER);

  const entries = entriesOf(
    [...byHour.entries()]
      .sort(([a], [b]) => a - b)
      .map(([hour, all]) => ({ hour, builds: all.filter((entry) => established.has(entry.buildVersion)) })),
  );
  return {
    established,
    entries,
    current: entries.at(-1)?.buildVersion ?? null,
    previous: entries.at(-2)?.buildVersion ?? null,
  };
}

/**
 * Hours in which few people came say little: a handful of old tabs at night would make their build the current
 * one. So what would replace a build are thin hours taken together until there are enough page views to decide by.
 */
function entriesOf(hours: ReadonlyArray<{ hour: number; builds: readonly ReleaseHour[] }>): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let views = new Map<string, number>();
  let since: number | null = null;
  for (const { hour, builds } of hours) {
    if (builds.length === 0) continue;
    since ??= hour;
    for (const { buildVersion, pageViews } of builds) {
      views.set(buildVersion, (views.get(buildVersion) ?? 0) + pageViews);
    }
    const total = [...views.values()].reduce((sum, n) => sum + n, 0);
    const incumbent = entries.at(-1)?.buildVersion;
    if (incumbent !== undefined && total < ESTABLISHED.pageViews) continue;
    const most = Math.max(...views.values());
    const leaders = [...views].filter(([, n]) => n === most).map(([buildVersion]) => buildVersion);
    const [leader] = leaders;
    if (leader !== undefined && !leaders.some((build) => build === incumbent)) {
      entries.push({ buildVersion: leader, fromHour: since });
    }
    views = new Map();
    since = null;
  }
  return entries;
}
