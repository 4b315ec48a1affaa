import { Temporal } from "temporal-polyfill";

/**
 * Temporal keeps a formatter for each name of a zone that it meets. A URL can spell a zone in any case, so it is given
 * one spelling only; of the others so many are remembered.
 */
const MAX_SPELLINGS = 100;
const spellings = new Map<string, string>();

function zoneId(tz: string): string {
  const known = spellings.get(tz);
  if (known !== undefined) return known;
  const id = new Intl.DateTimeFormat("en", { timeZone: tz }).resolvedOptions().timeZone;
  if (spellings.size >= MAX_SPELLINGS) spellings.clear();
  spellings.set(tz, id);
  return id;
}

const clockIn = (time: number, zone: string): Temporal.PlainDateTime =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).toPlainDateTime();

/**
 * What the clocks of a zone show at an instant.
 * @param time ms since the epoch
 * @param tz an IANA time zone
 * @returns ms since the epoch, as if these were the clocks of UTC
 */
export function toLocal(time: number, tz: string): number {
  if (tz === "UTC") return time;
  return clockIn(time, zoneId(tz)).toZonedDateTime("UTC").epochMilliseconds;
}

/**
 * The instant at which the clocks of a zone show a time: the earlier one of two where clocks are put back. Times that
 * clocks skip, up to a whole day, are read by the offset before the change, as RFC 5545 does.
 * @param local as `toLocal` returns it
 * @returns ms since the epoch
 */
export function fromLocal(local: number, tz: string): number {
  if (tz === "UTC") return local;
  return clockIn(local, "UTC").toZonedDateTime(zoneId(tz), { disambiguation: "compatible" })
    .epochMilliseconds;
}
