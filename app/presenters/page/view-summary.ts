import { COMPARE_PREVIOUS, type CockpitQuery, type IgnoredParam } from "../../query/cockpit-query";
import { NAVIGATION_CLASSES, type NavigationClass } from "../../vitals/navigation";
import { HOUR, RANGES, type TimeWindow } from "../../vitals/time";
import { formatCount, formatInstant, formatPageViews, formatWindow, isoInstant } from "../format/format";
import { DEVICE_PHRASES, NAVIGATION_COUNTS, NAVIGATION_PHRASES } from "../format/labels";
import { type PageName, pageHref } from "../format/links";

/** What the figures are of, said in words above them. */
export type ViewSummaryModel = {
  /** Everything but the times and the count: `All devices without bots`, `hard loads`, `release 2.4.1`. */
  filters: string[];
  window: { text: string; from: string; to: string };
  pageViews: string;
  /** Navigations that the filter leaves out, each a link to them. */
  others: Array<{ text: string; href: string }>;
  /** Shows them all together; `null` where nothing is left out. */
  allHref: string | null;
  /** Offers to compare the release that was chosen; `null` where none was, or it is compared already. */
  compare: { text: string; href: string } | null;
};

const plural = (count: number, [one, many]: readonly [string, string]): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** Loads whose document was there before the visitor asked for it are among the hard loads, with a TTFB near 0. */
function prefetchedWords(
  { navigation }: CockpitQuery,
  { prefetchedPageViews }: { prefetchedPageViews: number },
): string {
  const isSeen = prefetchedPageViews > 0 && (navigation === "load" || navigation === "all");
  return isSeen ? `, ${formatCount(prefetchedPageViews)} of them prefetched` : "";
}

/** The filter in words, and what it leaves out; `release` is the one in view, chosen or not. */
export function viewSummary(
  query: CockpitQuery,
  view: {
    window: TimeWindow;
    pageViews: number;
    pageViewsByNavigation: Record<NavigationClass, number>;
    prefetchedPageViews: number;
  },
  page: PageName,
  now: number,
  release: string | null = query.release,
): ViewSummaryModel {
  const others = NAVIGATION_CLASSES.filter(
    (navigation) =>
      query.navigation !== "all" &&
      query.navigation !== navigation &&
      view.pageViewsByNavigation[navigation] > 0,
  );
  return {
    filters: [
      DEVICE_PHRASES[query.device],
      NAVIGATION_PHRASES[query.navigation],
      ...(release === null ? [] : [`release ${release}`]),
      ...(query.route === null || page === "route" ? [] : [`route ${query.route}`]),
    ],
    window: {
      text: formatWindow(view.window, query.tz, now),
      from: isoInstant(view.window.from),
      to: isoInstant(view.window.to),
    },
    pageViews: formatPageViews(view.pageViews) + prefetchedWords(query, view),
    others: others.map((navigation) => ({
      text: plural(view.pageViewsByNavigation[navigation], NAVIGATION_COUNTS[navigation]),
      href: pageHref(page, query, { navigation }),
    })),
    allHref: others.length === 0 ? null : pageHref(page, query, { navigation: "all" }),
    compare:
      query.release === null || query.compare !== null
        ? null
        : {
            text: "Compare with the previous release",
            href: pageHref(page, query, { compare: COMPARE_PREVIOUS }),
          },
  };
}

/** A time that was cut off, in ms: what the query asked for, and what was used. */
export type CutTime = { param: "from" | "to" | "range"; reason: "future" | "deleted"; used: number };

/**
 * The times of a query that were cut off: future times, and times past the retention.
 * @param window the window that is shown; `null` where it could not be read
 */
export function cutTimes(
  { from, to, range }: Pick<CockpitQuery, "from" | "to" | "range">,
  window: TimeWindow | null,
  now: number,
): CutTime[] {
  const cut: CutTime[] = [];
  if (from !== null && from > now) cut.push({ param: "from", reason: "future", used: now });
  // A permalink ends with its last whole hour, which need not be over.
  if (to !== null && to > now + HOUR) cut.push({ param: "to", reason: "future", used: now });
  if (window === null) return cut;
  if (from !== null && from < window.from) cut.push({ param: "from", reason: "deleted", used: window.from });
  if (to !== null && to <= window.from) cut.push({ param: "to", reason: "deleted", used: window.to });
  if (from === null && (to === null || to > window.from) && window.to - window.from < RANGES[range]) {
    cut.push({ param: "range", reason: "deleted", used: window.from });
  }
  return cut;
}

/** `cutTimes` in sentences. */
export const cutTimesNotices = (query: CockpitQuery, window: TimeWindow | null, now: number): string[] =>
  cutTimes(query, window, now).map(({ param, reason, used }) => {
    const time = formatInstant(used, query.tz, now);
    if (reason === "future") return `${param} lies in the future; ${time} was used.`;
    return param === "range"
      ? `The range ${query.range} is longer than the retention; figures begin at ${time}.`
      : `${param} lies before all retained data; ${time} was used.`;
  });

/** What of a URL could not be used, a sentence for each parameter. */
export const ignoredNotices = (ignored: readonly IgnoredParam[]): string[] =>
  ignored.map(
    ({ param, value, used }) =>
      `${param} can't be “${value}”; ${used === "" ? "it was left out" : `${used} was used`}.`,
  );

/** A page of a table that there is not. */
export const pageNotices = (wanted: CockpitQuery["page"], shown: CockpitQuery["page"]): string[] =>
  wanted === shown ? [] : [`page can't be “${wanted}”; ${shown} was used.`];

/** The filters on one line, for an image: `Mobile devices · hard loads · /search · 22 Nov 13:00 – 23 Nov 13:00 UTC`. */
export const filtersText = (
  { device, navigation, release, route, tz }: CockpitQuery,
  window: TimeWindow | null = null,
): string =>
  [
    DEVICE_PHRASES[device],
    NAVIGATION_PHRASES[navigation],
    ...(release === null || window === null ? [] : [`release ${release}`]),
    ...(route === null || window === null ? [] : [route]),
    ...(window === null ? [] : [formatWindow(window, tz)]),
  ].join(" · ");
