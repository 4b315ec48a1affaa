import { DAY } from "../../vitals/time";

/** Days from which the traffic of a day is averaged, at most. */
const MAX_DAYS = 7;

/** Whole UTC days, as ms since the epoch; `to` is excluded. */
export type Days = { from: number; to: number };

/**
 * The last whole days before `at`, up to seven, of which a table has all rows.
 * @param oldest time of its oldest row, in ms since the epoch: the day of it is no whole one
 * @returns `null` without one such day
 */
export function recentDays(oldest: number | null, at: number): Days | null {
  if (oldest === null) return null;
  const to = Math.floor(at / DAY) * DAY;
  const from = Math.max(to - MAX_DAYS * DAY, Math.ceil(oldest / DAY) * DAY);
  return from < to ? { from, to } : null;
}

/** Rows and bytes that a table will have when its retention is full, at the present traffic. */
export type Forecast = { rows: number; bytes: number };

/**
 * What a table leads to: the rows of an average recent day, over its retention, at the present bytes a row.
 * @param recent the table's rows of `days`
 * @param retention in ms
 */
export function forecast(
  { rows, bytes }: { rows: number; bytes: number },
  { recent, days, retention }: { recent: number; days: Days; retention: number },
): Forecast {
  const expected = (recent / (days.to - days.from)) * retention;
  return { rows: Math.round(expected), bytes: Math.round((expected * bytes) / rows) };
}
