import type {
  Change,
  Changes,
  Comparison,
  ComparisonResult,
  MixCause,
} from "../../query/comparison/comparison-result";
import type { Look } from "../../query/comparison/looks";
import type { Sketch } from "../../stats/sketch/sketch";
import type { ComparisonMethod, WindowKind } from "../../vitals/comparison";
import { byMetric, type Metric, unitOf } from "../../vitals/metrics";
import type { TimeWindow } from "../../vitals/time";
import { isoInstant } from "../format/format";
import { metricFigures } from "../format/metric-figures";
import { samplesNeeded } from "./change-labels";

/** Rounded, and never the -0 that rounding makes of a little less than nothing. */
function rounded(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor + 0;
}

/** Percentages and points have a digit after the point; what more there is would only pretend. */
export const roundedPercent = (percent: number): number => rounded(percent, 1);

/** A difference in the metric's unit: whole ms, CLS with four digits. */
export const roundedValue = (metric: Metric, value: number): number =>
  rounded(value, unitOf(metric) === "ms" ? 0 : 4);

/** An interval: of the percentage, where there is one, else of the difference. */
export function roundedInterval(metric: Metric, { percent, interval }: Pick<Change, "percent" | "interval">) {
  if (interval === null) return null;
  const round = percent === null ? (value: number) => roundedValue(metric, value) : roundedPercent;
  return { low: round(interval.low), high: round(interval.high) };
}

const percentOrNull = (percent: number | null): number | null =>
  percent === null ? null : roundedPercent(percent);

/** The kind of windows of one change: a route's stretches are hours of the plan that the site's model has. */
const windowsJson = (method: ComparisonMethod): WindowKind => (method === "stretches" ? "model" : method);

/** What changed in one metric, for programs. */
export function changeJson(metric: Metric, change: Change) {
  const { n, p75, percent, absolute, goodShare, raw, mix } = change;
  return {
    verdict: change.verdict,
    early: change.early,
    leaning: change.leaning,
    reason: change.reason,
    windows: windowsJson(change.method),
    n,
    p75:
      p75 === null
        ? null
        : { current: roundedValue(metric, p75.current), baseline: roundedValue(metric, p75.baseline) },
    percent: percentOrNull(percent),
    absolute: absolute === null ? null : roundedValue(metric, absolute),
    interval: roundedInterval(metric, change),
    goodShare:
      goodShare === null
        ? null
        : {
            current: rounded(goodShare.current, 4),
            baseline: rounded(goodShare.baseline, 4),
            points: roundedPercent(goodShare.points),
            low: roundedPercent(goodShare.low),
            high: roundedPercent(goodShare.high),
          },
    samplesNeeded: samplesNeeded(change),
    settledBy: change.settledBy,
    look: change.look === null ? null : lookJson(change.look),
    raw:
      raw === null
        ? null
        : { percent: percentOrNull(raw.percent), absolute: roundedValue(metric, raw.absolute) },
    mix:
      mix === null
        ? null
        : {
            percent: percentOrNull(mix.percent),
            absolute: roundedValue(metric, mix.absolute),
            leftOut: rounded(mix.leftOut, 4),
            cause: causeJson(mix.cause),
          },
  };
}

const lookJson = ({ kind, at }: Look) => ({ kind, at: at === null ? null : isoInstant(at) });

/** What moved most, its shares to four digits. */
const causeJson = (cause: MixCause | null): MixCause | null =>
  cause !== null && cause.kind !== "routes"
    ? { ...cause, current: rounded(cause.current, 4), baseline: rounded(cause.baseline, 4) }
    : cause;

export type ChangeJson = ReturnType<typeof changeJson>;

/** What changed in all metrics. */
export const changesJson = (changes: Changes): Record<Metric, ChangeJson> =>
  byMetric((metric) => changeJson(metric, changes[metric]));

const windowJson = ({ from, to }: TimeWindow) => ({ from: isoInstant(from), to: isoInstant(to) });

/** Between the first and the last of some windows, oldest first; `null` where there is none. */
function hull(windows: readonly TimeWindow[]) {
  const [first] = windows;
  const last = windows.at(-1);
  return first === undefined || last === undefined ? null : windowJson({ from: first.from, to: last.to });
}

/** What the baseline measured in its windows, in the shape of `current`. */
export const previousJson = ({ baseline, windows, previous }: Comparison) => ({
  release: baseline,
  window: hull(windows.baseline),
  metrics: byMetric((metric) => metricFigures(metric, previous[metric])),
});

/** Which releases and times were compared, or why none were. */
export function comparisonJson(result: ComparisonResult) {
  if (result.status === "unavailable") {
    const { current, baseline, reason } = result;
    return { current, baseline, reason, windows: null, currentWindows: null, baselineWindows: null };
  }
  const { current, baseline, deployedAt, isCurrent, isEarly, looks, windows } = result;
  return {
    current,
    baseline,
    reason: null,
    windows: windows.kind,
    currentWindows: windows.current.map(windowJson),
    baselineWindows: windows.baseline.map(windowJson),
    hours: windows.hours,
    historyDays: windows.historyDays === null ? null : rounded(windows.historyDays, 1),
    concurrentShare:
      windows.concurrentShare === null
        ? null
        : byMetric((metric) => rounded(windows.concurrentShare?.[metric] ?? 0, 2)),
    appeared: isoInstant(deployedAt),
    live: isCurrent,
    early: isEarly,
    lastLook: looks === null || looks.last === null ? null : lookJson(looks.last),
    nextLook: looks === null || looks.next === null ? null : lookJson(looks.next),
  };
}

/** The baseline in a step of a trend; `null` where nothing is compared. */
export function baselineStepJson(metric: Metric, baseline: Sketch | null) {
  if (baseline === null) return null;
  const { n, percentiles } = metricFigures(metric, baseline);
  return { n, percentiles };
}
