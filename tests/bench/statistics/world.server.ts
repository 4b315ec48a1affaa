import { once } from "node:events";
import { Random } from "../../../app/cli/sample/random";
import { DAY, floorTo, HOUR } from "../../../app/vitals/time";
import type { Workplace } from "../workplace.server";
import type { Answer, Case, Question } from "./cases";
import { RETENTION, RETENTION_DAYS, startCockpit } from "./cockpit.server";
import { linesOf, sizeOf, spanOf } from "./traffic";

/** As many days apart no comparison of one site reaches the days of another. */
const APART = 23;

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

/**
 * Runs a case: its traffic goes in by `npm run import`, as lines of the bulk format, and the verdicts come out of the
 * JSON of a running server.
 * @param file in the workplace; it is removed
 */
export async function answersOf(
  one: Case,
  places: readonly Placed[],
  { workplace, file, seed }: { workplace: Workplace; file: string; seed: number },
): Promise<Answer[]> {
  const path = workplace.file(file);
  try {
    await importLines(workplace, path, linesOfPlaces(one, places, seed));
    const cockpit = await startCockpit(workplace, path);
    try {
      const answers: Answer[] = [];
      for (const place of places) answers.push(await cockpit.ask(searchOf(one.question, place)));
      return answers;
    } finally {
      await cockpit.stop();
    }
  } finally {
    workplace.remove(file);
  }
}

/** Gives lines to the import command, as fast as it takes them. */
async function importLines(workplace: Workplace, path: string, lines: Iterable<string>): Promise<void> {
  const child = workplace.pipe(["--import", "./app/platform/preload.mjs", "build/cli.js", "import", "-"], {
    DATABASE_URL: `file:${path}`,
    ...RETENTION,
  });
  const ended = once(child.process, "exit") as Promise<[code: number | null]>;
  const stdin = child.process.stdin;
  for (const text of lines) {
    if (child.process.exitCode !== null) break;
    if (!stdin.write(text)) await Promise.race([once(stdin, "drain"), ended]);
  }
  stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`The import ended with ${code}.\n${child.complaints()}`);
}
