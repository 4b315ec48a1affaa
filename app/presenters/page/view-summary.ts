import { COMPARE_PREVIOUS, type CockpitQuery, type IgnoredParam } from "../../query/cockpit-query";
import { NAVIGATION_CLASSES, type NavigationClass } from "../../vitals/navigation";
import { HOUR, type TimeWindow } from "../../vitals/time";
import { formatCount, formatInstant, formatWindow, isoInstant } from "../format/format";
import { DEVICE_PHRASES, NAVIGATION_COUNTS, NAVIGATION_PHRASES } from "../format/labels";
import { type PageName, pageHref } from "../format/links";

/** What the figures are of, said in words above them. */
export type ViewWords = {
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

/** The filter in words, and what it leaves out; `release` is the one in view, chosen or not. */
export function viewWords(
  query: CockpitQuery,
  view: {
    window: TimeWindow;
    pageViews: number;
    pageViewsByNavigation: Record<NavigationClass, number>;
  },
  page: PageName,
  now: number,
  release: string | null = query.release,
): ViewWords {
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
    pageViews: plural(view.pageViews, ["page view", "page views"]),
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

/** Times that were cut off because they have not come yet. */
export function futureWords({ from, to, tz }: CockpitQuery, now: number): string[] {
  const sentence = (name: string): string =>
    `${name} lies in the future; ${formatInstant(now, tz)} was used.`;
  return [
    ...(from !== null && from > now ? [sentence("from")] : []),
    // A permalink ends with its last whole hour, which need not be over.
    ...(to !== null && to > now + HOUR ? [sentence("to")] : []),
  ];
}

/** What of a URL could not be used, a sentence for each parameter. */
export const ignoredWords = (ignored: readonly IgnoredParam[]): string[] =>
  ignored.map(
    ({ param, value, used }) =>
      `${param} can't be “${value}”; ${used === "" ? "it was left out" : `${used} was used`}.`,
  );

/** A page of a table that there is not. */
export const pageWords = (wanted: CockpitQuery["page"], shown: CockpitQuery["page"]): string[] =>
  wanted === shown ? [] : [`page can't be “${wanted}”; ${shown} was used.`];
