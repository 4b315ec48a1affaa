import { DAY, HOUR, MINUTE, SECOND, type TimeWindow } from "../vitals/time";
import { type GrafanaRange, type GrafanaView, instant } from "./grafana-view";
import type { Tempo } from "./tempo";

/** A range that Tempo accepts. */
export type SearchedRange = {
  range: GrafanaRange;
  /** Length of the end of the view that it has, in ms; `null` if it has the whole view. */
  cutTo: number | null;
};

/** Tempo extends the range of metrics to whole steps, at both ends. */
const STEPS = 2;

/** Points of a graph, at most: more than its pixels, and fewer than the 10,000 intervals that Tempo accepts. */
const MAX_POINTS = 1_440;

/** Shorter steps have the noise of single requests. */
const SHORTEST_STEP = MINUTE;

/** Whole seconds, which Grafana passes on. */
const toSecond = (time: number): number => Math.floor(time / SECOND) * SECOND;

/** What remains of a range; a view that begins after it gets a range of `least` ms in front of the cutoff. */
function cut(
  { times, now }: GrafanaView,
  longest: number | null,
  endCutoff: number,
  least: number,
): SearchedRange {
  if (times.ongoing) {
    const tooLong = longest !== null && times.to - times.from > longest;
    const length = tooLong ? longest : times.to - times.from;
    return {
      range: {
        from: `now-${relative(Math.max(length, endCutoff + least))}`,
        to: endCutoff === 0 ? "now" : `now-${relative(endCutoff)}`,
      },
      cutTo: tooLong ? length : null,
    };
  }
  const to = Math.min(times.to, toSecond(now - endCutoff));
  const from = Math.min(times.from, to - least);
  const tooLong = longest !== null && to - from > longest;
  return {
    range: { from: instant(tooLong ? to - longest : from), to: instant(to) },
    cutTo: tooLong ? longest : null,
  };
}

/** `7d`, `24h`, `1438m` or `30s`: a time before now, in the largest unit that it is whole in. */
function relative(ms: number): string {
  if (ms % DAY === 0 && ms > DAY) return `${ms / DAY}d`;
  if (ms % HOUR === 0) return `${ms / HOUR}h`;
  return ms % MINUTE === 0 ? `${ms / MINUTE}m` : `${Math.ceil(ms / SECOND)}s`;
}

/** The range of a search for traces. */
export const searchRange = (view: GrafanaView, { longestSearch, endCutoff }: Tempo): SearchedRange =>
  cut(view, longestSearch, endCutoff, SECOND);

/** The range and the step (ms) of a metrics query. */
export function metricsRange(
  view: GrafanaView,
  { longestMetrics, endCutoff }: Tempo,
): SearchedRange & { step: number } {
  const length = view.times.to - view.times.from;
  const points = Math.min(length, longestMetrics ?? length) / MAX_POINTS;
  const step = Math.max(SHORTEST_STEP, Math.ceil(points / MINUTE) * MINUTE);
  const longest = longestMetrics === null ? null : longestMetrics - STEPS * step;
  return { ...cut(view, longest, endCutoff, step), step };
}

/**
 * The range of a page that both searches and draws metrics, and its step (ms). Each limit may be the shorter one: operators
 * set both.
 */
export function exploredRange(view: GrafanaView, tempo: Tempo): ReturnType<typeof metricsRange> {
  const limits = [tempo.longestMetrics, tempo.longestSearch].filter((limit) => limit !== null);
  return metricsRange(view, { ...tempo, longestMetrics: limits.length === 0 ? null : Math.min(...limits) });
}

/** Whether a view begins so late that Tempo has none of it yet. */
export const beginsAfterCutoff = (
  { times, now }: { times: TimeWindow; now: number },
  { endCutoff }: Tempo,
): boolean => times.from >= toSecond(now - endCutoff);
