import { mergeInto } from "../../stats/sketch/sketch";
import { METRICS, type Metric, MIN_SAMPLES_FOR_PERCENTILE } from "../../vitals/metrics";
import { DAY, FIVE_MINUTES, floorTo, HOUR, MINUTE, type TimeWindow, WEEK } from "../../vitals/time";
import { emptySketches, type TrendPoint } from "./view-result";

/** Lengths that a step may have, in ms; each starts at a whole one of it (UTC). */
const STEPS = [FIVE_MINUTES, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY] as const;

/** With fewer points a line tells nothing. */
const FEWEST_POINTS = 4;

/** The epoch was a Thursday: weeks begin on a Monday, this long after it. */
const FIRST_MONDAY = 4 * DAY;

/** The start of the step of `step` ms in which `time` lies: whole ones of it (UTC), weeks from Monday on. */
function stepStart(time: number, step: number): number {
  const first = step % WEEK === 0 ? FIRST_MONDAY : 0;
  return first + floorTo(time - first, step);
}

/** A trend without data: every step of the window, the first and the last cut to it. */
export function emptyTrend(window: TimeWindow, step: number): TrendPoint[] {
  const points: TrendPoint[] = [];
  for (let from = stepStart(window.from, step); from < window.to; from += step) {
    const cut = { from: Math.max(from, window.from), to: Math.min(from + step, window.to) };
    points.push({ ...cut, metrics: emptySketches() });
  }
  return points;
}

/** Which point of `emptyTrend` a time falls in. */
export const pointAt = (time: number, window: TimeWindow, step: number): number =>
  Math.floor((time - stepStart(window.from, step)) / step);

/** Whether most of the steps that have data have enough of it for a percentile. */
function isDense(samples: readonly number[]): boolean {
  const withData = samples.filter((n) => n > 0);
  return 2 * withData.filter((n) => n >= MIN_SAMPLES_FOR_PERCENTILE).length >= withData.length;
}

/**
 * A trend whose steps are long enough for its traffic: the shortest ones (those given, or several of them
 * together) of which most carry a percentile of `metric`. Where even long ones do not, the steps stay as they are.
 */
export function joinThinSteps(
  trend: TrendPoint[],
  window: TimeWindow,
  step: number,
  metric: Metric,
): { step: number; trend: TrendPoint[] } {
  const length = window.to - window.from;
  const longer = STEPS.filter((other) => other >= step && length / other >= FEWEST_POINTS);
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
