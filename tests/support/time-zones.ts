import { Temporal } from "temporal-polyfill";

/** Every zone of this machine's database, and spellings that are links to one. */
export const timeZones = (): string[] => [
  ...Intl.supportedValuesOf("timeZone"),
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "America/Argentina/Buenos_Aires",
  "Etc/GMT+12",
  "Etc/GMT-14",
];

/** An instant (ms) at which the clocks of a zone change, and by how much. */
export type Transition = { tz: string; time: number; change: number };

let found: Transition[] | undefined;

/** The changes of the clocks of every zone from 2005 to 2027: half hours, at midnight, and Samoa's skipped day. */
export function transitions(): readonly Transition[] {
  found ??= timeZones().flatMap(transitionsOf);
  return found;
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
