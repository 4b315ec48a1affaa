import type { AttributedSample } from "../../storage/attribution.server";
import { type AttributedMetric, SUBPARTS } from "../../vitals/attribution";
import { MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import type { TimeWindow } from "../../vitals/time";
import type { MetricAttribution, SlowElement, SubpartsNearP75, SubpartsNearP95 } from "./attribution-result";

const MAX_ELEMENTS = 8;

/** Measurements between these quantiles count as near the 75th percentile. */
export const NEAR_P75 = { from: 0.65, to: 0.85 } as const;

/** Near the 95th, without the slowest 1 %, which are often outliers. */
export const NEAR_P95 = { from: 0.9, to: 0.99 } as const;

/**
 * A quantile of sorted values by nearest rank: the smallest with at least q·n values at or below it, as in the sketch.
 * `null` without values.
 */
export function nearestRank(sorted: readonly number[], q: number): number | null {
  return sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)] ?? null;
}

const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

const p75Of = (values: readonly number[]): number | null =>
  values.length < MIN_SAMPLES_FOR_PERCENTILE ? null : nearestRank(ascending(values), 0.75);

/** Summarises a sample of one metric: its most frequent elements, and the subparts of values near p75 and p95. */
export function summariseAttribution(
  metric: AttributedMetric,
  samples: readonly AttributedSample[],
  coverage: TimeWindow,
  truncatedBy: MetricAttribution["truncatedBy"],
): MetricAttribution {
  const byElement = new Map<string, number[]>();
  let oldest: number | null = null;
  let newest: number | null = null;
  for (const { element, value, receivedAt } of samples) {
    if (oldest === null || receivedAt < oldest) oldest = receivedAt;
    if (newest === null || receivedAt > newest) newest = receivedAt;
    if (element === null) continue;
    const values = byElement.get(element);
    if (values === undefined) byElement.set(element, [value]);
    else values.push(value);
  }
  return {
    metric,
    coverage,
    truncatedBy,
    n: samples.length,
    oldest,
    newest,
    p75: p75Of(samples.map(({ value }) => value)),
    withElement: [...byElement.values()].reduce((sum, { length }) => sum + length, 0),
    distinctElements: byElement.size,
    elements: mostFrequent(byElement),
    ...partsOf(metric, samples),
    finalHeadersP75: p75Of(samples.flatMap(({ finalHeaders }) => finalHeaders ?? [])),
  };
}

function mostFrequent(byElement: ReadonlyMap<string, number[]>): SlowElement[] {
  return [...byElement]
    .sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .slice(0, MAX_ELEMENTS)
    .map(([element, values]) => ({ element, n: values.length, p75: p75Of(values) }));
}

/** A measurement with all subparts. */
type Decomposed = { value: number; parts: readonly number[]; finalHeaders: number | null };

function partsOf(
  metric: AttributedMetric,
  samples: readonly AttributedSample[],
): { parts: SubpartsNearP75; partsNearP95: SubpartsNearP95 | null } {
  const decomposed = samples.flatMap(({ value, parts, finalHeaders }) =>
    parts === null ? [] : [{ value, parts, finalHeaders }],
  );
  const n = decomposed.length;
  if (n < MIN_SAMPLES_FOR_PERCENTILE) {
    return { parts: { n, averaged: 0, p75: null, averages: null }, partsNearP95: null };
  }
  decomposed.sort((a, b) => a.value - b.value);
  const p75 = nearestRank(
    decomposed.map(({ value }) => value),
    0.75,
  );
  return {
    parts: { n, p75, ...averagesOf(metric, between(decomposed, NEAR_P75)) },
    partsNearP95: {
      ...averagesOf(metric, between(decomposed, NEAR_P95)),
      ...answeredOf(metric, between(decomposed, NEAR_P95)),
    },
  };
}

/** The measurements between two quantiles. @param sorted by value, not empty */
function between(sorted: readonly Decomposed[], { from, to }: { from: number; to: number }): Decomposed[] {
  const rankOf = (share: number): number => Math.ceil(share * sorted.length - 1e-9) - 1;
  return sorted.slice(rankOf(from), rankOf(to) + 1);
}

/**
 * The average of each subpart over the measurements between two quantiles.
 *
 * Percentiles of subparts do not add up: the slowest first byte and the slowest download belong to different page views.
 * Averages add up to the average of the sums. Over all measurements a few outliers would move that sum away from the p75;
 * over those near the p75 it is close to the displayed p75, and explains a page view of that speed.
 */
const averagesOf = (
  metric: AttributedMetric,
  near: readonly Decomposed[],
): { averaged: number; averages: number[] } => ({
  averaged: near.length,
  averages: SUBPARTS[metric].map(
    (_, i) => near.reduce((sum, { parts }) => sum + (parts[i] ?? 0), 0) / near.length,
  ),
});

/** The average time until the answer's own headers; empty where none came after a `103`. */
function answeredOf(metric: AttributedMetric, near: readonly Decomposed[]): { answered?: number } {
  if (metric !== "LCP" || near.every(({ finalHeaders }) => finalHeaders === null)) return {};
  const times = near.map(({ parts, finalHeaders }) => Math.max(parts[0] ?? 0, finalHeaders ?? 0));
  return { answered: times.reduce((sum, time) => sum + time, 0) / near.length };
}
