import { mergeInto } from "../../stats/sketch/sketch";
import { METRICS, type Metric, MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import { DAY, FIVE_MINUTES, floorTo, HOUR, MINUTE, type TimeWindow, WEEK } from "../../vitals/time";
import { emptySketches, type TrendPoint } from "./view-result";

/** Possible lengths of a step, in ms; a step starts at a multiple of its length (UTC). */
export const STEPS = [
  FIVE_MINUTES,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
] as const;

/** A line of fewer points shows no trend. */
export const MIN_POINTS = 4;

/** Weeks begin on Monday; the epoch was a Thursday. In ms after the epoch. */
const FIRST_MONDAY = 4 * DAY;

/** The start of the step of `step` ms that contains `time` (UTC; weeks from Monday). */
function stepStart(time: number, step: number): number {
  const first = step % WEEK === 0 ? FIRST_MONDAY : 0;
  return first + floorTo(time - first, step);
}

/** Every step of the window; the first and the last are clipped to it. */
export function stepsOf(window: TimeWindow, step: number): TimeWindow[] {
  const steps: TimeWindow[] = [];
  for (let from = stepStart(window.from, step); from < window.to; from += step) {
    steps.push({ from: Math.max(from, window.from), to: Math.min(from + step, window.to) });
  }
  return steps;
}

/** A trend without data. */
export const emptyTrend = (window: TimeWindow, step: number): TrendPoint[] =>
  stepsOf(window, step).map((one) => ({ ...one, metrics: emptySketches() }));

/** Index of the step that contains a time. */
export const pointAt = (time: number, window: TimeWindow, step: number): number =>
  Math.floor((time - stepStart(window.from, step)) / step);

/** Whether most of the steps with data have enough samples for a percentile. */
export function isDense(samples: readonly number[]): boolean {
  const withData = samples.filter((n) => n > 0);
  return 2 * withData.filter((n) => n >= MIN_SAMPLES_FOR_PERCENTILE).length >= withData.length;
}

/**
 * Joins steps until most of them have a percentile of `metric`; uses the shortest step that achieves this. Returns the
 * trend unchanged if none does.
 */
export function joinThinSteps(
  trend: TrendPoint[],
  window: TimeWindow,
  step: number,
  metric: Metric,
): { step: number; trend: TrendPoint[] } {
  const length = window.to - window.from;
  const longer = STEPS.filter((other) => other >= step && length / other >= MIN_POINTS);
  const chosen = longer.find((other) => {
    const samples: number[] = [];
    for (const { from, metrics } of trend) {
      const at = pointAt(from, window, other);
      samples[at] = (samples[at] ?? 0) + metrics[metric].n;
    }
    return isDense(samples);
  });
  if (chosen === undefined || chosen === step) return { step, trend };
  const joined = emptyTrend(window, chosen);
  for (const { from, metrics } of trend) {
    const point = joined[pointAt(from, window, chosen)];
    for (const name of METRICS) if (point !== undefined) mergeInto(point.metrics[name], metrics[name]);
  }
  return { step: chosen, trend: joined };
}
