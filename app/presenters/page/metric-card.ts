import type { CockpitQuery, Percentile } from "../../query/cockpit-query";
import type { Comparison } from "../../query/comparison/comparison-result";
import type { TrendPoint, ViewResult } from "../../query/view/view-result";
import { METRICS, type Metric, MIN_SAMPLES_FOR_PERCENTILE, type Rating, rate } from "../../vitals/metrics";
import { type DeltaBadgeModel, deltaBadge } from "../comparison/delta-badge";
import { shortLook } from "../comparison/looks";
import { type FormattedValue, formatCount, formatShare, formatValue } from "../format/format";
import { METRIC_NAMES, percentileLabel, RATING_LABELS } from "../format/labels";
import { type LineShape, lineShape } from "../format/line-path";
import { type PageName, pageHref } from "../format/links";
import { type MetricFigures, metricFigures, percentileOf } from "../format/metric-figures";
import { enginesText } from "./engines";

/** The bar of good, needs improvement and poor; lengths in hundredths of its width. */
export type ShareBarModel = {
  parts: Array<{ rating: Rating; x: number; width: number }>;
  /** The same in words. */
  text: string;
  /** Shares by rating, printed. */
  shares: Array<{ rating: Rating; words: string; text: string }>;
};

/** What is shown of one figure: a value with its rating, or why there is none. */
export type FigureModel =
  | { value: FormattedValue; rating: Rating; ratingLabel: string; absent: null }
  | { value: null; rating: null; ratingLabel: null; absent: string };

export type MetricCardModel = FigureModel & {
  metric: Metric;
  name: string;
  /** `p75` */
  percentile: string;
  /** The same page with this metric chosen. */
  href: string;
  current: boolean;
  /** `null` where there are too few samples. */
  shares: ShareBarModel | null;
  /** Samples, with thousands separators. */
  n: string;
  /** The browser engines that `n` comes from. */
  engines: string;
  trend: LineShape | null;
  /** How its p75 changed; `null` where nothing is compared. */
  delta: DeltaBadgeModel | null;
  /** The look that the verdict is of: `at 24 h`, `live`; `null` where looks do not apply. */
  look: string | null;
};

/** The drawing of a card's trend, in units of its own. */
export const SPARKLINE = { width: 120, height: 28 } as const;

/** A sample that carries no percentile, in words: never a rating. */
export const absentText = (n: number): string => (n === 0 ? "no data" : `n = ${formatCount(n)}, too few`);

/** A figure with the rating of the percentile that is shown. */
export function figureOf(metric: Metric, n: number, value: number | null): FigureModel {
  if (value === null) return { value: null, rating: null, ratingLabel: null, absent: absentText(n) };
  const rating = rate(metric, value);
  return { value: formatValue(metric, value), rating, ratingLabel: RATING_LABELS[rating], absent: null };
}

const RATINGS = [
  ["good", "good"],
  ["needs-improvement", "needsImprovement"],
  ["poor", "poor"],
] as const;

/** The shares of a metric's samples; `null` without samples. */
export function shareBar({ counts, n }: Pick<MetricFigures, "counts" | "n">): ShareBarModel | null {
  if (n === 0) return null;
  let before = 0;
  const all = RATINGS.map(([rating, key]) => {
    const after = before + counts[key];
    const part = { rating, x: round(before / n), width: round(after / n - round(before / n) / 100) };
    before = after;
    return { part, words: RATING_LABELS[rating], text: formatShare(counts[key] / n) };
  });
  return {
    parts: all.flatMap(({ part }) => (part.width > 0 ? [part] : [])),
    text: all.map(({ words, text }) => `${text} ${words}`).join(", "),
    shares: all.map(({ part, words, text }) => ({ rating: part.rating, words, text })),
  };
}

/** Hundredths with one digit, of a share. */
const round = (share: number): number => Math.round(share * 1_000) / 10;

function sparkline(trend: readonly TrendPoint[], metric: Metric, percentile: Percentile): LineShape | null {
  const points = trend.map(({ metrics }, i) => ({
    at: trend.length === 1 ? 0.5 : i / (trend.length - 1),
    value: percentileOf(metrics[metric], percentile),
  }));
  const highest = Math.max(...points.map(({ value }) => value ?? Number.NEGATIVE_INFINITY));
  if (highest === Number.NEGATIVE_INFINITY) return null;
  const { path, dots } = lineShape(points, { ...SPARKLINE, max: highest === 0 ? 1 : highest * 1.1 });
  return { path, dots };
}

/** The card of one metric. */
function metricCard(
  metric: Metric,
  view: Pick<ViewResult, "total" | "trend">,
  query: CockpitQuery,
  page: PageName,
  compared: Pick<Comparison, "changes" | "looks"> | null,
): MetricCardModel {
  const figures = metricFigures(metric, view.total[metric]);
  return {
    ...figureOf(metric, figures.n, figures.percentiles[query.percentile]),
    metric,
    name: METRIC_NAMES[metric],
    percentile: percentileLabel(query.percentile),
    href: pageHref(page, query, { metric, page: query.page }),
    current: metric === query.metric,
    // Shares of a handful would be numbers, and loud ones, where there is to be none.
    shares: figures.n < MIN_SAMPLES_FOR_PERCENTILE ? null : shareBar(figures),
    n: formatCount(figures.n),
    engines: enginesText(metric),
    trend: sparkline(view.trend, metric, query.percentile),
    delta: compared === null ? null : deltaBadge(metric, compared.changes[metric]),
    look: compared === null ? null : shortLook(compared.changes[metric], compared, query),
  };
}

/** The cards of all five metrics, in the cockpit's order. */
export const metricCards = (
  view: Pick<ViewResult, "total" | "trend">,
  query: CockpitQuery,
  page: PageName = "cockpit",
  compared: Pick<Comparison, "changes" | "looks"> | null = null,
): MetricCardModel[] => METRICS.map((metric) => metricCard(metric, view, query, page, compared));
