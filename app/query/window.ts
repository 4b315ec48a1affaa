import type { GrainWindow } from "../storage/summary-units.server";
import {
  ceilTo,
  DAY,
  FIVE_MINUTES,
  floorTo,
  HOUR,
  LONGEST_FIVE_MINUTE_WINDOW,
  RANGES,
  type TimeWindow,
  windowOfRange,
} from "../vitals/time";
import type { CockpitQuery } from "./cockpit-query";

/** How far back the finer summaries reach, in ms. */
export type Reach = { fiveMinutes: number; hourly: number };

/**
 * The window that a query means: whole hours (five minutes for up to 6 h), the current one included. A `from`
 * alone ends now, a `to` alone has the length of `range`; what lies in the future is cut off.
 */
export function resolveWindow(query: Pick<CockpitQuery, "range" | "from" | "to">, now: number): TimeWindow {
  if (query.from === null && query.to === null) return windowOfRange(query.range, now);
  const to = Math.min(query.to ?? now, now);
  const from = Math.min(query.from ?? to - RANGES[query.range], to - 1);
  const unit = to - from <= LONGEST_FIVE_MINUTE_WINDOW ? FIVE_MINUTES : HOUR;
  return { from: floorTo(from, unit), to: ceilTo(to, unit) };
}

/**
 * The fewest summaries that cover a window exactly: whole days from the daily ones, the rest from the hourly
 * ones, a short recent window from those of five minutes. Where the finer ones are gone already, the window
 * grows to the units that are left; `window` says what is covered.
 */
export function planWindow(
  window: TimeWindow,
  reach: Reach,
  now: number,
): { window: TimeWindow; parts: GrainWindow[] } {
  const short = window.to - window.from <= LONGEST_FIVE_MINUTE_WINDOW;
  if (short && window.from >= now - reach.fiveMinutes) {
    return { window, parts: partsOf("fiveMinutes", window.from, window.to, FIVE_MINUTES) };
  }
  const oldestHour = ceilTo(now - reach.hourly, HOUR);
  const grow = (time: number, round: (time: number, length: number) => number): number =>
    round(time, time < oldestHour ? DAY : HOUR);
  const from = grow(window.from, floorTo);
  const to = grow(window.to, ceilTo);
  const firstDay = ceilTo(from, DAY);
  const lastDay = floorTo(to, DAY);
  const parts =
    firstDay < lastDay
      ? [
          ...partsOf("hourly", from, firstDay, HOUR),
          ...partsOf("daily", firstDay, lastDay, DAY),
          ...partsOf("hourly", lastDay, to, HOUR),
        ]
      : partsOf("hourly", from, to, HOUR);
  return { window: { from, to }, parts };
}

function partsOf(grain: GrainWindow["grain"], from: number, to: number, length: number): GrainWindow[] {
  return from < to ? [{ grain, from: from / length, to: to / length }] : [];
}
