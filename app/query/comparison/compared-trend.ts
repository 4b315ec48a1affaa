import { scaleOf } from "../../stats/sketch/scale";
import { createSketch } from "../../stats/sketch/sketch";
import type { Metric } from "../../vitals/metrics";
import { DAY, HOUR, type TimeWindow } from "../../vitals/time";
import { isDense, MIN_POINTS, pointAt, STEPS, stepsOf } from "../view/trend-steps";
import type { ViewResult } from "../view/view-result";
import { daysOfStep } from "../window";
import type { ComparedTrend } from "./comparison-result";
import type { Hours } from "./plan";
import { addPart, type ReleasePart } from "./release-parts";

type Sides<T> = { current: T; baseline: T };

/** The shortest steps of windows up to a length, in ms; longer windows have steps of whole days. */
const SHORTEST_STEPS = [
  { upTo: 2 * DAY, step: HOUR },
  { upTo: 14 * DAY, step: 3 * HOUR },
  { upTo: 60 * DAY, step: 6 * HOUR },
  { upTo: 180 * DAY, step: 12 * HOUR },
] as const;

/**
 * The trend of a metric over the compared hours of both releases, from the first to the last of them; hours between them
 * are gaps. Steps are joined until most of them have a percentile on both sides.
 * @param hours compared, ascending
 * @param parts single hours of both sides
 */
export function trendOfHours(
  hours: Sides<Hours>,
  parts: Sides<readonly ReleasePart[]>,
  metric: Metric,
): ComparedTrend | null {
  const ends = [hours.current, hours.baseline].flatMap((own) => [own.slice(0, 1), own.slice(-1)].flat());
  if (ends.length === 0) return null;
  const window = { from: Math.min(...ends) * HOUR, to: (Math.max(...ends) + 1) * HOUR };
  const own = { current: ofMetric(parts.current, metric), baseline: ofMetric(parts.baseline, metric) };
  const step = stepOf(window, [own.current, own.baseline]);
  const steps = stepsOf(window, step).map((one) => ({
    ...one,
    current: createSketch(scaleOf(metric)),
    baseline: createSketch(scaleOf(metric)),
  }));
  const trend = { window, step, steps };
  for (const part of own.current) addToStep(trend, "current", part);
  for (const part of own.baseline) addToStep(trend, "baseline", part);
  return trend;
}

/**
 * The trend of a view with the baseline's compared hours at their own times. Under an hour, steps have none: the hourly
 * summaries of a comparison cannot be split.
 */
export function trendOfView(
  { window, step, trend }: Pick<ViewResult, "window" | "step" | "trend">,
  baseline: readonly ReleasePart[],
  metric: Metric,
): ComparedTrend {
  const steps = trend.map(({ from, to, metrics }) => ({
    ...{ from, to, current: metrics[metric], baseline: createSketch(scaleOf(metric)) },
  }));
  const compared = { window, step, steps };
  if (step >= HOUR) for (const part of ofMetric(baseline, metric)) addToStep(compared, "baseline", part);
  return compared;
}

const ofMetric = (parts: readonly ReleasePart[], metric: Metric): ReleasePart[] =>
  parts.filter((part) => part.metric === metric);

/** Adds a whole hour; one that is only in part in the window is left out. */
function addToStep(
  { window, step, steps }: ComparedTrend,
  side: keyof Sides<unknown>,
  part: ReleasePart,
): void {
  if (part.at === null) return;
  const from = part.at * HOUR;
  if (from < window.from || from + HOUR > window.to) return;
  const own = steps[pointAt(from, window, step)];
  if (own !== undefined) addPart(own[side], part);
}

const samplesOf = ({ decoded: { samples }, index }: ReleasePart): number =>
  index === null ? samples.reduce((sum, n) => sum + n, 0) : (samples[index] ?? 0);

function stepOf(window: TimeWindow, sides: ReadonlyArray<readonly ReleasePart[]>): number {
  const length = window.to - window.from;
  const shortest = SHORTEST_STEPS.find(({ upTo }) => length <= upTo)?.step ?? daysOfStep(length);
  const longer = STEPS.filter((step) => step > shortest && length / step >= MIN_POINTS);
  const dense = [shortest, ...longer].find((step) =>
    sides.every((parts) => {
      const samples: number[] = [];
      for (const part of parts) {
        if (part.at === null) continue;
        const at = pointAt(part.at * HOUR, window, step);
        samples[at] = (samples[at] ?? 0) + samplesOf(part);
      }
      return isDense(samples);
    }),
  );
  return dense ?? shortest;
}
