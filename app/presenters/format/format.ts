import { type Metric, rate, THRESHOLDS, unitOf } from "../../vitals/metrics";
import { DAY, HOUR, MINUTE, SECOND, type TimeWindow } from "../../vitals/time";

/** A number as it is printed, and its unit, which stands smaller beside it; CLS has none. */
export type FormattedValue = { number: string; unit: "" | "ms" | "s" };

/** Between a number and its unit. */
export const NARROW_SPACE = "\u202f";

/** Digits after the point that may be added so that a printed value is not on the wrong side of a threshold. */
const MORE_DIGITS = 3;

function digitsOf(metric: Metric, value: number): number {
  if (unitOf(metric) === "score") return 2;
  if (value < 1_000) return value > 0 && value < 1 ? 1 : 0;
  if (value < 10_000) return 2;
  return value < 100_000 ? 1 : 0;
}

/** Whether a value that is printed as `shown` would be read as rated otherwise than it is. */
function misleads(metric: Metric, value: number, shown: number): boolean {
  if (rate(metric, shown) !== rate(metric, value)) return true;
  const { good } = THRESHOLDS[metric];
  return metric === "CLS" && value < good && shown === good;
}

/**
 * A value of a metric as people read it: `610 ms`, `1.61 s` from 1,000 ms on, CLS with two decimals. Where
 * these digits would show it on the other side of a threshold there is one more.
 * @param value in the metric's unit (ms, CLS: score)
 */
export function formatValue(metric: Metric, value: number): FormattedValue {
  const score = unitOf(metric) === "score";
  // 999.6 ms would be printed as 1000 ms.
  const seconds = !score && Math.round(value) >= 1_000;
  const scale = seconds ? 1_000 : 1;
  const first = digitsOf(metric, seconds ? Math.max(value, 1_000) : value);
  let number = (value / scale).toFixed(first);
  for (let digits = first + 1; digits <= first + MORE_DIGITS; digits += 1) {
    if (!misleads(metric, value, Number(number) * scale)) break;
    number = (value / scale).toFixed(digits);
  }
  if (score) return { number, unit: "" };
  return { number, unit: seconds ? "s" : "ms" };
}

/** A formatted value with its unit as one text. */
export const withUnit = ({ number, unit }: FormattedValue): string =>
  unit === "" ? number : `${number}${NARROW_SPACE}${unit}`;

/** A value with its unit as one text. */
export const valueText = (metric: Metric, value: number): string => withUnit(formatValue(metric, value));

const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A count with thousands separators. */
export const formatCount = (count: number): string => counts.format(count);

/** `1 page view`, `1,234 page views`. */
export const formatPageViews = (count: number): string =>
  `${formatCount(count)} ${count === 1 ? "page view" : "page views"}`;

/**
 * A share (0 to 1) as a whole percentage, cut and not rounded: so three quarters are good exactly when the 75th
 * percentile is. What is there is never 0.
 */
export function formatShare(share: number): string {
  // 0.29 * 100 is 28.999999999999996.
  const percent = Math.floor(share * 100 + 1e-9);
  return share > 0 && percent === 0 ? `<1${NARROW_SPACE}%` : `${percent}${NARROW_SPACE}%`;
}

/** The parts of an instant in a zone, such as `22`, `Nov`, `2026`, `13:00`. */
export type InstantParts = { day: string; month: string; year: string; clock: string };

type Zone = {
  date: Intl.DateTimeFormat;
  name: Intl.DateTimeFormat;
  instants: Map<number, InstantParts>;
  /** By minute: no zone changes within one. */
  names: Map<number, string>;
};
const zones = new Map<string, Zone>();
const MAX_ZONES = 100;
const MAX_INSTANTS = 1_000;

/** Formatters are costly to make; a zone can be spelt in many ways, so not all of them are kept. */
function zoneOf(tz: string): Zone {
  const known = zones.get(tz);
  if (known !== undefined) return known;
  const zone = {
    date: new Intl.DateTimeFormat("en-GB", {
      timeZone: tz,
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }),
    name: new Intl.DateTimeFormat("en-GB", { timeZone: tz, timeZoneName: "short" }),
    instants: new Map(),
    names: new Map(),
  };
  if (zones.size >= MAX_ZONES) zones.clear();
  zones.set(tz, zone);
  return zone;
}

