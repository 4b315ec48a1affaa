import { MINUTE } from "./time";

const formatters = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATTERS = 100;

/** A formatter is costly to make; a zone can be spelt in many ways, so not all of them are kept. */
function formatterOf(tz: string): Intl.DateTimeFormat {
  const known = formatters.get(tz);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat("en", {
    timeZone: tz,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  });
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  formatters.set(tz, formatter);
  return formatter;
}

/** What a zone's clocks show at `time` (ms), as if they were UTC's, in ms since the epoch. */
export function toLocal(time: number, tz: string): number {
  if (tz === "UTC") return time;
  const parts = new Map(
    formatterOf(tz)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const second = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return second + (((time % 1_000) + 1_000) % 1_000);
}

/**
 * The instant (ms) at which a zone's clocks show `local` (as `toLocal` gives it): the earlier one of two where
 * clocks are put back, and where they are put forward the time by the offset of before.
 */
export function fromLocal(local: number, tz: string): number {
  const offsetAt = (time: number): number => toLocal(time, tz) - time;
  // No zone is more than 15 hours away from UTC, and none changes twice within these 30 hours.
  const before = local - offsetAt(local - 15 * 60 * MINUTE);
  if (toLocal(before, tz) === local) return before;
  const after = local - offsetAt(local + 15 * 60 * MINUTE);
  return toLocal(after, tz) === local ? after : before;
}
