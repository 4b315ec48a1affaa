import { scaleOf } from "../../stats/sketch/scale";
import { createSketch } from "../../stats/sketch/sketch";
import type { Metric } from "../../vitals/metrics";
import { DAY, HOUR, type TimeWindow } from "../../vitals/time";
import { isDense, MIN_POINTS, pointAt, STEPS } from "../view/trend-steps";
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
 * are gaps. Steps begin with the first hour of the current release, so that none has hours from before and after the switch,
 * and are joined until most of them have a percentile on both sides.
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
  const origin = (hours.current[0] ?? 0) * HOUR;
  const step = stepOf(window, origin, [parts.current, parts.baseline]);
  const at = stepFrom(window, origin, step);
  const steps: ComparedTrend["steps"] = [];
  for (let i = 0; at.start + i * step < window.to; i += 1) {
    const from = at.start + i * step;
    steps.push({
      from: Math.max(from, window.from),
      to: Math.min(from + step, window.to),
      current: createSketch(scaleOf(metric)),
      baseline: createSketch(scaleOf(metric)),
    });
  }
  for (const side of ["current", "baseline"] as const) {
    for (const part of parts[side]) {
      const own = part.at === null ? undefined : steps[at.indexOf(part.at * HOUR)];
      if (own !== undefined) addPart(own[side], part);
    }
  }
  return { window, step, steps };
}

/** Steps of a window that begin at a time or some steps from it; the first and the last are clipped to the window. */
function stepFrom({ from }: TimeWindow, origin: number, step: number) {
  const start = origin - Math.ceil((origin - from) / step) * step;
  return { start, indexOf: (time: number): number => Math.floor((time - start) / step) };
}

/**
 * The trend of a view with the baseline's compared hours at their own times. Under an hour, steps have none: the hourly
 * summaries of a comparison cannot be split. An hour that is only in part in the view is left out.
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
  if (step < HOUR) return compared;
  for (const part of baseline) {
    const from = (part.at ?? Number.NaN) * HOUR;
    if (!(from >= window.from && from + HOUR <= window.to)) continue;
    const own = steps[pointAt(from, window, step)];
    if (own !== undefined) addPart(own.baseline, part);
  }
  return compared;
}

const samplesOf = ({ decoded: { samples }, index }: ReleasePart): number =>
  index === null ? samples.reduce((sum, n) => sum + n, 0) : (samples[index] ?? 0);

function stepOf(window: TimeWindow, origin: number, sides: ReadonlyArray<readonly ReleasePart[]>): number {
  const length = window.to - window.from;
  const shortest = SHORTEST_STEPS.find(({ upTo }) => length <= upTo)?.step ?? daysOfStep(length);
  const longer = STEPS.filter((step) => step > shortest && length / step >= MIN_POINTS);
  const dense = [shortest, ...longer].find((step) => {
    const { indexOf } = stepFrom(window, origin, step);
    return sides.every((parts) => {
      const samples: number[] = [];
      for (const part of parts) {
        if (part.at === null) continue;
        const at = indexOf(part.at * HOUR);
        samples[at] = (samples[at] ?? 0) + samplesOf(part);
      }
      return isDense(samples);
    });
  });
  return dense ?? shortest;
}
