import { once } from "node:events";
import { type Answer, startAsked } from "../asked-cockpit.server";
import type { Workplace } from "../workplace.server";
import type { Case } from "./cases";
import { linesOfPlaces, type Placed, RETENTION_DAYS, searchOf } from "./places";

/** What the import and the server are told, so that years of summaries stay. */
const RETENTION = {
  HOURLY_RETENTION_DAYS: String(RETENTION_DAYS),
  DAILY_RETENTION_DAYS: String(RETENTION_DAYS),
} as const;

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
    const cockpit = await startAsked(workplace, path, RETENTION);
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
  const child = workplace.pipe(["--import", "./app/server/preload.mjs", "build/cli.js", "import", "-"], {
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
