import { OTHER, UNKNOWN_BUILD } from "./measurement";
import type { Release } from "./release";

/** Page views of people in one hour (hours since the epoch) that one build served. */
export type ReleaseHour = { hour: number; buildVersion: string; pageViews: number };

/** From `fromHour` (hours since the epoch) on, this established build had most of the traffic. */
export type TimelineEntry = { buildVersion: string; fromHour: number };

export type ReleaseTimeline = {
  established: ReadonlySet<string>;
  /** Oldest first; neighbours differ. After a rollback a build appears again. */
  entries: readonly TimelineEntry[];
  /** The build of the newest entry; `null` when no build is established. */
  current: string | null;
  /** The build that the current one replaced; after a rollback, the one rolled back. */
  previous: string | null;
};

/** Least page views in all, least share of the page views of one hour, and least hours with page views. */
const ESTABLISHED = { pageViews: 30, shareOfHour: 0.01, hours: 2 } as const;

/**
 * The timeline of all builds that are known, by their page views.
 * @param past hours before all of `hours`
 */
export function timelineOf(
  hours: readonly ReleaseHour[],
  releases: readonly Release[],
  past?: PastHours,
): ReleaseTimeline {
  const announced = releases.filter(({ announcedAt }) => announcedAt !== null);
  return releaseTimeline(
    hours,
    new Set(announced.map(({ buildVersion }) => buildVersion)),
    new Map(releases.map(({ buildVersion, vouchedAt }) => [buildVersion, vouchedAt])),
    past,
  );
}

/**
 * The established build with most of the traffic in each hour (hours with under 30 page views are combined).
 *
 * A build is established by an announcement, or with 30 page views in all, 1 % of the page views of one hour, several
 * senders, and page views in two hours, so that what one sender forges makes no release. Imported builds need neither
 * senders nor hours, and while no build is established, none needs hours: a new installation has nothing to displace.
 * `unknown` and `(other)` never are. When two builds tie, the current one stays.
 * @param vouchedAt by build: as `Release` has it; absent ones need neither senders nor hours
 * @param past hours before all of `hours`; the timeline is the same as with them in `hours`
 */
export function releaseTimeline(
  hours: readonly ReleaseHour[],
  announced: ReadonlySet<string>,
  vouchedAt: ReadonlyMap<string, number | null> = new Map(),
  past: PastHours = new PastHours([]),
): ReleaseTimeline {
  const { total, hoursOf, prominent, byHour } = digestOf(hours, past.digest);
  const vouched = [...prominent].filter(
    (build) =>
      (total.get(build) ?? 0) >= ESTABLISHED.pageViews && vouchedAt.get(build) !== null && isNamed(build),
  );
  const lasting = vouched.filter(
    (build) => !vouchedAt.get(build) || (hoursOf.get(build) ?? 0) >= ESTABLISHED.hours,
  );
  const established = new Set([...announced, ...lasting].filter(isNamed));
  if (established.size === 0) for (const build of vouched) established.add(build);

  const { entries } = walk(past.walked(established), byHour, established);
  return {
    established,
    entries,
    current: entries.at(-1)?.buildVersion ?? null,
    previous: entries.at(-2)?.buildVersion ?? null,
  };
}

const isNamed = (build: string): boolean => build !== UNKNOWN_BUILD && build !== OTHER;

/** What establishes builds, and the hours in order. */
type Digest = {
  /** Page views of each build, and hours in which it has any. */
  total: Map<string, number>;
  hoursOf: Map<string, number>;
  /** Builds with a fair share of an hour. */
  prominent: Set<string>;
  byHour: ReadonlyArray<readonly [hour: number, builds: readonly ReleaseHour[]]>;
};

const EMPTY: Digest = { total: new Map(), hoursOf: new Map(), prominent: new Set(), byHour: [] };

/** A digest of `hours` and of those before them; its own `byHour` are those of `hours`. */
function digestOf(hours: readonly ReleaseHour[], before: Digest): Digest {
  const byHour = new Map<number, ReleaseHour[]>();
  const total = new Map(before.total);
  const hoursOf = new Map(before.hoursOf);
  const prominent = new Set(before.prominent);
  for (const entry of hours) {
    const inHour = byHour.get(entry.hour);
    if (inHour === undefined) byHour.set(entry.hour, [entry]);
    else inHour.push(entry);
    total.set(entry.buildVersion, (total.get(entry.buildVersion) ?? 0) + entry.pageViews);
    hoursOf.set(entry.buildVersion, (hoursOf.get(entry.buildVersion) ?? 0) + 1);
  }
  for (const entries of byHour.values()) {
    let pageViews = 0;
    for (const entry of entries) pageViews += entry.pageViews;
    for (const entry of entries) {
      if (entry.pageViews >= ESTABLISHED.shareOfHour * pageViews) prominent.add(entry.buildVersion);
    }
  }
  return { total, hoursOf, prominent, byHour: [...byHour].sort(([a], [b]) => a - b) };
}

/** Hours that no longer change, for many timelines: what they contribute is computed once. */
export class PastHours {
  readonly digest: Digest;
  #walked: { established: string; walk: Walk } | null = null;

  constructor(hours: readonly ReleaseHour[]) {
    this.digest = digestOf(hours, EMPTY);
  }

  /** The walk through these hours; it depends on which builds are established in the end. */
  walked(established: ReadonlySet<string>): Walk {
    const key = JSON.stringify([...established].sort());
    if (this.#walked?.established !== key) {
      this.#walked = { established: key, walk: walk(START, this.digest.byHour, established) };
    }
    return this.#walked.walk;
  }
}

/** How far the timeline is: its entries, and the page views since the last hour with enough of them. */
type Walk = {
  entries: readonly TimelineEntry[];
  incumbent: string | null;
  since: number | null;
  total: number;
  views: ReadonlyMap<string, number>;
};

const START: Walk = { entries: [], incumbent: null, since: null, total: 0, views: new Map() };

/**
 * Continues a timeline through later hours. Combines hours until they have enough page views to replace a build: otherwise
 * a few old tabs at night would make their build the current one.
 */
function walk(before: Walk, byHour: Digest["byHour"], established: ReadonlySet<string>): Walk {
  const entries = [...before.entries];
  const views = new Map(before.views);
  let { incumbent, since, total } = before;
  for (const [hour, builds] of byHour) {
    for (const { buildVersion, pageViews } of builds) {
      if (!established.has(buildVersion)) continue;
      since ??= hour;
      total += pageViews;
      views.set(buildVersion, (views.get(buildVersion) ?? 0) + pageViews);
    }
    if (since === null || (incumbent !== null && total < ESTABLISHED.pageViews)) continue;
    const leader = leaderOf(views, incumbent);
    if (leader !== incumbent) entries.push({ buildVersion: leader, fromHour: since });
    incumbent = leader;
    views.clear();
    since = null;
    total = 0;
  }
  return { entries, incumbent, since, total, views };
}

/** The first build with the most page views; the incumbent where it has as many. */
function leaderOf(views: ReadonlyMap<string, number>, incumbent: string | null): string {
  let leader = incumbent ?? "";
  let most = (incumbent === null ? undefined : views.get(incumbent)) ?? Number.NEGATIVE_INFINITY;
  for (const [buildVersion, pageViews] of views) {
    if (pageViews <= most) continue;
    leader = buildVersion;
    most = pageViews;
  }
  return leader;
}
