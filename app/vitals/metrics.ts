import { CLSThresholds, FCPThresholds, INPThresholds, LCPThresholds, TTFBThresholds } from "web-vitals";

/** The five Web Vitals, in the order in which the cockpit shows them. */
export const METRICS = ["INP", "LCP", "CLS", "FCP", "TTFB"] as const;

export type Metric = (typeof METRICS)[number];

/** What a metric is measured in: milliseconds, or (CLS) a score without unit. */
export type Unit = "ms" | "score";

export type Rating = "good" | "needs-improvement" | "poor";

/** `good` and `poor` as web-vitals defines them: a value on an edge has the better rating. */
export type Thresholds = { good: number; needsImprovement: number };

const fromLibrary = ([good, needsImprovement]: readonly [number, number]): Thresholds => ({
  good,
  needsImprovement,
});

/** Upper edges (inclusive) of `good` and `needs-improvement`; the library's own numbers. */
export const THRESHOLDS: Readonly<Record<Metric, Thresholds>> = {
  INP: fromLibrary(INPThresholds),
  LCP: fromLibrary(LCPThresholds),
  CLS: fromLibrary(CLSThresholds),
  FCP: fromLibrary(FCPThresholds),
  TTFB: fromLibrary(TTFBThresholds),
};

/** The largest value that is believed: ten minutes for times, 100 for CLS. */
export const MAX_VALUE: Readonly<Record<Metric, number>> = {
  INP: 600_000,
  LCP: 600_000,
  CLS: 100,
  FCP: 600_000,
  TTFB: 600_000,
};

/** Under this many samples no percentile is shown, only n. */
export const MIN_SAMPLES_FOR_PERCENTILE = 30;

/**
 * Whether a name is that of a metric which senders still report and nobody needs: First Input Delay, which INP replaced,
 * and the timings of the framework's own that older versions of Next.js report beside Web Vitals.
 * @see https://web.dev/blog/inp-cwv-march-12
 */
export const isRetiredMetric = (name: unknown): boolean =>
  name === "FID" || (typeof name === "string" && name.startsWith("Next.js-"));

export const isMetric = (name: unknown): name is Metric => METRICS.includes(name as Metric);

export const unitOf = (metric: Metric): Unit => (metric === "CLS" ? "score" : "ms");

/** Rates a value of `metric`; a value equal to a threshold has the better rating. */
export function rate(metric: Metric, value: number): Rating {
  const { good, needsImprovement } = THRESHOLDS[metric];
  if (value <= good) return "good";
  return value <= needsImprovement ? "needs-improvement" : "poor";
}

/** A record with a value for every metric. */
export const byMetric = <T>(make: (metric: Metric) => T): Record<Metric, T> =>
  Object.fromEntries(METRICS.map((metric) => [metric, make(metric)])) as Record<Metric, T>;
