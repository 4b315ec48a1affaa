import { CLSThresholds, FCPThresholds, INPThresholds, LCPThresholds, TTFBThresholds } from "web-vitals";

/** The Web Vitals in the order of the pages. */
export const METRICS = ["INP", "LCP", "CLS", "FCP", "TTFB"] as const;

export type Metric = (typeof METRICS)[number];

/** CLS is a score without a unit. */
export type Unit = "ms" | "score";

export type Rating = "good" | "needs-improvement" | "poor";

/** Upper edges; a value on an edge has the better rating. */
export type Thresholds = { good: number; needsImprovement: number };

const fromLibrary = ([good, needsImprovement]: readonly [number, number]): Thresholds => ({
  good,
  needsImprovement,
});

/** Thresholds of the web-vitals library. */
export const THRESHOLDS: Readonly<Record<Metric, Thresholds>> = {
  INP: fromLibrary(INPThresholds),
  LCP: fromLibrary(LCPThresholds),
  CLS: fromLibrary(CLSThresholds),
  FCP: fromLibrary(FCPThresholds),
  TTFB: fromLibrary(TTFBThresholds),
};

/** A beacon with a larger value is dropped: ten minutes for times, 100 for CLS. */
export const MAX_VALUE: Readonly<Record<Metric, number>> = {
  INP: 600_000,
  LCP: 600_000,
  CLS: 100,
  FCP: 600_000,
  TTFB: 600_000,
};

/** Pages show no percentile of fewer samples, only n. */
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

export function rate(metric: Metric, value: number): Rating {
  const { good, needsImprovement } = THRESHOLDS[metric];
  if (value <= good) return "good";
  return value <= needsImprovement ? "needs-improvement" : "poor";
}

export const byMetric = <T>(create: (metric: Metric) => T): Record<Metric, T> =>
  Object.fromEntries(METRICS.map((metric) => [metric, create(metric)])) as Record<Metric, T>;