/** The parts of an instant (ms) in a zone, remembered: the steps of a trend are in every answer. */
export function instantParts(time: number, tz: string): InstantParts {
  const { date, instants } = zoneOf(tz);
  const known = instants.get(time);
  if (known !== undefined) return known;
  const parts = new Map(date.formatToParts(time).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  const instant = {
    day: part("day"),
    // ICU's British September has four letters.
    month: part("month").slice(0, 3),
    year: part("year"),
    clock: `${part("hour")}:${part("minute")}`,
  };
  if (instants.size >= MAX_INSTANTS) instants.clear();
  instants.set(time, instant);
  return instant;
}

/** What a zone is called at an instant: `UTC`, `CET`, `GMT-5`. Remembered: it costs as much as a statement. */
function zoneName(time: number, tz: string): string {
  const { name, names } = zoneOf(tz);
  const minute = Math.floor(time / MINUTE);
  const known = names.get(minute);
  if (known !== undefined) return known;
  const text = name.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? tz;
  if (names.size >= MAX_INSTANTS) names.clear();
  names.set(minute, text);
  return text;
}

/** The zone of a window's times; where clocks change within it, the zone's own name instead of two short ones. */
export function windowZone({ from, to }: TimeWindow, tz: string): string {
  const last = zoneName(to, tz);
  return zoneName(from, tz) === last ? last : tz;
}

/** `22 Nov 13:00`, without its zone; with the year where that is not the year of `now`. */
export function formatLocal(time: number, tz: string, now: number = time): string {
  const { day, month, year, clock } = instantParts(time, tz);
  const sameYear = instantParts(now, tz).year === year;
  return `${day} ${month}${sameYear ? "" : ` ${year}`} ${clock}`;
}

/** `22 Nov 13:00 UTC`; with the year where that is not the year of `now`. */
export const formatInstant = (time: number, tz: string, now: number = time): string =>
  `${formatLocal(time, tz, now)} ${zoneName(time, tz)}`;

/**
 * Times (ms) one below the other, as `formatLocal` writes them; the hour that clocks show twice has its zone besides, so
 * that no two are the same.
 */
export function stepTimes(times: readonly number[], tz: string, now: number): string[] {
  const texts = times.map((time) => formatLocal(time, tz, now));
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return times.map((time, i) => {
    const text = texts[i] ?? "";
    return counts.get(text) === 1 ? text : `${text} ${zoneName(time, tz)}`;
  });
}

/** `22 Nov 13:00 – 23 Nov 13:00 UTC`, with the years where one is not the year of `now`. */
export function formatWindow({ from, to }: TimeWindow, tz: string, now: number = to): string {
  const [first, last] = [zoneName(from, tz), zoneName(to, tz)];
  const start = first === last ? formatLocal(from, tz, now) : formatInstant(from, tz, now);
  return `${start} – ${formatLocal(to, tz, now)} ${last}`;
}

/** How long ago, from ms: `12 s`, `4 min`, `3 h`, `5 days`. */
export function formatAge(age: number): string {
  const [seconds, minutes, hours, days] = [SECOND, MINUTE, HOUR, DAY].map((unit) =>
    Math.floor(age / unit),
  ) as [number, number, number, number];
  if (minutes < 1) return `${Math.max(0, seconds)}${NARROW_SPACE}s`;
  if (hours < 1) return `${minutes}${NARROW_SPACE}min`;
  if (hours < 48) return `${hours}${NARROW_SPACE}h`;
  return `${formatCount(days)} days`;
}

/** An instant (ms) for `datetime` attributes. */
export const isoInstant = (time: number): string => new Date(time).toISOString();

/** A round value on an axis, without digits that say nothing: `500 ms`, `2.5 s`, `0.1`. */
export function axisValue(metric: Metric, value: number): string {
  if (unitOf(metric) === "score") return String(value);
  return value >= 1_000 ? `${value / 1_000}${NARROW_SPACE}s` : `${value}${NARROW_SPACE}ms`;
}
