/** Times are integers in ms since the epoch (UTC); windows are whole units of the lengths below. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const FIVE_MINUTES = 5 * MINUTE;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

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

/** The window of a named range that ends with the current unit (five minutes or hour), which is included. */
export function windowOfRange(range: RangeName, now: number): TimeWindow {
  const length = RANGES[range];
  const unit = length <= LONGEST_FIVE_MINUTE_WINDOW ? FIVE_MINUTES : HOUR;
  const to = floorTo(now, unit) + unit;
  return { from: to - length, to };
}
