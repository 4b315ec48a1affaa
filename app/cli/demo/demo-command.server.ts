import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../platform/project-root";
import { sqliteUrl } from "../../platform/sqlite-url";
import { retention } from "../../runtime/retention.server";
import { openDatabase } from "../../storage/database.server";
import { MigrationError } from "../../storage/migrations";
import { selectSetting } from "../../storage/settings.server";
import { DAY } from "../../vitals/time";
import type { Command } from "../command";
import { numberOption } from "../option-values";
import { Progress } from "../progress";
import { fillDatabase, SAMPLE_CREATED_AT } from "./fill.server";

/** The demo's database, relative to the project's folder. The launcher repeats it, since it runs before the build. */
const FILE = "data/demo.db";

const DAYS = 30;
const SEED = 1;

/** Requested size of the sample; the actual one is a few percent smaller. */
const MEASUREMENTS = 2_100_000;

/**
 * A large site on quiet days, so that verdicts are certain: few routes with many page views each, hours and days that differ
 * by little, and a last release that is past its second declared look.
 */
const SITE = { routes: 8, noise: { hour: 0.02, day: 0.01 }, lastAge: 1.75 } as const;

/** An older sample would leave the newest day empty, in ms. */
const MAX_SAMPLE_AGE = DAY;

/** Suffixes of the files of a SQLite database: https://www.sqlite.org/tempfiles.html */
const SUFFIXES = ["", "-wal", "-shm"];

const remove = (path: string): void => {
  for (const suffix of SUFFIXES) rmSync(path + suffix, { force: true });
};

/** Creation of the sample at `path`, in ms since the epoch; `null` without a complete sample of this version. */
export async function sampleCreatedAt(path: string): Promise<number | null> {
  if (!existsSync(path)) return null;
  try {
    const database = await openDatabase(sqliteUrl(path));
    try {
      const text = await selectSetting(database.read, SAMPLE_CREATED_AT);
      return text === null ? null : Number(text);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof MigrationError) return null;
    throw error;
  }
}

/** Creates the demo's database; the launcher then starts the server on it. */
export const demoCommand: Command = {
  usage: "[--measurements N]",
  description:
    "Starts the cockpit on its own database (data/demo.db) with 30 days of sample data, and prints a sign-in link. A sample\n" +
    "older than a day is replaced. No other database is changed.",
  options: {
    measurements: {
      type: "string",
      value: "N",
      description: "approximate number of measurements of a new sample (default about two million)",
    },
  },
  maxPositionals: 0,

  async run({ values }, { stderr, now, monotonic }) {
    const measurements =
      numberOption(values, "measurements", { min: 1_000, max: 1e8, whole: true }) ?? MEASUREMENTS;
    const path = join(projectRoot(), FILE);
    const createdAt = await sampleCreatedAt(path);
    const at = now();
    if (createdAt !== null && at - createdAt < MAX_SAMPLE_AGE) return;

    const newPath = `${path}.new`;
    remove(newPath);
    const progress = new Progress(stderr, monotonic);
    const startedAt = monotonic();
    const stored = await fillDatabase(newPath, {
      window: { from: at - DAYS * DAY, to: at },
      measurements,
      seed: SEED,
      ...SITE,
      retention: retention(),
      clock: now,
      onProgress: (count) => progress.update(() => `demo: ${count} measurements of sample data`),
    });
    remove(path);
    renameSync(newPath, path);
    const seconds = ((monotonic() - startedAt) / 1000).toFixed(1);
    progress.finish(`demo: ${DAYS} days of sample data, ${stored} measurements, created in ${seconds} s`);
  },
};
