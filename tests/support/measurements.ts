import fc from "fast-check";
import type { Measurement } from "../../app/vitals/measurement";
import { MAX_VALUE, METRICS, type Metric, THRESHOLDS } from "../../app/vitals/metrics";

/** The default time of tests: within an hour, five minutes and a second. */
export const NOW = Date.parse("2026-11-22T10:17:31.500Z");

/** An id in the form of web-vitals, of a page opened at `at` (ms since the epoch). */
export const idAt = (at: number, number: number): string =>
  `v6-${at}-${String(1_000_000_000_000 + number).slice(-13)}`;

/** A typical measurement, with changes. */
export const measurement = (changes: Partial<Measurement> = {}): Measurement => ({
  id: idAt(NOW, 1),
  metric: "LCP",
  value: 1234.5,
  route: "/workspace/[id]",
  buildVersion: "2.4.1",
  device: "desktop",
  navigationType: "navigate",
  receivedAt: NOW,
  sequence: 1,
  library: "web-vitals/6.2.3",
  attribution: null,
  ...changes,
});

/** `count` typical measurements with different ids. */
export const measurements = (count: number, changes: Partial<Measurement> = {}): Measurement[] =>
  Array.from({ length: count }, (_, i) => measurement({ id: idAt(NOW, i), ...changes }));

/** Values of a metric: any double within its bounds, with a bias to bounds, thresholds and integers. */
export const aValueOf = (metric: Metric): fc.Arbitrary<number> => {
  const { good, needsImprovement } = THRESHOLDS[metric];
  const max = MAX_VALUE[metric];
  return fc.oneof(
    fc.double({ min: 0, max, noNaN: true }).map((value) => value + 0),
    fc.constantFrom(0, good, needsImprovement, good * (1 + 1e-9), needsImprovement * (1 + 1e-9), max),
    fc.integer({ min: 0, max: Math.min(max, 5_000) }),
  );
};

export const aMetric = fc.constantFrom(...METRICS);

/** Fixes the seed, so that failures are reproducible. */
export const examples = (numRuns: number): { seed: number; numRuns: number } => ({
  seed: 20_261_122,
  numRuns,
});
