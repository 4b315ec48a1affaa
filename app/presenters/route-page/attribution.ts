import type {
  AttributionSummary,
  MetricAttribution,
  SubpartsNearP75,
} from "../../query/attribution/attribution-result";
import { NEAR_P75 } from "../../query/attribution/attribution-summary";
import type { CockpitQuery } from "../../query/cockpit-query";
import { ATTRIBUTED_METRICS, type AttributedMetric, SUBPARTS, type Subpart } from "../../vitals/attribution";
import { DAY, type TimeWindow } from "../../vitals/time";
import {
  formatCount,
  formatInstant,
  formatPageViews,
  formatShare,
  formatWindow,
  NARROW_SPACE,
  valueText,
} from "../format/format";
import { METRIC_NAMES } from "../format/labels";
import { absentText, type FigureModel, figureOf } from "../page/metric-card";

/** What a value near the p75 is made of, as one bar; lengths in hundredths of its width. */
export type PartsModel = {
  title: string;
  /** What the numbers are, and the value that they add up to. */
  caption: string;
  /** `position` counts from 0 in the order of time. */
  bar: Array<{ part: Subpart; position: number; x: number; width: number }>;
  legend: Array<{ part: Subpart; position: number; text: string; value: string; share: string }>;
};

export type MetricAttributionModel = {
  metric: AttributedMetric;
  name: string;
  /** What its elements are called: `LCP element`. */
  heading: string;
  /** Which measurements this rests on, and of what times. */
  basis: string;
  elements: Array<{ element: string; n: string; share: string; figure: FigureModel }>;
  /** Elements that are not listed, and measurements that name none. */
  notes: string[];
  parts: PartsModel | null;
  /** Why there is no bar where the metric has parts; `null` otherwise. */
  partsAbsent: string | null;
};

export type AttributionModel = { coverage: string; metrics: MetricAttributionModel[] };

const HEADINGS: Readonly<Record<AttributedMetric, string>> = {
  LCP: "LCP element",
  INP: "INP target",
  CLS: "CLS shift source",
};

const PART_WORDS: Readonly<Record<Subpart, string>> = {
  timeToFirstByte: "Time to first byte",
  finalHeadersDelay: "103 → final headers",
  resourceLoadDelay: "Resource load delay",
  resourceLoadDuration: "Resource load duration",
  elementRenderDelay: "Element render delay",
  inputDelay: "Input delay",
  processingDuration: "Processing duration",
  presentationDelay: "Presentation delay",
};

/** Most frequent elements and sub-parts, with how far back they reach and how much they rest on. */
export function attributionModel(
  slow: AttributionSummary,
  window: TimeWindow,
  query: CockpitQuery,
  now: number,
): AttributionModel {
  return {
    coverage: coverageText(slow, window, query, now),
    metrics: ATTRIBUTED_METRICS.map((metric) => causesModel(slow, metric, query, now)),
  };
}

function coverageText(
  { retention, limits }: AttributionSummary,
  { from }: TimeWindow,
  query: CockpitQuery,
  now: number,
) {
  const days = retention / DAY;
  const kept = `Single measurements are kept for ${formatCount(days)} ${days === 1 ? "day" : "days"}`;
  const cut =
    from < now - retention
      ? `${kept}: this part of the page reaches back to ${formatInstant(now - retention, query.tz, now)} and no further.`
      : `${kept}, so this part of the page covers the same times as the rest.`;
  return `${cut} It rests on the newest ${formatCount(limits.sample)} of each metric at most.`;
}

function causesModel(
  slow: AttributionSummary,
  metric: AttributedMetric,
  query: CockpitQuery,
  now: number,
): MetricAttributionModel {
  const causes = slow.causes[metric];
  const { elements, withElement, distinctElements, n } = causes;
  const more = distinctElements - elements.length;
  const unnamed = n - withElement;
  return {
    metric,
    name: METRIC_NAMES[metric],
    heading: HEADINGS[metric],
    basis: basisWords(causes, slow.limits.search, query, now),
    elements: elements.map((one) => ({
      element: one.element,
      n: formatCount(one.n),
      share: formatShare(one.n / n),
      figure: figureOf(metric, one.n, one.p75),
    })),
    notes: [
      ...(more > 0 ? [`${formatCount(more)} more ${more === 1 ? "element is" : "elements are"} rarer.`] : []),
      ...(unnamed > 0 ? [unnamedWords(metric, unnamed)] : []),
    ],
    parts: partsModel(metric, causes.parts),
    partsAbsent:
      SUBPARTS[metric].length > 0 && causes.parts.averages === null
        ? `Sub-parts: ${absentText(causes.parts.n)}.`
        : null,
  };
}

