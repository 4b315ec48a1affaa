import { Temporal } from "temporal-polyfill";

/** Every zone of this Node's database, and some aliases. */
export const timeZones = (): string[] => [
  ...Intl.supportedValuesOf("timeZone"),
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "America/Argentina/Buenos_Aires",
  "Etc/GMT+12",
  "Etc/GMT-14",
];

/** A transition of a zone: its instant in ms since the epoch, and the change of the offset in ms. */
export type Transition = { tz: string; time: number; change: number };

let cached: Transition[] | undefined;

/** The transitions of every zone from 2005 to 2027, with half hours, midnight changes and Samoa's skipped day. */
export function transitions(): readonly Transition[] {
  cached ??= timeZones().flatMap(transitionsOf);
  return cached;
}

function transitionsOf(tz: string): Transition[] {
  const last = Temporal.ZonedDateTime.from("2027-12-31T00:00[UTC]").withTimeZone(tz);
  const all: Transition[] = [];
  let next = Temporal.ZonedDateTime.from("2005-01-01T00:00[UTC]")
    .withTimeZone(tz)
    .getTimeZoneTransition("next");
  while (next !== null && Temporal.ZonedDateTime.compare(next, last) < 0) {
    const before = next.subtract({ milliseconds: 1 });
    const change = (next.offsetNanoseconds - before.offsetNanoseconds) / 1e6;
    all.push({ tz, time: next.epochMilliseconds, change });
    next = next.getTimeZoneTransition("next");
  }
  return all;
}
