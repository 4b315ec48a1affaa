import type { Grain, Retention } from "../storage/summaries.server";
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

/** A stretch of one grain, in its units since the epoch, `from` included and `to` not. */
export type WindowPart = { grain: Grain; from: number; to: number };

/** Retention of the finer summaries, in ms. */
export type SummaryRetention = Pick<Retention, "fiveMinutes" | "hourly">;

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
  retention: SummaryRetention,
  now: number,
): { window: TimeWindow; parts: WindowPart[] } {
  // Rounded to five minutes it may have become that much longer; in hours the next length is an hour more.
  const short = window.to - window.from <= LONGEST_FIVE_MINUTE_WINDOW + FIVE_MINUTES;
  if (short && window.from >= now - retention.fiveMinutes) {
    return { window, parts: partsOf("fiveMinutes", window.from, window.to, FIVE_MINUTES) };
  }
  const oldestHour = oldestHourIn(retention, now);
  const from = floorTo(window.from, window.from < oldestHour ? DAY : HOUR);
  // Where the hours at the end begin: a day that has lost some of its hours must be taken whole.
  const lastHours = Math.max(from, floorTo(window.to, DAY));
  const to = ceilTo(window.to, lastHours < oldestHour ? DAY : HOUR);
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

/** The first hour (ms) of which nothing is deleted yet. */
const oldestHourIn = (retention: SummaryRetention, now: number): number =>
  ceilTo(now - retention.hourly, HOUR);

function partsOf(grain: Grain, from: number, to: number, length: number): WindowPart[] {
  return from < to ? [{ grain, from: from / length, to: to / length }] : [];
}

/** Up to this long a trend is drawn by the hour, then by three hours, then by the day; in ms. */
const LONGEST_BY_HOUR = 2 * DAY;
const LONGEST_BY_THREE_HOURS = 14 * DAY;

/** What a trend over a window is made from, and how long each of its steps is, in ms. */
export type TrendPlan = { step: number; parts: WindowPart[] };

/** The step of a trend (5 minutes, 1 hour, 3 hours or a day), with parts that are no longer than a step each. */
export function planTrend(
  { window, parts }: { window: TimeWindow; parts: readonly WindowPart[] },
  retention: SummaryRetention,
  now: number,
): TrendPlan {
  const length = window.to - window.from;
  if (parts.every(({ grain }) => grain === "fiveMinutes")) return { step: FIVE_MINUTES, parts: [...parts] };
  const hasAllHours = window.from >= oldestHourIn(retention, now);
  if (length > LONGEST_BY_THREE_HOURS || !hasAllHours) return { step: DAY, parts: [...parts] };
  const step = length <= LONGEST_BY_HOUR ? HOUR : 3 * HOUR;
  return { step, parts: partsOf("hourly", window.from, window.to, HOUR) };
}