function unnamedWords(metric: AttributedMetric, n: number): string {
  const count = `${formatCount(n)} ${n === 1 ? "measurement names" : "measurements name"}`;
  return metric === "CLS" ? `${count} no source: mostly, nothing shifted.` : `${count} no element.`;
}

function basisWords(
  { n, truncatedBy, oldest, newest }: MetricAttribution,
  search: number,
  query: CockpitQuery,
  now: number,
): string {
  const among = truncatedBy === "search" ? ` among the route's newest ${formatCount(search)}` : "";
  if (oldest === null || newest === null) return `No measurement of this view was found${among}.`;
  const which = truncatedBy === "sample" ? "The newest " : "";
  const measurements = n === 1 ? "measurement" : "measurements";
  const [first, last] = [formatInstant(oldest, query.tz, now), formatInstant(newest, query.tz, now)];
  const times = first === last ? first : formatWindow({ from: oldest, to: newest }, query.tz, now);
  return `${which}${formatCount(n)} ${measurements}${among}, received ${times}.`;
}

const percent = (share: number): string => `${Math.round(share * 100)}th`;

function partsModel(metric: AttributedMetric, { n, averaged, averages }: SubpartsNearP75): PartsModel | null {
  if (averages === null || SUBPARTS[metric].length === 0) return null;
  const all: readonly Subpart[] = SUBPARTS[metric];
  // Without Early Hints there is no such part.
  const isPresent = (part: Subpart, i: number): boolean => part !== "finalHeadersDelay" || averages[i] !== 0;
  const names = all.filter(isPresent);
  const printed = roundTogether(averages.filter((_, i) => isPresent(all[i] ?? "timeToFirstByte", i)));
  const total = printed.reduce((sum, value) => sum + value, 0);
  const shareOf = (value: number): number => (total === 0 ? 0 : value / total);
  const percents = roundTogether(printed.map((value) => shareOf(value) * 100));
  let before = 0;
  const bar = names.map((part, i) => {
    const x = Math.round(before * 1000) / 10;
    before += shareOf(printed[i] ?? 0);
    return { part, position: i, x, width: Math.round((Math.round(before * 1000) / 10 - x) * 10) / 10 };
  });
  return {
    title: `What ${metric} near its p75 is made of`,
    caption: `${valueText(metric, total)} is the average of the ${formatPageViews(averaged)} between the ${percent(
      NEAR_P75.from,
    )} and ${percent(NEAR_P75.to)} percentile of ${formatCount(n)} whose parts are known. Its parts add up to it.`,
    bar: bar.filter(({ width }) => width > 0),
    legend: names.map((part, i) => ({
      part,
      position: i,
      text: PART_WORDS[part],
      value: valueText(metric, printed[i] ?? 0),
      share: `${percents[i] ?? 0}${NARROW_SPACE}%`,
    })),
  };
}

/**
 * Times (ms), or percentages, rounded to what is printed of their sum, so that the printed ones add up to the printed sum: each
 * is rounded down, and the steps that are left go to those that lost most.
 */
export function roundTogether(parts: readonly number[]): number[] {
  const sum = parts.reduce((a, b) => a + b, 0);
  const step = sum < 1_000 ? 1 : 10 ** Math.max(1, Math.floor(Math.log10(sum)) - 2);
  const steps = parts.map((part) => Math.floor(part / step));
  let left = Math.round(sum / step) - steps.reduce((a, b) => a + b, 0);
  const byLoss = parts
    .map((part, i) => ({ i, loss: part / step - Math.floor(part / step) }))
    .sort((a, b) => b.loss - a.loss || a.i - b.i);
  for (const { i } of byLoss) {
    if (left <= 0) break;
    steps[i] = (steps[i] ?? 0) + 1;
    left -= 1;
  }
  return steps.map((count) => count * step);
}
