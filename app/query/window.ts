import type { Grain, Retention } from "../storage/summary-sets";
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

/** A run of one grain, in its units since the epoch; `to` is exclusive. */
export type WindowPart = { grain: Grain; from: number; to: number };

/** Retention of each grain of summaries, in ms; `daily` is the longest. */
export type SummaryRetention = Pick<Retention, "fiveMinutes" | "hourly" | "daily">;

/** Ends of a window on a quarter of an hour are exact: every zone's offset from UTC is a multiple of it. */
const QUARTER_HOUR = 15 * MINUTE;

/**
 * Resolves a query to a window, rounded outwards to whole hours (five minutes for up to 6 h), including the current one.
 * Ends on a quarter of an hour are exact, because in some zones a day begins on one. A `from` alone ends now, a `to` alone
 * has the length of `range`. The future is cut off.
 */
export function resolveWindow(query: Pick<CockpitQuery, "range" | "from" | "to">, now: number): TimeWindow {
  if (query.from === null && query.to === null) return windowOfRange(query.range, now);
  const to = Math.min(query.to ?? now, now);
  const from = Math.min(query.from ?? to - RANGES[query.range], to - 1);
  const isShort = to - from <= LONGEST_FIVE_MINUTE_WINDOW;
  const precisionOf = (time: number): number => {
    if (isShort) return FIVE_MINUTES;
    return time % QUARTER_HOUR === 0 ? QUARTER_HOUR : HOUR;
  };
  return { from: floorTo(from, precisionOf(from)), to: ceilTo(to, precisionOf(to)) };
}

/**
 * The fewest summaries that cover a window exactly: daily ones for whole days, hourly ones for the rest, five-minute ones
 * for a short recent window and for ends within an hour.
 *
 * The window is clipped to the retained days; a window before them becomes the oldest day. Where the finer summaries are
 * deleted, its ends move outwards to coarser ones. A window of a day or more and of whole hours moves both ends by the
 * same time, so that a day in a zone with half hours keeps its 24 hours. The returned `window` is the covered one.
 */
export function planWindow(
  requested: TimeWindow,
  retention: SummaryRetention,
  now: number,
): { window: TimeWindow; parts: WindowPart[] } {
  const window = clipToRetained(requested, retention, now);
  const oldestFiveMinutes = now - retention.fiveMinutes;
  // Rounding may have added five minutes; rounding to hours would add more.
  const isShort = window.to - window.from <= LONGEST_FIVE_MINUTE_WINDOW + FIVE_MINUTES;
  if (isShort && window.from >= oldestFiveMinutes) {
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

/** Rounds a window to whole hours, for data that has no finer summaries. */
function toWholeHours({ from, to }: TimeWindow): TimeWindow {
  const keepsLength = to - from >= DAY && (to - from) % HOUR === 0;
  return { from: floorTo(from, HOUR), to: keepsLength ? floorTo(to, HOUR) : ceilTo(to, HOUR) };
}

/** Adds five-minute parts for the ends of a window to the parts of its whole hours. */
function withEnds({ from, to }: TimeWindow, parts: readonly WindowPart[]): WindowPart[] {
  return [
    ...partsOf("fiveMinutes", from, ceilTo(from, HOUR), FIVE_MINUTES),
    ...parts,
    ...partsOf("fiveMinutes", floorTo(to, HOUR), to, FIVE_MINUTES),
  ];
}

/** The start of the oldest day with retained data, in ms. */
const oldestDayIn = (retention: SummaryRetention, now: number): number => floorTo(now - retention.daily, DAY);

function clipToRetained({ from, to }: TimeWindow, retention: SummaryRetention, now: number): TimeWindow {
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
  // A last day without all of its hours is read as a whole day.
  const startOfLastDay = Math.max(from, floorTo(window.to, DAY));
  const to = ceilTo(window.to, startOfLastDay < oldestHour ? DAY : HOUR);
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

/** The start of the oldest hour that is retained in full, in ms. */
const oldestHourIn = (retention: SummaryRetention, now: number): number =>
  ceilTo(now - retention.hourly, HOUR);

function partsOf(grain: Grain, from: number, to: number, length: number): WindowPart[] {
  return from < to ? [{ grain, from: from / length, to: to / length }] : [];
}

/** Longest windows with steps of an hour, and of three hours, in ms. */
const LONGEST_BY_HOUR = 2 * DAY;
const LONGEST_BY_THREE_HOURS = 14 * DAY;

/** Steps of a trend over days, in ms: with the last, a century (the longest retention) has under 400 steps. */
const DAILY_STEPS = [1, 7, 28, 112].map((days) => days * DAY);

/** Most steps of a trend: each has a table row, a point, and sketches in memory. */
export const MAX_STEPS = 400;

/** The shortest step of whole days, in ms, that divides a window of `length` ms into at most `MAX_STEPS`. */
export const daysOfStep = (length: number): number =>
  // Steps that the window clips add one to the quotient.
  DAILY_STEPS.find((days) => length / days < MAX_STEPS - 1) ?? ceilTo(length / (MAX_STEPS - 2), WEEK);

/** The parts that a trend is read from, and the length of its steps, in ms. */
export type TrendPlan = { step: number; parts: WindowPart[] };

/**
 * Plans the steps of a trend: 5 minutes, 1 hour, 3 hours, a day, or whole weeks for windows of more than 400 days. No unit
 * of the returned parts is longer than a step.
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
    return { step: daysOfStep(length), parts: [...parts] };
  }
  const step = length <= LONGEST_BY_HOUR ? HOUR : 3 * HOUR;
  const whole = { from: ceilTo(window.from, HOUR), to: floorTo(window.to, HOUR) };
  return { step, parts: withEnds(window, partsOf("hourly", whole.from, whole.to, HOUR)) };
}
