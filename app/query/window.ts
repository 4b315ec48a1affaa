import type { Grain, Retention } from "../storage/summaries.server";
import {
  ceilTo,
  DAY,
  FIVE_MINUTES,
  floorTo,
  HOUR,
  LONGEST_FIVE_MINUTE_WINDOW,
  MINUTE,
  RANGES,
  type TimeWindow,
  WEEK,
  windowOfRange,
} from "../vitals/time";
import type { CockpitQuery } from "./cockpit-query";

/** A stretch of one grain, in its units since the epoch, `from` included and `to` not. */
export type WindowPart = { grain: Grain; from: number; to: number };

/** Retention of each grain of the summaries, in ms; `daily` is the longest. */
export type SummaryRetention = Pick<Retention, "fiveMinutes" | "hourly" | "daily">;

/** Ends that a person may ask for exactly: the clocks of every zone differ from UTC by whole quarters of an hour. */
const QUARTER_HOUR = 15 * MINUTE;

/**
 * The window that a query means: whole hours (five minutes for up to 6 h), the current one included; ends on a
 * quarter of an hour stay there, since in some zones a day begins on one. A `from` alone ends now, a `to` alone has
 * the length of `range`; what lies in the future is cut off.
 */
export function resolveWindow(query: Pick<CockpitQuery, "range" | "from" | "to">, now: number): TimeWindow {
  if (query.from === null && query.to === null) return windowOfRange(query.range, now);
  const to = Math.min(query.to ?? now, now);
  const from = Math.min(query.from ?? to - RANGES[query.range], to - 1);
  const short = to - from <= LONGEST_FIVE_MINUTE_WINDOW;
  const unitOf = (time: number): number => {
    if (short) return FIVE_MINUTES;
    return time % QUARTER_HOUR === 0 ? QUARTER_HOUR : HOUR;
  };
  return { from: floorTo(from, unitOf(from)), to: ceilTo(to, unitOf(to)) };
}

/**
 * The fewest summaries that cover a window exactly: whole days from the daily ones, the rest from the hourly
 * ones, a short recent window, and ends within an hour, from those of five minutes.
 *
 * The window is cut to the days that are retained; one that lies before all of them is the oldest day. Where the finer
 * summaries are deleted already, ends move to the units that are left: those of a day or more both by the same time, where
 * the length is whole hours, so that a day of a zone with half hours keeps its 24 hours; else outwards. `window` is what
 * is covered.
 */
export function planWindow(
  asked: TimeWindow,
  retention: SummaryRetention,
  now: number,
): { window: TimeWindow; parts: WindowPart[] } {
  const window = cutToRetained(asked, retention, now);
  const oldestFiveMinutes = now - retention.fiveMinutes;
  // Rounded to five minutes it may have become that much longer; in hours the next length is an hour more.
  const short = window.to - window.from <= LONGEST_FIVE_MINUTE_WINDOW + FIVE_MINUTES;
  if (short && window.from >= oldestFiveMinutes) {
    return { window, parts: partsOf("fiveMinutes", window.from, window.to, FIVE_MINUTES) };
  }
  const whole = { from: ceilTo(window.from, HOUR), to: floorTo(window.to, HOUR) };
  if (
    (window.from === whole.from || window.from >= oldestFiveMinutes) &&
    (window.to === whole.to || whole.to >= oldestFiveMinutes)
  ) {
    const inner = planHours(whole, retention, now);
    if (inner.window.from === whole.from && inner.window.to === whole.to) {
      return { window, parts: withEnds(window, inner.parts) };
    }
  }
  return planHours(toWholeHours(window), retention, now);
}

/** A window of whole hours, where only hours are left. */
function toWholeHours({ from, to }: TimeWindow): TimeWindow {
  const keepsLength = to - from >= DAY && (to - from) % HOUR === 0;
  return { from: floorTo(from, HOUR), to: keepsLength ? floorTo(to, HOUR) : ceilTo(to, HOUR) };
}

/** What lies between the ends of a window and its whole hours, around the parts of those. */
function withEnds({ from, to }: TimeWindow, parts: readonly WindowPart[]): WindowPart[] {
  return [
    ...partsOf("fiveMinutes", from, ceilTo(from, HOUR), FIVE_MINUTES),
    ...parts,
    ...partsOf("fiveMinutes", floorTo(to, HOUR), to, FIVE_MINUTES),
  ];
}

/** The start of the oldest day of which anything is retained, in ms. */
const oldestDayIn = (retention: SummaryRetention, now: number): number => floorTo(now - retention.daily, DAY);

function cutToRetained({ from, to }: TimeWindow, retention: SummaryRetention, now: number): TimeWindow {
  const oldest = oldestDayIn(retention, now);
  return to <= oldest ? { from: oldest, to: oldest + DAY } : { from: Math.max(from, oldest), to };
}

/** The fewest hourly and daily summaries that cover a window of whole hours. */
function planHours(
  window: TimeWindow,
  retention: SummaryRetention,
  now: number,
): { window: TimeWindow; parts: WindowPart[] } {
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

/** Steps of a trend over days, in ms: the last gives a century, the longest retention, under 400 steps. */
const DAILY_STEPS = [1, 7, 28, 112].map((days) => days * DAY);

/** The most steps that a trend has, whatever its window: each has a row, a point, and sketches in memory. */
export const MOST_STEPS = 400;

/** What a trend over a window is made from, and how long each of its steps is, in ms. */
export type TrendPlan = { step: number; parts: WindowPart[] };

/**
 * The step of a trend (5 minutes, 1 hour, 3 hours, a day, or whole weeks for windows of more than 400 days), with parts
 * that are no longer than a step each.
 */
export function planTrend(
  { window, parts }: { window: TimeWindow; parts: readonly WindowPart[] },
  retention: SummaryRetention,
  now: number,
): TrendPlan {
  const length = window.to - window.from;
  if (parts.every(({ grain }) => grain === "fiveMinutes")) return { step: FIVE_MINUTES, parts: [...parts] };
  const hasAllHours = window.from >= oldestHourIn(retention, now);
  if (length > LONGEST_BY_THREE_HOURS || !hasAllHours) {
    // A window that is not whole steps has one more than fits into its length.
    const step = DAILY_STEPS.find((days) => length / days < MOST_STEPS - 1);
    return { step: step ?? ceilTo(length / (MOST_STEPS - 2), WEEK), parts: [...parts] };
  }
  const step = length <= LONGEST_BY_HOUR ? HOUR : 3 * HOUR;
  const whole = { from: ceilTo(window.from, HOUR), to: floorTo(window.to, HOUR) };
  return { step, parts: withEnds(window, partsOf("hourly", whole.from, whole.to, HOUR)) };
}
