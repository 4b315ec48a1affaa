import type { QueryNavigation } from "../../query/cockpit-query";
import type { Comparison, SideTraffic, Traffic } from "../../query/comparison/comparison-result";
import { type Share, sharesDiffer } from "../../stats/comparison/share-difference";
import { MIN_SAMPLES_FOR_VERDICT } from "../../vitals/comparison";
import { byMetric, METRICS, type Metric, MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import { STORED_NAVIGATIONS, type StoredNavigation } from "../../vitals/navigation";
import { formatCount, formatShare } from "../format/format";

/** A share on both sides of a comparison. */
type BothShares = { current: Share; baseline: Share };

const STORED: readonly StoredNavigation[] = Object.values(STORED_NAVIGATIONS).flat();

const samplesOf = (side: SideTraffic, navigations: readonly StoredNavigation[], metric: Metric): number =>
  navigations.reduce((sum, navigation) => sum + side[navigation][metric], 0);

/** Page views: the largest n among the metrics. */
const pageViewsOf = (side: SideTraffic, navigations: readonly StoredNavigation[]): number =>
  Math.max(...METRICS.map((metric) => samplesOf(side, navigations, metric)));

const navigationsOf = (navigation: QueryNavigation): readonly StoredNavigation[] =>
  navigation === "all" ? STORED : STORED_NAVIGATIONS[navigation];

const bothShares = (traffic: Traffic, shareOf: (side: SideTraffic) => Share): BothShares => ({
  current: shareOf(traffic.current),
  baseline: shareOf(traffic.baseline),
});

/** The page views that report a metric, on both sides. */
export const reportingShares = (traffic: Traffic, navigation: QueryNavigation, metric: Metric): BothShares =>
  bothShares(traffic, (side) => ({
    count: samplesOf(side, navigationsOf(navigation), metric),
    n: pageViewsOf(side, navigationsOf(navigation)),
  }));

/** The loads whose document was prefetched, of all loads that were not prerendered. */
const prefetchedShares = (traffic: Traffic): BothShares =>
  bothShares(traffic, (side) => ({
    count: pageViewsOf(side, ["prefetch"]),
    n: pageViewsOf(side, STORED_NAVIGATIONS.load),
  }));

/** The loads that were prerendered, of all loads. */
const prerenderedShares = (traffic: Traffic): BothShares =>
  bothShares(traffic, (side) => ({
    count: pageViewsOf(side, ["prerender"]),
    n: pageViewsOf(side, [...STORED_NAVIGATIONS.load, "prerender"]),
  }));

/** Whether two shares differ; under 200 page views on a side nothing is concluded. */
const differ = ({ current, baseline }: BothShares): boolean =>
  Math.min(current.n, baseline.n) >= MIN_SAMPLES_FOR_VERDICT && sharesDiffer(current, baseline);

const shareText = ({ count, n }: Share): string => `${formatShare(count / n)} (${formatCount(count)})`;

/** `0.0 % (0) of 2.4.0, 31 % (2,204) of 2.4.1`. */
const bothText = ({ current, baseline }: BothShares, releases: Pick<Comparison, "current" | "baseline">) =>
  `${shareText(baseline)} with ${releases.baseline}, ${shareText(current)} with ${releases.current}`;

/** Whether both releases have enough prefetched loads with the metric for a comparison to match their share. */
const isPrefetchMatched = ({ current, baseline }: Traffic, metric: Metric): boolean =>
  Math.min(current.prefetch[metric], baseline.prefetch[metric]) >= MIN_SAMPLES_FOR_PERCENTILE;

/**
 * Differences between the page views of two releases that matter to a comparison of the metric, a sentence each: the share that reports the metric, and the shares of prefetched and of prerendered loads.
 */
export function trafficNotes(metric: Metric, comparison: Comparison, navigation: QueryNavigation): string[] {
  const { traffic } = comparison;
  if (traffic === null) return [];
  const notes: string[] = [];
  const reporting = reportingShares(traffic, navigation, metric);
  if (differ(reporting)) {
    notes.push(
      `Page views that report ${metric}: ${bothText(reporting, comparison)}. Part of the change may come from other browsers or visits.`,
    );
  }
  const prefetched = prefetchedShares(traffic);
  if ((navigation === "load" || navigation === "all") && differ(prefetched)) {
    const matched = isPrefetchMatched(traffic, metric)
      ? "the verdict leaves out what comes from their share."
      : "part of the change comes from prefetching, since a release has too few of them to match.";
    notes.push(`Prefetched loads: ${bothText(prefetched, comparison)}. Their TTFB is near 0; ${matched}`);
  }
  const prerendered = prerenderedShares(traffic);
  if ((navigation === "load" || navigation === "all") && differ(prerendered)) {
    const counted =
      navigation === "load"
        ? "They are not among the compared page views, which may be others than before."
        : "Part of the change comes from prerendering, which is not matched.";
    notes.push(`Prerendered loads: ${bothText(prerendered, comparison)}. ${counted}`);
  }
  return notes;
}

const roundedShare = ({ count, n }: Share): number | null =>
  n === 0 ? null : Math.round((count / n) * 10_000) / 10_000;

const sharesJson = (shares: BothShares) => ({
  current: roundedShare(shares.current),
  baseline: roundedShare(shares.baseline),
  differs: differ(shares),
});

/** The same for programs; `null` where the counts were not read. */
export const trafficJson = ({ traffic }: Comparison, navigation: QueryNavigation) =>
  traffic === null
    ? null
    : {
        reporting: byMetric((metric) => sharesJson(reportingShares(traffic, navigation, metric))),
        prefetched: sharesJson(prefetchedShares(traffic)),
        prerendered: sharesJson(prerenderedShares(traffic)),
      };
