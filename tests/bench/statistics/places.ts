import { Random } from "../../../app/cli/sample/random";
import { DAY, floorTo, HOUR } from "../../../app/vitals/time";
import type { Case, Question } from "./cases";
import { linesOf, sizeOf, spanOf } from "./traffic";

/** How long summaries are kept, in days: the longest that can be configured, since sites of their own lie years apart. */
export const RETENTION_DAYS = 3_650;

/** As many days apart no comparison of one site reaches the days of another. */
const APART = 40;

/** Measurements of one database, about. */
const MOST_LINES = 1_500_000;

/** A site in a database: the name of its builds, and its hour 0 (ms). */
export type Placed = { number: number; name: string; at: number };

/**
 * Places for the runs of a case, each of them days of its own: they share a database, and nothing else.
 * @param now ms
 * @param most lines of one database
 */
export function* placesOf(one: Case, runs: number, now: number, most = MOST_LINES): Generator<Placed[]> {
  const site = one.site();
  const { from, to } = spanOf(site);
  const length = Math.ceil((to - from) / 24) + APART;
  const room = Math.max(
    1,
    Math.min(Math.floor((RETENTION_DAYS - 30) / length), Math.floor(most / sizeOf(site))),
  );
  // Yesterday is over.
  const newest = floorTo(now, DAY) - DAY - Math.ceil(to / 24) * DAY;
  for (let first = 0; first < runs; first += room) {
    yield Array.from({ length: Math.min(room, runs - first) }, (_, i) => ({
      ...{ number: first + i, name: `s${first + i}`, at: newest - (room - 1 - i) * length * DAY },
    }));
  }
}

/** The lines of all sites of one database, oldest first. */
export function* linesOfPlaces(one: Case, places: readonly Placed[], seed: number): Generator<string> {
  for (const { number, name, at } of places) {
    yield* linesOf(one.site(), name, at, new Random(seed, one.name).at(number));
  }
}

/** What is asked of a site, as the parameters of the URL. */
export function searchOf({ release, compare, from, to }: Question, { name, at }: Placed): string {
  return new URLSearchParams({
    from: new Date(at + from * HOUR).toISOString(),
    to: new Date(at + to * HOUR).toISOString(),
    release: `${name}-${release}`,
    compare,
    page: "all",
  }).toString();
}
