/** Times are integers in ms since the epoch (UTC); windows are whole units of the lengths below. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const FIVE_MINUTES = 5 * MINUTE;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;

export const HOURS_OF_DAY = DAY / HOUR;

/** A half-open range of time, `from` included and `to` not, both in ms since the epoch. */
export type TimeWindow = { from: number; to: number };

export const RANGES = {
  "1h": HOUR,
  "6h": 6 * HOUR,
  "24h": DAY,
  "7d": 7 * DAY,
  "30d": 30 * DAY,
  "90d": 90 * DAY,
} as const;

export type RangeName = keyof typeof RANGES;

export const isRangeName = (value: unknown): value is RangeName =>
  typeof value === "string" && Object.hasOwn(RANGES, value);

/** Windows up to this long are made of five minutes, longer ones of whole hours. */
export const LONGEST_FIVE_MINUTE_WINDOW = 6 * HOUR;

/** The start of the unit of `length` ms in which `time` lies. */
export const floorTo = (time: number, length: number): number => Math.floor(time / length) * length;

/** The first start of a unit of `length` ms that is not before `time`. */
export const ceilTo = (time: number, length: number): number => Math.ceil(time / length) * length;

const INSTANT = /^\d{4}-\d\d-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * An instant in ISO 8601, in ms since the epoch: a date (its midnight in UTC), or a date and a time with its
 * zone, without which it would be another instant on every machine.
 * @returns `null` for anything else, for a day that no calendar has, and outside of the years 0 to 9999
 */
export function parseInstant(text: string): number | null {
  const day = INSTANT.exec(text)?.[1];
  // Date.parse takes February 30 for March 2.
  if (day === undefined || new Date(text.slice(0, 10)).getUTCDate() !== Number(day)) return null;
  const time = Date.parse(text);
  return time >= FIRST_INSTANT && time <= LAST_INSTANT ? time : null;
}

/** What ISO 8601 writes with four digits of a year. */
const FIRST_INSTANT = Date.parse("0000-01-01T00:00:00.000Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

/** Numbers from here on, and up to there, are seconds since the epoch where they are meant as a time: 1973 to 5138. */
const FIRST_SECONDS = 1e8;
const LAST_SECONDS = 1e11;

/**
 * A time as programs write it: ISO 8601 with its zone (`parseInstant`), ms since the epoch, or seconds, as `date +%s` and
 * Unix tools have them. As ms these seconds would all lie in the early seventies.
 * @returns ms since the epoch, not necessarily whole; `null` for what is no time
 */
export function parseTime(value: unknown): number | null {
  if (typeof value === "string") return parseInstant(value);
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  return value >= FIRST_SECONDS && value < LAST_SECONDS ? Math.round(value * SECOND) : value;
}

/** The window of a named range that ends with the current unit (five minutes or hour), which is included. */
export function windowOfRange(range: RangeName, now: number): TimeWindow {
  const length = RANGES[range];
  const unit = length <= LONGEST_FIVE_MINUTE_WINDOW ? FIVE_MINUTES : HOUR;
  const to = floorTo(now, unit) + unit;
  return { from: to - length, to };
}
