import type { Comparison, ComparisonWindows } from "../../query/comparison/comparison-result";
import type { ComparisonMethod } from "../../vitals/comparison";
import type { TimeWindow } from "../../vitals/time";
import { formatCount, formatLocal, formatWindow } from "../format/format";

/** Stretches that are named one by one. */
const MOST_STRETCHES = 2;

/** `1 hour`, `24 hours` */
export const hoursText = (hours: number): string => `${formatCount(hours)} ${hours === 1 ? "hour" : "hours"}`;
const daysText = (days: number | null): string => {
  const whole = Math.max(1, Math.round(days ?? 0));
  return `${formatCount(whole)} ${whole === 1 ? "day" : "days"}`;
};

/** Which times were compared, as the end of a sentence. */
export function windowPhrase(
  method: ComparisonMethod,
  { historyDays }: Pick<ComparisonWindows, "historyDays">,
): string {
  switch (method) {
    case "concurrent":
      return "same hours on both releases";
    case "model":
      return `all hours of ${daysText(historyDays)}`;
    case "stretches":
      return "the hours of each release";
    case "lifetime":
      return "all retained data of both";
  }
}

/** What a method matches, and what it leaves open. */
export function matchingSentence(
  method: ComparisonMethod,
  { hours, historyDays }: Pick<ComparisonWindows, "hours" | "historyDays">,
): string {
  switch (method) {
    case "concurrent":
      return `Both releases were live at once: ${hoursText(hours)} in which each had at least 20 % of the traffic, weighted alike. Hours and days are matched; which visitors had which release is not.`;
    case "model":
      return `One model of all hours of ${daysText(historyDays)}: devices, time of day, weekends and the changes of earlier releases are removed, and the interval contains how much hours and days differ by themselves.`;
    case "stretches":
      return "The hours of each release: the share of slow page views is compared, less the share that the route's mix of devices and prefetched loads leads to expect. Time of day and weekends are not modelled for a route; the interval contains how much days differ.";
    case "lifetime":
      return "Time of day is not matched, so no regression or improvement is called.";
  }
}

/** One side's stretches: each by its times, or how many there are between which. */
function stretchesText(stretches: readonly TimeWindow[], tz: string, now: number): string {
  const [first] = stretches;
  const last = stretches.at(-1);
  if (first === undefined || last === undefined) return "none";
  if (stretches.length <= MOST_STRETCHES)
    return stretches.map((window) => formatWindow(window, tz, now)).join(" and ");
  const whole = formatWindow({ from: first.from, to: last.to }, tz, now);
  return `${formatCount(stretches.length)} stretches within ${whole}`;
}

/** The compared times of both sides. */
export const comparedTimes = (
  { windows, current, baseline }: Comparison,
  tz: string,
  now: number,
): Array<{ release: string; times: string }> => [
  { release: current, times: stretchesText(windows.current, tz, now) },
  { release: baseline, times: stretchesText(windows.baseline, tz, now) },
];

/** `23 Nov 09:30`, for when a release appeared. */
export const appearedText = ({ deployedAt }: Comparison, tz: string, now: number): string =>
  formatLocal(deployedAt, tz, now);
