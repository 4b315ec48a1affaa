import { type CockpitQuery, DEFAULT_QUERY } from "../../query/cockpit-query";
import type { ReleasesResult } from "../../query/releases/releases-result";
import { MINUTE } from "../../vitals/time";
import { formatAge, formatInstant, isoInstant } from "../format/format";
import { PATHS, type PageName, pageHref, releasesHref } from "../format/links";
import type { Panel } from "../panel";
import { PROFILING_PATH } from "../profiling-page/links";

/** An instant as it is read (`3 h ago`) and exactly. */
export type InstantModel = { text: string; exact: string; iso: string };

export type PageHeaderModel = {
  /** The page's own title. */
  title: string;
  /** The release in view: the one that is filtered by, else the current one; `null` where none is known. */
  release: { name: string; label: string } | null;
  firstSeen: InstantModel | null;
  newest: InstantModel | null;
  /** A sentence where the newest measurement is old; `null` otherwise. */
  stale: string | null;
  pages: Array<{ text: string; href: string; current: boolean }>;
};

/** Without a measurement for this long (ms) figures are stale: something stopped, or nobody comes. */
const STALE_AFTER = 60 * MINUTE;

const TITLES: Readonly<Record<PageName, string>> = {
  cockpit: "Performance",
  route: "Route",
  releases: "Releases",
};

type PageLink = PageHeaderModel["pages"][number];

/** The page of sessions and tokens, in the header of every page. */
export const ACCESS = { text: "Access", href: "/admin/access" };

/** The page of profiles, in the header where profiling is on. */
export const PROFILING = { text: "Profiling", href: PROFILING_PATH };

/** The header of a page without figures. @param current its path */
export const plainHeader = (title: string, current: string): PageHeaderModel => ({
  title,
  release: null,
  firstSeen: null,
  newest: null,
  stale: null,
  pages: pagesOf(DEFAULT_QUERY, current),
});

const pagesOf = (query: CockpitQuery, current: string): PageLink[] =>
  [
    { text: "Performance", path: PATHS.cockpit, href: pageHref("cockpit", query, { route: null }) },
    { text: "Releases", path: PATHS.releases, href: releasesHref(query, { route: null }) },
    { ...ACCESS, path: ACCESS.href },
    { ...PROFILING, path: PROFILING.href },
  ].map(({ text, path, href }) => ({ text, href, current: path === current }));

/** How long ago an instant was. @param tz of the exact one */
export const ago = (time: number, tz: string, now: number): InstantModel => ({
  text: `${formatAge(Math.max(0, now - time))} ago`,
  exact: formatInstant(time, tz, now),
  iso: isoInstant(time),
});

/**
 * The header of every page: which release is seen, since when, and how fresh the figures are.
 * @param inView the release in view, chosen or not; `null` means all
 */
export function pageHeader(
  query: CockpitQuery,
  releases: Panel<ReleasesResult>,
  page: PageName,
  now: number,
  inView: string | null = query.release,
): PageHeaderModel {
  const base = {
    title: TITLES[page],
    pages: pagesOf(query, PATHS[page]),
  };
  if (!releases.ok) return { ...base, release: null, firstSeen: null, newest: null, stale: null };
  const { releases: all, timeline } = releases.value;
  const name = inView ?? timeline.current;
  const release = all.find(({ buildVersion }) => buildVersion === name);
  // A stray beacon doesn't make the figures fresh.
  const established = all.filter(({ buildVersion }) => timeline.established.has(buildVersion));
  const lastSeen = (established.length === 0 ? all : established).flatMap(
    ({ lastSeenAt }) => lastSeenAt ?? [],
  );
  const newest = lastSeen.length === 0 ? null : Math.max(...lastSeen);
  const firstSeenAt = release?.firstSeenAt ?? null;
  return {
    ...base,
    release:
      name === null
        ? null
        : {
            name,
            label: query.release === null && name === timeline.current ? "current release" : "release",
          },
    firstSeen: firstSeenAt === null ? null : ago(firstSeenAt, query.tz, now),
    newest: newest === null ? null : ago(newest, query.tz, now),
    stale:
      newest === null || now - newest <= STALE_AFTER
        ? null
        : `Nothing was measured for ${formatAge(now - newest)}. Either nobody visits, or beacons no longer arrive.`,
  };
}
