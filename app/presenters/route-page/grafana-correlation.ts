import type { GrafanaConfig } from "../../grafana/grafana-config";
import { grafanaView, isNamedRoute } from "../../grafana/grafana-view";
import { knownRoutes } from "../../grafana/siblings";
import { DEFAULT_THRESHOLD, hasOwnThreshold, slowThreshold } from "../../grafana/slow-threshold";
import { slowTracesUrl } from "../../grafana/trace-links";
import type { AttributionSummary } from "../../query/attribution/attribution-result";
import { NEAR_P95 } from "../../query/attribution/attribution-summary";
import type { CockpitQuery } from "../../query/cockpit-query";
import type { Comparison } from "../../query/comparison/comparison-result";
import { type ViewResult, waitedTtfbOf } from "../../query/view/view-result";
import { SUBPARTS } from "../../vitals/attribution";
import type { TimeWindow } from "../../vitals/time";
import { formatPageViews, formatWindow, valueText } from "../format/format";
import { type MetricFigures, metricFigures } from "../format/metric-figures";
import { routeNotes, searchNotes } from "../page/grafana-limits";
import { absentText } from "../page/metric-card";
import type { Panel } from "../panel";

/** From what visitors wait for to what the server did meanwhile, in a sentence that ends in links. */
export type CorrelationModel = {
  route: string;
  /** Between the route and the arrow: `has a p95 LCP of 4.10 s, of which 1.30 s is TTFB`. */
  words: string;
  link: { text: string; href: string };
  /** The same for the release that is compared with. */
  baseline: { text: string; href: string } | null;
  /** Where the numbers come from. */
  notes: string[];
};

/** What page views near the p95 of LCP spend until the server's own headers, on average, in ms. */
type FirstByte = { ms: number; pageViews: number; hinted: boolean };

/** What is compared, as far as a link to the baseline's traces needs it. */
type Compared = Pick<Comparison, "baseline"> & { windows: Pick<Comparison["windows"], "baseline"> };

/**
 * The sentence of a route's page.
 * @param compared what the route is compared with, if anything
 * @param routes of the site, known to the cockpit
 * @returns `null` without a Grafana, and for what no span is called
 */
export function grafanaCorrelation(
  config: GrafanaConfig | null,
  query: CockpitQuery,
  view: ViewResult,
  slow: Panel<AttributionSummary>,
  compared: Compared | null,
  now: number,
  routes: readonly string[] = [],
): CorrelationModel | null {
  const { route } = query;
  if (config === null || route === null || !isNamedRoute(route)) return null;
  const { total, window } = view;
  const [lcp, ttfb] = [metricFigures("LCP", total.LCP), metricFigures("TTFB", total.TTFB)];
  const firstByte = firstByteOf(slow, lcp);
  const finalHeaders = slow.ok ? slow.value.causes.LCP.finalHeadersP75 : null;
  const waited = metricFigures("TTFB", waitedTtfbOf(view)).percentiles[75];
  const answered = finalHeaders ?? waited;
  const threshold = slowThreshold(answered);
  const known = knownRoutes(routes);
  const viewOf = (changes: Partial<CockpitQuery>) => grafanaView({ ...query, ...changes }, now, known);
  const [own, earlier] = [
    viewOf({}),
    compared && baselineTimes(compared.windows.baseline, window, config.tempo.longestSearch),
  ];
  return {
    route,
    words: wordsOf(lcp, ttfb, firstByte),
    link: {
      text: `backend traces slower than ${valueText("TTFB", threshold)}`,
      href: slowTracesUrl(config, own, threshold),
    },
    baseline: compared && {
      text: `the same for ${compared.baseline}${earlier === null ? "" : `, ${formatWindow(earlier, query.tz, now)}`}`,
      href: slowTracesUrl(config, viewOf({ release: compared.baseline, ...earlier }), threshold),
    },
    notes: [
      finalHeaders === null
        ? thresholdWords(answered, threshold, view.waitedTtfb !== undefined)
        : `${valueText("TTFB", threshold)}: with Early Hints the TTFB is the time of the 103. The p75 of the final headers is ${valueText("TTFB", finalHeaders)}, and an answer of the server is a part of it.`,
      ...firstByteWords(firstByte),
      ...searchNotes(config, own),
      ...routeNotes(config, own),
    ],
  };
}

/**
 * When the baseline answered, where a search of the view would miss it: it mostly ran before the view, or before the
 * end of a long view, which is what Tempo searches of it. Of long times the newest, as many as can be searched.
 * @param windows the baseline's, oldest first
 * @returns `null` where a search of the view covers them
 */
function baselineTimes(
  windows: readonly TimeWindow[],
  view: TimeWindow,
  longest: number | null,
): TimeWindow | null {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return null;
  const searched = newest(view, longest);
  const own = newest({ from: first.from, to: last.to }, longest);
  return own.from >= searched.from && own.to <= searched.to ? null : own;
}

/** The end of a window, `longest` ms of it at most. */
const newest = ({ from, to }: TimeWindow, longest: number | null): TimeWindow => ({
  from: longest === null ? from : Math.max(from, to - longest),
  to,
});

/** Only where it can be a part of the p95: single measurements are kept for a shorter time than summaries. */
function firstByteOf(slow: Panel<AttributionSummary>, { percentiles }: MetricFigures): FirstByte | null {
  const near = slow.ok ? slow.value.causes.LCP.partsNearP95 : null;
  const ms = near?.answered ?? near?.averages[SUBPARTS.LCP.indexOf("timeToFirstByte")];
  const whole = percentiles[95];
  if (near === null || ms === undefined || whole === null || ms > whole) return null;
  return { ms, pageViews: near.averaged, hinted: near.answered !== undefined };
}

function wordsOf(lcp: MetricFigures, ttfb: MetricFigures, firstByte: FirstByte | null): string {
  const [p95, p95OfTtfb] = [lcp.percentiles[95], ttfb.percentiles[95]];
  if (p95 === null) return `has no p95 LCP (${absentText(lcp.n)})`;
  const start = `has a p95 LCP of ${valueText("LCP", p95)}`;
  if (firstByte !== null) {
    const part = firstByte.hinted ? "passes until the final headers" : "is TTFB";
    return `${start}, of which ${valueText("TTFB", firstByte.ms)} ${part}`;
  }
  return p95OfTtfb === null ? start : `${start} and a p95 TTFB of ${valueText("TTFB", p95OfTtfb)}`;
}

/** @param partly whether the view has page views that did not wait for the server, too */
const thresholdWords = (p75: number | null, threshold: number, partly: boolean): string =>
  !hasOwnThreshold(p75)
    ? `${valueText("TTFB", DEFAULT_THRESHOLD)} is a good TTFB, which the server alone would use up; the route has no p75 of its own here.`
    : `${valueText("TTFB", threshold)}: the route's p75 TTFB${partly ? ", of loads neither prefetched nor prerendered," : ""} is ${valueText("TTFB", p75)}, and an answer of the server is a part of it. What took longer belongs to the slowest quarter.`;

const rank = (share: number): string => `${Math.round(share * 100)}th`;

const firstByteWords = (firstByte: FirstByte | null): string[] =>
  firstByte === null
    ? []
    : [
        `${firstByte.hinted ? "The time until the final headers" : "Its TTFB"} there is the average of ${formatPageViews(firstByte.pageViews)} between the ${rank(NEAR_P95.from)} and ${rank(NEAR_P95.to)} percentile of LCP.`,
      ];
