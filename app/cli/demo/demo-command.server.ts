import { existsSync, renameSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { projectRoot } from "../../platform/project-root";
import { sqliteUrl } from "../../platform/sqlite-url";
import { retention } from "../../runtime/retention.server";
import { openDatabase } from "../../storage/database.server";
import { MigrationError } from "../../storage/migrations.server";
import { selectSetting } from "../../storage/settings.server";
import { DAY } from "../../vitals/time";
import type { Command } from "../command";
import { numberOption } from "../option-values";
import { Progress } from "../progress";
import { fillDatabase, SAMPLE_CREATED_AT } from "./fill.server";

/** Relative to the project's folder. The launcher repeats it, because it runs before there is a build. */
const FILE = "data/demo.db";

const DAYS = 30;
const ROUTES = 40;
const SEED = 1;

/** The sample has a few percent fewer. */
const MEASUREMENTS = 1_060_000;

/** An older sample would leave the newest day empty. */
const MAX_SAMPLE_AGE = DAY;

/** SQLite's files of a database. */
const FILE_SUFFIXES = ["", "-wal", "-shm"];

const remove = (path: string): void => {
  for (const end of FILE_SUFFIXES) rmSync(path + end, { force: true });
};

/** When the sample at `path` was created (ms since the epoch); `null` without one that this version can use. */
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

/** Creates the database of the demo; the launcher starts the server on it afterwards. */
export const demoCommand: Command = {
  usage: "[--measurements N]",
  description:
    "Starts the cockpit on a database of its own (data/demo.db) with 30 days of made-up measurements, and prints a link\n" +
    "that signs in. A sample older than a day is replaced. No other database is touched.",
  options: {
    measurements: {
      type: "string",
      value: "N",
      description: "how many measurements a new sample has, about (default a little over a million)",
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

    await mkdir(dirname(path), { recursive: true });
    const fresh = `${path}.new`;
    remove(fresh);
    const progress = new Progress(stderr, monotonic);
    const startedAt = monotonic();
    const stored = await fillDatabase(fresh, {
      window: { from: at - DAYS * DAY, to: at },
      measurements,
      seed: SEED,
      routes: ROUTES,
      retention: retention(),
      clock: now,
      onProgress: (sofar) => progress.update(() => `demo: ${sofar} measurements of sample data`),
    });
    remove(path);
    renameSync(fresh, path);
    const seconds = ((monotonic() - startedAt) / 1000).toFixed(1);
    progress.finish(`demo: ${DAYS} days of sample data, ${stored} measurements, created in ${seconds} s`);
  },
};
